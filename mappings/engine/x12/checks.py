"""Fast checks: one generated function per segment that only says whether the segment is clean.

What is wrong with a segment that is not clean is found by `explain`, which reads the same definitions.
Source is generated from our own structure data, never from anything that a partner sent.
A check may assume that its segment is printable ASCII and holds no component or repetition separator.
"""

from collections.abc import Callable
from typing import cast

from mappings.engine.x12.elements import HOUR_MINUTES, MONTH_DAYS, is_date, is_time, number_fault
from mappings.engine.x12.structure import ElementDef, Release, SegmentDef, SyntaxNote

Check = Callable[[list[str]], bool]


def always_clean(_segment: list[str]) -> bool:
    """For segments whose rules are checked elsewhere (ST and SE)."""
    return True


class _Source:
    """Collects the lines of one check function and the constants they refer to."""

    def __init__(self, definition: SegmentDef, release: Release, six_digit_dates: bool) -> None:
        self._definition = definition
        self._release = release
        self._six = six_digit_dates
        self.names: dict[str, object] = {"MONTH_DAYS": MONTH_DAYS, "HOUR_MINUTES": HOUR_MINUTES, "is_time": is_time}
        self.names |= {"is_date": is_date, "number_fault": number_fault}

    def text(self) -> str:
        elements = self._definition.elements
        last_mandatory = max((i for i, e in enumerate(elements, 1) if e.mandatory), default=0)
        count = len(elements)
        lines = ["def check(s):", " n = len(s)", f" if n < {max(last_mandatory, 1) + 1}: return False"]
        lines.append(f" if n > {count + 1} and any(s[{count + 1}:]): return False")
        if not last_mandatory:
            lines.append(" if not s[1] and not any(s[1:]): return False")
        lines.append(" while True:")
        for position, element in enumerate(elements, 1):
            if position > max(last_mandatory, 1):
                lines.append(f"  if n == {position}: break")
            fault = self._fault(f"e{position}", element)
            lines.append(f"  v = s[{position}]")
            if element.mandatory:
                lines.append("  if not v: return False")
            if fault:
                lines.append(f"  if {fault}: return False" if element.mandatory else f"  if v and ({fault}): return False")
        lines.append("  break")
        lines += [f" if {_broken(note)}: return False" for note in self._definition.notes]
        lines.append(" return True")
        return "\n".join(lines)

    def _fault(self, name: str, element: ElementDef) -> str:
        """An expression that is true for a faulty `v`, or "" when nothing can be wrong with it."""
        kind = element.type
        if kind == "composite":
            first, *others = element.components
            if any(other.mandatory for other in others):
                return "True"
            return self._fault(name, first)
        if kind == "DT":
            six = self._six or element.min <= 6
            return f"not (len(v) == 8 and v[4:] in MONTH_DAYS and v.isdecimal() or is_date(v, {six}))"
        if kind == "TM":
            return f"v not in HOUR_MINUTES and not is_time(v, {element.max})"
        if kind == "R" or kind[0] == "N":
            self.names[name] = element
            return f"({_length(element)} if v.isdecimal() else number_fault(v, {name}) is not None)"
        codes = self._release.codes(element.codes) if element.codes else frozenset()
        if codes:
            self.names[f"codes_{element.codes}"] = codes
            return f"v not in codes_{element.codes}"
        length = _length(element)
        return "" if length == "False" else length


def _length(element: ElementDef) -> str:
    tests = []
    if element.min > 1:
        tests.append(f"len(v) < {element.min}")
    if element.max:
        tests.append(f"len(v) > {element.max}")
    return " or ".join(tests) or "False"


def _broken(note: SyntaxNote) -> str:
    """An expression that is true when the relational condition does not hold."""
    present = [f"(n > {position} and s[{position}] != '')" for position in note.positions]
    first, others = present[0], present[1:]
    if note.kind == "P" and len(present) == 2:
        return f"n > {min(note.positions)} and {first} is not {others[0]}"
    if note.kind == "P":
        return f"0 < {' + '.join(present)} < {len(present)}"
    if note.kind == "R":
        return f"not ({' or '.join(present)})"
    if note.kind == "E":
        return f"{' + '.join(present)} > 1"
    joined = (" and " if note.kind == "C" else " or ").join(others)
    return f"{first} and not ({joined})"


def compile_check(definition: SegmentDef, release: Release, six_digit_dates: bool) -> Check:
    """The check function of a segment. six_digit_dates: accept YYMMDD (releases before 004010)."""
    source = _Source(definition, release, six_digit_dates)
    code = compile(source.text(), f"<check {definition.id} {release.name}>", "exec")
    namespace = source.names
    exec(code, namespace)  # noqa: S102 - generated from structure data of our own
    return cast(Check, namespace["check"])
