"""What a set says about itself: line counts, hash totals, invoice totals. A sum that is wrong is a warning.

Sources: the notes to CTT in each transaction set; data element 347 (hash total); the TDS and G33 segments.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from itertools import combinations

import msgspec

from mappings.engine.findings import Code
from mappings.engine.x12.faults import Fault
from mappings.engine.x12.structure import LoopUse, SegmentUse, SetStructure

_SUMMARY_LENGTH = 12  # CTT stands in the last segments of a set
INVOICE_LINES = "IT1Loop1"
_HASH_DIGITS = 10  # the largest hash total (data element 347); more is cut off on the left


class Totals(msgspec.Struct, frozen=True):
    """What CTT counts: the segments of this id, and for the hash total the element of that segment ("" if none)."""

    counted: str
    summed: str = ""
    element: int = 0


# By the notes to CTT. Sets whose note is not certain are left out: nothing is said about their totals.
TOTALS = {
    "810": Totals("IT1", "IT1", 2),
    "832": Totals("LIN"),
    "840": Totals("PO1", "PO1", 2),
    "843": Totals("PO1", "PO1", 2),
    "846": Totals("LIN"),
    "850": Totals("PO1", "PO1", 2),
    "852": Totals("LIN"),
    "855": Totals("PO1", "PO1", 2),
    "856": Totals("HL", "SN1", 2),
    "860": Totals("POC", "POC", 3),
    "861": Totals("RCD", "RCD", 2),
    "862": Totals("LIN"),
    "865": Totals("POC", "POC", 3),
    "869": Totals("HL"),
}


class Balances:
    """The sums that one kind of set carries. Made once for a structure; keeps nothing of what it checks."""

    def __init__(self, structure: SetStructure) -> None:
        self._set_id = structure.set_id
        self._totals = TOTALS.get(structure.set_id) if _holds_ctt(structure.children) else None
        wanted = (self._totals.counted, self._totals.summed) if self._totals else ()
        # Most counted segments open a loop of the set itself: those need no walk through the whole set.
        self._place = (
            "" if any(isinstance(use, SegmentUse) and use.segment == "CTT" for use in structure.children) else "CTT"
        )
        self._loops = {
            use.trigger: use.loop for use in structure.children if isinstance(use, LoopUse) and use.trigger in wanted
        }

    @property
    def totals(self) -> Totals | None:
        """What CTT counts; None for sets that have no such segment."""
        return self._totals

    @property
    def is_only_of_lines(self) -> bool:
        """Whether `agree` says all that `faults` looks at."""
        return self._set_id not in ("810", "880")

    def loop_of(self, segment_id: str) -> str:
        """The loop of the set of which the first segments are counted; "" where every segment with the id is."""
        loop = self._loops.get(segment_id, "")
        return "" if len(self._loops) > 1 or self._set_id in ("856", "869") else loop

    @staticmethod
    def agree(stated: tuple[str, str], counted: int, values: list[str]) -> bool:
        """Whether CTT01 and CTT02 surely say what was counted and summed."""
        count, total = stated
        return count == str(counted) and (not total or hash_agrees(total, values))

    @property
    def loops(self) -> dict[str, str]:
        """The loops of the set of which `faults` needs the first segments, with the ids of those."""
        found = {loop: trigger for trigger, loop in self._loops.items()}
        return found | ({INVOICE_LINES: "IT1"} if self._set_id == "810" else {})

    def faults(self, segments: list[list[str]], heads: Mapping[str, list[list[str]]]) -> list[Fault]:
        """Totals that do not agree with what they sum. Numbers that are none are the element's own fault.

        heads: by loop id, the segments that open the instances of `loops`.
        """
        found = list(self._count_faults(segments, heads)) if self._totals else []
        if self._set_id == "810":
            found += _invoice_faults(segments, heads.get(INVOICE_LINES, []))
        elif self._set_id == "880":
            found += _grocery_invoice_faults(segments)
        return found

    def _count_faults(self, segments: list[list[str]], heads: Mapping[str, list[list[str]]]) -> Iterator[Fault]:
        totals = self._totals
        index, ctt = _summary(segments, "CTT")
        if totals is None or not ctt:
            return
        counted = self._all(totals.counted, segments, heads)
        stated = _at(ctt, 1)
        if _is_count(stated) and int(stated) != len(counted):
            message = f"CTT01 says {stated} line items, the set has {len(counted)}"
            yield Fault(
                index,
                Code.LINE_COUNT_MISMATCH,
                "CTT",
                message,
                self._place,
                element=1,
                element_id="354",
                value=stated,
            )
        stated = _at(ctt, 2)
        if not stated or not totals.summed:
            return
        rows = counted if totals.summed == totals.counted else self._all(totals.summed, segments, heads)
        at = totals.element
        values = [row[at] for row in rows if len(row) > at and row[at]]
        if hash_agrees(stated, values) or not _is_number(stated):
            return
        name = f"{totals.summed}{totals.element:02d}"
        message = f"CTT02 says {stated}, the sum of {name} is {_plain(_plain_sum(values))}"
        yield Fault(
            index, Code.HASH_TOTAL_MISMATCH, "CTT", message, self._place, element=2, element_id="347", value=stated
        )

    def _all(self, segment_id: str, segments: list[list[str]], heads: Mapping[str, list[list[str]]]) -> list[list[str]]:
        loop = self.loop_of(segment_id)
        if not loop:
            return [segment for segment in segments if segment[0] == segment_id]
        return heads.get(loop, [])


def _holds_ctt(children: tuple[SegmentUse | LoopUse, ...]) -> bool:
    return any((use.trigger if isinstance(use, LoopUse) else use.segment) == "CTT" for use in children)


def _summary(segments: list[list[str]], segment_id: str) -> tuple[int, list[str]]:
    """The last segment of this id among the last ones of the set, with its index; (0, []) when there is none."""
    index = len(segments)
    for segment in segments[:-_SUMMARY_LENGTH:-1]:
        if segment[0] == segment_id:
            return index, segment
        index -= 1
    return 0, []


def _at(segment: list[str], element: int) -> str:
    return segment[element] if element < len(segment) else ""


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 20


def _is_number(text: str) -> bool:
    return len(text) < 40 and _decimal(text) is not None


def _decimal(text: str) -> Decimal | None:
    """The number, None for what is none or could not be computed with."""
    if not text.isascii() or len(text) > 40 or "_" in text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    exponent = number.as_tuple().exponent
    return number if isinstance(exponent, int) and -40 < exponent < 40 else None


def _sum_of_integers(values: list[str]) -> str:
    """The usual case at once: whole numbers. "" for others."""
    try:
        return str(sum(map(int, values)))
    except ValueError:
        return ""


def _plain_sum(values: list[str]) -> Decimal:
    try:
        return Decimal(sum(map(int, values)))
    except ValueError:
        return sum((_decimal(value) or Decimal(0) for value in values), Decimal(0))


def _plain(number: Decimal) -> str:
    return f"{number:f}"


def hash_agrees(stated: str, values: list[str]) -> bool:
    """Is this the hash total of the values: without regard to points and signs (data element 347), or their sum?

    Both are sent; values that are no numbers make every total right, since they are faults of their own.
    """
    if stated == _sum_of_integers(values):
        return True
    if any(_decimal(value) is None for value in values):
        return True
    total = _decimal(stated)
    if total is None or total == _plain_sum(values):
        return True
    digits = sum(int("".join(filter(str.isdecimal, value)) or "0") for value in values)
    sent = "".join(filter(str.isdecimal, stated))
    return int(sent or "0") == digits % 10**_HASH_DIGITS or (len(sent) > _HASH_DIGITS and int(sent) == digits)


# Basis of unit price (data element 639): how many units one price is for. With others nothing can be computed.
_PRICED = {"": 1, "PE": 1, "NT": 1, "UM": 1, "HP": 100, "TP": 1000}


def _invoice_faults(segments: list[list[str]], lines: list[list[str]]) -> list[Fault]:
    """TDS01 against the lines, with the allowances, charges and taxes that senders do or do not add to it.

    A price may be net of what SAC then only explains, and what a line names may be summed up again at the end.
    """
    index, tds = _summary(segments, "TDS")
    stated = _at(tds, 1)
    if not tds or not lines or not (stated.lstrip("-").isascii() and stated.lstrip("-").isdecimal()):
        return []
    amounts = [_line_amount(line) for line in lines]
    if None in amounts:
        return []
    total = sum((amount for amount in amounts if amount is not None), Decimal(0))
    if any(segment[0] == "SLN" for segment in segments):
        return []  # sublines may carry prices of their own
    extras = _extras(segments)
    if extras is None:
        return []
    sent = Decimal(stated[:20]).scaleb(-2)
    slack = Decimal("0.005") * (len(lines) + 2)  # each line and each charge may have been rounded
    sums = {total + sum(some, Decimal(0)) for count in range(len(extras) + 1) for some in combinations(extras, count)}
    if any(abs(abs(one) - abs(sent)) <= slack for one in sums):
        return []
    nearest = total + sum(extras, Decimal(0))
    message = f"TDS01 says {_plain(sent)}, lines, allowances, charges and taxes come to {_plain(nearest)}"
    return [Fault(index, Code.INVOICE_TOTAL_MISMATCH, "TDS", message, element=1, element_id="610", value=stated)]


def _line_amount(line: list[str]) -> Decimal | None:
    quantity, price = _decimal(_at(line, 2)), _decimal(_at(line, 4))
    basis = _PRICED.get(_at(line, 5))
    if quantity is None or price is None or basis is None:
        return None
    return quantity * price / basis


def _extras(segments: list[list[str]]) -> list[Decimal] | None:
    """Sums of the allowances, of the charges, and of the taxes, of lines and of the whole; None when unknown."""
    sums: dict[str, Decimal] = {}
    level = "header"
    for segment in segments:
        name = segment[0]
        if name == "IT1":
            level = "line"
        elif name == "TDS":
            level = "summary"
        elif name in ("SAC", "TXI"):
            kind, text = (_at(segment, 1), _at(segment, 5)) if name == "SAC" else ("C", _at(segment, 2))
            if kind not in ("A", "C") or not text:
                continue
            amount = _decimal(text)
            if amount is None:
                return None
            if name == "SAC":
                amount = amount.scaleb(-2) * (-1 if kind == "A" else 1)
            key = f"{name} {kind} {'line' if level == 'line' else 'whole'}"
            sums[key] = sums.get(key, Decimal(0)) + amount
    return list(sums.values())


def _grocery_invoice_faults(segments: list[list[str]]) -> list[Fault]:
    """G33 of the 880 against its lines; nothing is said where allowances (G72) make it unclear what is summed."""
    index, g33 = _summary(segments, "G33")
    stated = _at(g33, 1)
    if not g33 or not (stated.isascii() and stated.isdecimal()) or any(one[0] == "G72" for one in segments):
        return []
    total = Decimal(0)
    lines = [segment for segment in segments if segment[0] == "G17"]
    for line in lines:
        quantity, price = _decimal(_at(line, 1)), _decimal(_at(line, 3))
        if quantity is None or price is None:
            return []
        total += quantity * price
    sent = Decimal(stated[:20]).scaleb(-2)
    if not lines or abs(total - sent) <= Decimal("0.005") * (len(lines) + 1):
        return []
    message = f"G3301 says {_plain(sent)}, the lines come to {_plain(total)}"
    return [Fault(index, Code.INVOICE_TOTAL_MISMATCH, "G33", message, element=1, element_id="610", value=stated)]
