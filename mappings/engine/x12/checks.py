"""Fast checks: one generated function per segment that only says whether the segment is clean.

What is wrong with a segment that is not clean is found by `explain`, which reads the same definitions.
Source is generated from our own structure data, never from anything that a partner sent.
A check may assume that its segment is printable ASCII and holds no component or repetition separator.
"""

from collections.abc import Callable, Iterable
from typing import cast

from mappings.engine.x12.elements import HOUR_MINUTES, MONTH_DAYS, is_date, is_time, number_fault
from mappings.engine.x12.structure import ElementDef, Release, SegmentDef

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
        count = len(elements)
        required = max((i for i, e in enumerate(elements, 1) if e.mandatory), default=0)
        certain = max(required, 1)  # up to here the segment is known to be long enough
        lines = ["def check(s):", " n = len(s)", f" if n < {certain + 1}: return False"]
        lines.append(f" if n > {count + 1} and any(s[{count + 1}:]): return False")
        if not required:
            lines.append(" if not s[1] and not any(s[1:]): return False")
        lines += [
            f" if not ({_any_of(note.positions)}): return False" for note in self._definition.notes if note.kind == "R"
        ]
        pairs = self._adjacent_pairs(certain)
        for position, element in enumerate(elements, 1):
            if position - 1 in pairs:
                continue
            if position > certain:
                lines.append(f" if n <= {position}: return True")
            lines.append(f" v = s[{position}]")
            if position in pairs:
                lines += self._pair_tests(position, element, elements[position])
                continue
            if element.mandatory:
                lines.append(" if not v: return False")
            tests = self._tests(f"e{position}", element) + self._conditions(position)
            if tests:
                lines.append(" if v:")
                lines += [f"  {test}" for test in tests]
        lines.append(" return True")
        return "\n".join(lines)

    def _adjacent_pairs(self, certain: int) -> set[int]:
        """First positions of the P conditions on neighbours that no other condition than R touches (qualifier, id)."""
        notes = [note for note in self._definition.notes if note.kind != "R"]
        touched = [position for note in notes for position in note.positions]
        return {
            note.positions[0]
            for note in notes
            if note.kind == "P"
            and note.positions == (note.positions[0], note.positions[0] + 1)
            and note.positions[0] > certain
            and all(touched.count(position) == 1 for position in note.positions)
        }

    def _pair_tests(self, position: int, first: ElementDef, second: ElementDef) -> list[str]:
        """Both elements of a pair at once; `v` is the first."""
        later = position + 1
        lines = [" if v:", *(f"  {test}" for test in self._tests(f"e{position}", first))]
        lines += [f"  if n == {later}: return False", f"  v = s[{later}]", "  if not v: return False"]
        lines += [f"  {test}" for test in self._tests(f"e{later}", second)]
        return [*lines, f" elif n > {later} and s[{later}]: return False"]

    def _conditions(self, position: int) -> list[str]:
        """What the presence of the element at this position demands of others (all notes but R)."""
        lines = []
        for note in self._definition.notes:
            others = [other for other in note.positions if other != position]
            if note.kind == "E" and position in note.positions:
                lines.append(f"if {_any_of(others, position)}: return False")
            elif note.kind == "P" and position in note.positions or note.kind == "C" and position == note.positions[0]:
                lines += [f"if not ({_any_of([other], position)}): return False" for other in others]
            elif note.kind == "L" and position == note.positions[0]:
                lines.append(f"if not ({_any_of(others, position)}): return False")
        return lines

    def _tests(self, name: str, element: ElementDef) -> list[str]:
        """Lines that return False for a faulty, non-empty `v`."""
        kind = element.type
        if kind == "composite":
            first, *others = element.components
            if any(other.mandatory for other in others):
                return ["return False"]
            return self._tests(name, first)
        if kind == "DT":
            six = self._six or element.min <= 6
            plain = "len(v) == 8 and v[4:] in MONTH_DAYS and v.isdecimal()"
            return [f"if not ({plain} or is_date(v, {six})): return False"]
        if kind == "TM":
            return [f"if v not in HOUR_MINUTES and not is_time(v, {element.max}): return False"]
        if kind == "R" or kind[0] == "N":
            return self._number_tests(name, element)
        codes = self._release.codes(element.codes) if element.codes else frozenset()
        if codes:
            self.names[f"codes_{element.codes}"] = codes
            return [f"if v not in codes_{element.codes}: return False"]
        return _length_tests(element)

    def _number_tests(self, name: str, element: ElementDef) -> list[str]:
        """Digits alone are judged at once, then digits with one point; signs and oddities take the long way."""
        self.names[name] = element
        short = _length_tests(element)
        lines = ["if v.isdecimal():", *(f" {test}" for test in short or ["pass"])]
        if element.type != "R":
            return [*lines, f"elif number_fault(v, {name}): return False"]
        limits = [f"len(w) >= {element.min}"] if element.min > 1 else []
        limits += [f"len(w) <= {element.max}"] if element.max else []
        fits = " and ".join(["w.isdecimal()", *limits])
        lines += ["else:", " w = v.replace('.', '', 1)", f" if not ({fits}) and number_fault(v, {name}): return False"]
        return lines


def _length_tests(element: ElementDef) -> list[str]:
    tests = [f"len(v) < {element.min}"] if element.min > 1 else []
    tests += [f"len(v) > {element.max}"] if element.max else []
    return [f"if {' or '.join(tests)}: return False"] if tests else []


def _any_of(positions: Iterable[int], known: int = 0) -> str:
    """True when one of the elements is sent. Up to the known position the segment is long enough."""
    return " or ".join(f"s[{p}]" if p <= known else f"n > {p} and s[{p}]" for p in positions)


def compile_check(definition: SegmentDef, release: Release, six_digit_dates: bool) -> Check:
    """The check function of a segment. six_digit_dates: accept YYMMDD (releases before 004010)."""
    source = _Source(definition, release, six_digit_dates)
    code = compile(source.text(), f"<check {definition.id} {release.name}>", "exec")
    namespace = source.names
    exec(code, namespace)  # noqa: S102 - generated from structure data of our own
    return cast(Check, namespace["check"])
