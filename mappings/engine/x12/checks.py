"""Fast checks: generated functions that only say whether a segment is clean, one for each length that it is sent in.

What is wrong with a segment that is not clean is found by `explain`, which reads the same definitions.
Source is generated from our own structure data, never from anything that a partner sent.
A check may assume that its segment is printable ASCII and holds no component or repetition separator.
"""

from collections.abc import Callable, Container, Iterable, Mapping
from typing import cast

from mappings.engine.x12.elements import HOUR_MINUTES, MONTH_DAYS, is_date, is_time, number_fault
from mappings.engine.x12.structure import ElementDef, Release, SegmentDef, SyntaxNote

Check = Callable[[list[str]], bool]


class Checks(dict[int, Check]):
    """The checks of one segment by its length, its id counted: `checks[len(segment)](segment)`, made on first use."""

    def __init__(self, definition: SegmentDef, release: Release, six_digit_dates: bool) -> None:
        """six_digit_dates: accept YYMMDD (releases before 004010)."""
        super().__init__()
        self._definition = definition
        self._release = release
        self._six = six_digit_dates
        self._too_long: Check | None = None

    def __missing__(self, length: int) -> Check:
        allowed = len(self._definition.elements) + 1
        if length > allowed:  # of any length, which the sender chooses: one check does for all
            self._too_long = self._too_long or self._compiled(allowed, sent_more=True)
            return self._too_long
        made = self[length] = self._compiled(length)
        return made

    def __call__(self, segment: list[str]) -> bool:
        return self[len(segment)](segment)

    def _compiled(self, length: int, *, sent_more: bool = False) -> Check:
        source = CheckSource(self._definition, self._release, self._six)
        name = f"<check {self._definition.id} of {length} {self._release.name}>"
        code = compile(source.text(length - 1, sent_more), name, "exec")
        namespace = source.names
        exec(code, namespace)  # noqa: S102 - generated from structure data of our own
        return cast(Check, namespace["check"])


class AlwaysClean(Checks):
    """For segments whose rules are checked elsewhere (ST and SE)."""

    def __init__(self) -> None:
        dict.__init__(self)

    def __missing__(self, length: int) -> Check:
        return _always_clean


def _always_clean(_segment: list[str]) -> bool:
    return True


NOTHING_KNOWN: Mapping[str, bool] = {}


