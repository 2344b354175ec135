"""Findings: what is wrong with a partner's document, and where."""

import msgspec

from mappings.engine.code_rules import RULES, Rule
from mappings.engine.codes import Code, Layer, Severity

__all__ = ["RULES", "Code", "Finding", "Layer", "Place", "Rule", "Severity", "finding", "has_errors"]


class Place(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where in the source. Ordinals count from 1; 0 and "" mean "not applicable".

    offset: byte offset in the file as received (0 = its first byte), or -1.
    segment: index within the transaction set (ST = 1). line, row, column: text and XML sources.
    """

    offset: int = -1
    interchange: int = 0
    group: int = 0
    set: int = 0
    segment: int = 0
    segment_id: str = ""
    loop: str = ""
    element: int = 0
    element_id: str = ""
    component: int = 0
    repetition: int = 0
    xpath: str = ""
    line: int = 0
    row: int = 0
    column: str = ""

    def label(self) -> str:
        """For people: "PO102, segment 14", "row 3, column Price", "line 7", "interchange 1, group 2"."""
        if self.segment_id:
            name = f"{self.segment_id}{self.element:02d}" if self.element else self.segment_id
            name += f"-{self.component}" if self.component else ""
            return f"{name}, segment {self.segment}" if self.segment else name
        if self.xpath:
            return f"{self.xpath}, line {self.line}" if self.line else self.xpath
        if self.row:
            return f"row {self.row}, column {self.column}" if self.column else f"row {self.row}"
        if self.line:
            return f"line {self.line}, column {self.column}" if self.column else f"line {self.line}"
        parts = [
            f"{name} {number}"
            for name, number in (("interchange", self.interchange), ("group", self.group), ("set", self.set))
            if number
        ]
        return ", ".join(parts)


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One typed validation result.

    message: for people, cut to 1000 characters. value: the offending text, cut to 80. target: JSON pointer (RFC 6901)
    of the canonical value that a business rule speaks of, "" for all others.
    """

    code: Code
    severity: Severity
    message: str
    place: Place = Place()
    value: str = ""
    target: str = ""

    @property
    def rule(self) -> Rule:
        return RULES[self.code]

    @property
    def layer(self) -> Layer:
        return RULES[self.code].layer


VALUE_LIMIT, MESSAGE_LIMIT = 80, 1000


def finding(
    code: Code,
    message: str = "",
    place: Place | None = None,
    value: str = "",
    severity: Severity | None = None,
    target: str = "",
) -> Finding:
    """Make a finding with the severity and title of its rule where none is given."""
    rule = RULES[code]
    return Finding(
        code=code,
        severity=severity or rule.severity,
        message=(message if len(message) <= MESSAGE_LIMIT else f"{message[: MESSAGE_LIMIT - 1]}…") or rule.title,
        place=place or Place(),
        value=value[:VALUE_LIMIT],
        target=target,
    )


def has_errors(findings: list[Finding], layers: frozenset[Layer] = frozenset(Layer)) -> bool:
    """True when one of the findings in these layers is an error."""
    return any(f.severity is Severity.ERROR and f.layer in layers for f in findings)
