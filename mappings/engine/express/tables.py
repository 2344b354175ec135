"""What programs look values up in: code lists as JSON, texts that fit, texts as JSON. Shared by all programs."""

import functools
import re
from collections.abc import Mapping

from mappings.engine.express.shape import Doubt
from mappings.engine.express.sheet import FusedTables, as_json
from mappings.engine.rules.declaration import Fallback, Literal, ValueRule
from mappings.engine.rules.target import Field
from mappings.engine.rules.values import Table


class Members(dict[str, str]):
    """code → the translation as member of a JSON object; of codes that are not in the list, what the fallback says. It
    raises Doubt where a finding would be made."""

    def __init__(self, entries: Mapping[str, Literal], head: str, fallback: Fallback) -> None:
        super().__init__((code, head + as_json(value)) for code, value in entries.items())
        self._entries = entries
        self._bare: Members | None = None
        self._head = head
        self._fallback = fallback

    def bare(self) -> "Members":
        """The same without a comma first."""
        if self._bare is None:
            self._bare = Members(self._entries, self._head.removeprefix(","), self._fallback)
        return self._bare

    def __missing__(self, code: str) -> str:
        match self._fallback.action:
            case "default":
                return self._head + as_json(self._fallback.value)
            case "pass":
                return self._head + as_json(code)
            case "drop":
                return ""
        raise Doubt(code)


class Tables:
    """The tables of one mapping, each made once."""

    def __init__(self, codelists: Mapping[str, Mapping[str, Literal]]) -> None:
        self.codelists = codelists
        self.fused: FusedTables = {}
        self._members: dict[tuple[str, str, str], Members] = {}

    def members(self, rule: ValueRule, head: str) -> Members:
        """The code list of a rule, with what stands before a translation."""
        key = (rule.map, head, repr(rule.fallback))
        if key not in self._members:
            self._members[key] = Members(self.codelists[rule.map], head, rule.fallback)
        return self._members[key]


def fitting(info: Field) -> Table[str]:
    """text → the same, where it keeps the field's pattern and lengths."""
    return _fitting(info.pattern, info.min_length, info.max_length)


@functools.cache
def _fitting(pattern: str, shortest: int, longest: int) -> Table[str]:
    test = re.compile(pattern).search if pattern else None

    def fits(text: str) -> bool:
        return shortest <= len(text) and (not longest or len(text) <= longest) and (test is None or bool(test(text)))

    return Table(lambda text: text if fits(text) else None)