class CheckSource:
    """The lines of one check, and the constants they refer to. Element n is the local variable vn.

    name: what the variables begin with. fail: the statement for a segment that is not clean. odd_numbers: whether
    numbers with an exponent or a point at their end pass. matched: lengths and numbers are known to be right. Lines are
    indented by one blank for each block.
    """

    def __init__(
        self,
        definition: SegmentDef,
        release: Release,
        six_digit_dates: bool,
        name: str = "v",
        fail: str = "return False",
        odd_numbers: bool = True,
        matched: bool = False,
    ) -> None:
        self._definition = definition
        self._release = release
        self._six = six_digit_dates
        self._name = name
        self._fail = fail
        self._odd_numbers = odd_numbers
        self._matched = matched
        self._known: Mapping[str, bool] = NOTHING_KNOWN
        self._covered: Container[str] = frozenset()
        self.names: dict[str, object] = {"MONTH_DAYS": MONTH_DAYS, "HOUR_MINUTES": HOUR_MINUTES, "is_time": is_time}
        self.names |= {"is_date": is_date, "number_fault": number_fault}

    def text(self, sent: int, sent_more: bool) -> str:
        """A whole function. sent: how many elements, not more than the segment has. sent_more: others follow, which
        have to be empty."""
        lines = ["def check(s):"]
        if sent < 1:
            return "\n".join([*lines, f" {self._fail}"])
        if sent_more:
            lines += [f" if any(s[{sent + 1}:]): {self._fail}", f" s = s[:{sent + 1}]"]
        lines.append(f" {self.unpacked(sent)} = s")
        return "\n".join([*lines, *(f" {line}" for line in self.lines(sent)), " return True"])

    def unpacked(self, sent: int) -> str:
        """The variables of a segment with so many elements, to be assigned."""
        return ", ".join(["_", *(self._value(position) for position in range(1, sent + 1))])

    def lines(
        self, sent: int, known: Mapping[str, bool] = NOTHING_KNOWN, covered: Container[str] = frozenset()
    ) -> list[str]:
        """The tests on the variables of so many elements, at least one. known: variables that surely have a value, or
        surely have none. covered: those of which the code or date is checked elsewhere."""
        elements = self._definition.elements
        self._known, self._covered = known, covered
        if any(element.mandatory for element in elements[sent:]):
            return [self._fail]
        lines = []
        if not any(element.mandatory for element in elements):
            lines += self._fails_without(range(1, sent + 1), sent)
        for note in self._definition.notes:
            if note.kind == "R":
                lines += self._fails_without(note.positions, sent)
        pairs = self._pairs()
        for position, element in enumerate(elements[:sent], 1):
            if position - 1 in pairs:
                continue
            tests = self._tests(position, element)
            if position in pairs:
                lines += self._pair_tests(position, tests, sent)
                continue
            tests += self._conditions(position, sent)
            if element.mandatory:
                lines += [*self._fails_without([position], sent), *tests]
            elif tests:
                lines += self._where_sent(position, tests)
        return lines

    def _value(self, position: int) -> str:
        return f"{self._name}{position}"

    def _there(self, positions: Iterable[int], sent: int) -> list[str]:
        """Variables of which one with a value is enough; those after the last that was sent have none."""
        found = [self._value(position) for position in positions if position <= sent]
        return [variable for variable in found if self._known.get(variable) is not False]

    def _fails_without(self, positions: Iterable[int], sent: int) -> list[str]:
        """Fails where none of the elements has a value."""
        there = self._there(positions, sent)
        if any(self._known.get(variable) for variable in there):
            return []
        return [f"if not ({' or '.join(there)}): {self._fail}"] if there else [self._fail]

    def _fails_with(self, positions: Iterable[int], sent: int) -> list[str]:
        """Fails where one of the elements has a value."""
        there = self._there(positions, sent)
        if any(self._known.get(variable) for variable in there):
            return [self._fail]
        return [f"if {' or '.join(there)}: {self._fail}"] if there else []

    def _where_sent(self, position: int, tests: list[str]) -> list[str]:
        """Tests that hold only for an element with a value."""
        variable = self._value(position)
        known = self._known.get(variable)
        if known is not None or not tests:
            return tests if known else []
        return [f"if {variable}:", *(f" {test}" for test in tests)]

    def _pairs(self) -> set[int]:
        """First positions of the P conditions on neighbours that no other condition than R touches (qualifier, id)."""
        notes = [note for note in self._definition.notes if note.kind != "R"]
        touched = [position for note in notes for position in note.positions]
        return {note.positions[0] for note in notes if _is_pair(note) and not _shares(note, touched)}

    def _pair_tests(self, position: int, tests: list[str], sent: int) -> list[str]:
        """Both elements of a pair at once."""
        first, later = self._value(position), position + 1
        if later > sent:
            return self._fails_with([position], sent)
        more = self._tests(later, self._definition.elements[later - 1])
        both = [*self._fails_without([later], sent), *tests, *more]
        if self._known.get(first) is not None:
            return both if self._known[first] else self._fails_with([later], sent)
        alone = self._fails_with([later], sent)
        if not both:
            return [f"if not {first}:", *(f" {test}" for test in alone)] if alone else []
        lines = [f"if {first}:", *(f" {test}" for test in both)]
        return [*lines, *(f"el{test}" if test.startswith("if ") else f"else: {test}" for test in alone)]

    def _conditions(self, position: int, sent: int) -> list[str]:
        """What the presence of the element at this position demands of others (all notes but R)."""
        lines = []
        for note in self._definition.notes:
            others = [other for other in note.positions if other != position]
            if note.kind == "E" and position in note.positions:
                lines += self._fails_with(others, sent)
            elif note.kind == "P" and position in note.positions or note.kind == "C" and position == note.positions[0]:
                for other in others:
                    lines += self._fails_without([other], sent)
            elif note.kind == "L" and position == note.positions[0]:
                lines += self._fails_without(others, sent)
        return lines

    def _tests(self, position: int, element: ElementDef) -> list[str]:
        """Lines that fail for a faulty, non-empty value."""
        value, kind, fail = self._value(position), element.type, self._fail
        if kind == "composite":
            first, *others = element.components
            if any(other.mandatory for other in others):
                return [fail]
            return self._tests(position, first)
        if kind == "DT":
            if self._matched and value in self._covered:
                return []
            six = self._six or element.min <= 6
            plain = f"len({value}) == 8 and {value}[4:] in MONTH_DAYS and {value}.isdecimal()"
            return [f"if not ({plain} or is_date({value}, {six})): {fail}"]
        if kind == "TM":
            return [f"if {value} not in HOUR_MINUTES and not is_time({value}, {element.max}): {fail}"]
        if kind == "R" or kind[0] == "N":
            return [] if self._matched else self._number_tests(position, element)
        codes = self._release.codes(element.codes) if element.codes else frozenset()
        if codes and value in self._covered:
            return []
        if codes:
            self.names[f"codes_{element.codes}"] = codes
            return [f"if {value} not in codes_{element.codes}: {fail}"]
        return self._length_tests(value, element)

    def _number_tests(self, position: int, element: ElementDef) -> list[str]:
        """Digits alone are judged at once, then digits with one point; signs and oddities take the long way."""
        value, name = self._value(position), f"{self._name}e{position}"
        self.names[name] = element
        short = self._length_tests(value, element)
        lines = [f"if {value}.isdecimal():", *(f" {test}" for test in short or ["pass"])]
        if element.type != "R":
            return [*lines, f"elif number_fault({value}, {name}): {self._fail}"]
        limits = [f"len(w) >= {element.min}"] if element.min > 1 else []
        limits += [f"len(w) <= {element.max}"] if element.max else []
        fits = " and ".join(["w.isdecimal()", *limits])
        lines += ["else:", f" w = {value}.replace('.', '', 1)"]
        if self._odd_numbers:
            return [*lines, f" if not ({fits}) and number_fault({value}, {name}): {self._fail}"]
        odd = f"'E' in {value} or number_fault({value}, {name})"
        return [*lines, f" if {value}[-1] == '.' or not ({fits}) and ({odd}): {self._fail}"]

    def _length_tests(self, value: str, element: ElementDef) -> list[str]:
        if self._matched:
            return []
        if element.min > 1 and element.min == element.max:
            return [f"if len({value}) != {element.min}: {self._fail}"]
        tests = [f"len({value}) < {element.min}"] if element.min > 1 else []
        tests += [f"len({value}) > {element.max}"] if element.max else []
        return [f"if {' or '.join(tests)}: {self._fail}"] if tests else []


def _is_pair(note: SyntaxNote) -> bool:
    return note.kind == "P" and note.positions == (note.positions[0], note.positions[0] + 1)


def _shares(note: SyntaxNote, touched: list[int]) -> bool:
    return any(touched.count(position) > 1 for position in note.positions)


def compile_check(definition: SegmentDef, release: Release, six_digit_dates: bool) -> Checks:
    """The checks of a segment. six_digit_dates: accept YYMMDD (releases before 004010)."""
    return Checks(definition, release, six_digit_dates)
