"""Checks of one document by itself, and of what it repeats, changes or cancels."""

from collections.abc import Sequence
from typing import Any

from mappings.engine.findings import RULES, Finding, Severity
from transactions.certification.registry import check
from transactions.certification.seen import Said, Seen, failed, passed

ACCEPTED, DUPLICATE = "accepted", "duplicate"
NAMED = 3  # so many faults are told; the report of the document has all
CANCELLING = ("cancellation", "deletion")


@check("accepted", "We accept it")
def accepted(seen: Seen, _: None) -> Said:
    if seen.outcome == ACCEPTED:
        return passed("We accepted it.")
    if seen.outcome == DUPLICATE:
        return failed(
            f"Number {seen.number} was accepted before, so this one was not taken over.",
            "Give the document a number that you have not used, and send it again.",
        )
    errors = _errors(seen)
    if not errors:
        return failed(seen.unread or "We did not accept it.", "See its report, mend what it names, and send it again.")
    more = f" And {len(errors) - NAMED} more." if len(errors) > NAMED else ""
    return failed(
        "We did not accept it. " + " ".join(map(_told, errors[:NAMED])) + more,
        " ".join(dict.fromkeys(RULES[one.code].mend for one in errors[:NAMED])),
    )


@check("lines", "It has several lines", argument=int)
def several_lines(seen: Seen, least: int) -> Said:
    count = sum("parent_key" not in line for line in seen.body.get("lines", []))
    if count >= least:
        return passed(f"It has {count} lines.")
    return failed(
        f"It has {count} line{'' if count == 1 else 's'}; {least} are wanted.",
        f"Send a document with at least {least} lines, each with an item of its own.",
    )


@check("purpose", "It says what it is for", argument=list)
def purpose(seen: Seen, wanted: list[str]) -> Said:
    said = seen.purpose or "nothing"
    lines = seen.body.get("lines", [])
    ends_all = bool(lines) and all(line.get("action") == "delete" for line in lines)
    if seen.purpose in wanted or (ends_all and set(wanted) & set(CANCELLING)):
        return passed(f"Its purpose is “{_plain(said)}”.")
    words = " or ".join(f"“{_plain(one)}”" for one in wanted)
    return failed(
        f"Its purpose is “{_plain(said)}”; {words} is wanted.",
        "Set the purpose of the document (in X12: BEG01, BCH01, BSN01 or BIG08), and send it again.",
    )


@check("changes-order", "It names an order that was accepted in these tests")
def changes_order(seen: Seen, _: None) -> Said:
    orders = [one.number for one in seen.before("order")]
    number = next((one for one in seen.orders if one in orders), "")
    if number:
        return passed(f"It names order {number}, which we accepted.")
    return failed(
        f"It names {_list(seen.orders) or 'no order'}, and we accepted no test order of that number.",
        f"Name an order of these tests: {_list(orders[:NAMED])}."
        if orders
        else "Send a valid order first, then this one with the number of that order.",
    )


@check("allowance", "It has an allowance or a charge")
def has_allowance(seen: Seen, _: None) -> Said:
    parts = (seen.body, *seen.body.get("lines", []))
    count = sum(len(part.get("allowances_charges", [])) for part in parts)
    if count:
        return passed(f"It has {count} allowance{'s' if count > 1 else ''} or charge{'s' if count > 1 else ''}.")
    return failed(
        "It has neither an allowance nor a charge that we could read.",
        "Add a discount or a charge, of the document or of a line (in X12: SAC or ITA), and send it again.",
    )


@check("finds", "We find the fault that it was sent with", argument=list)
def finds(seen: Seen, codes: list[str]) -> Said:
    found = [one for one in seen.findings if one.code.value in codes]
    if found:
        return passed(f"We found it: {_told(found[0])}")
    if seen.outcome == ACCEPTED:
        return failed(
            "We found nothing wrong, since nothing in it contradicts itself.",
            "State a total in the document that differs from what its lines add up to. It is a test: we have to see "
            "that such a mistake stops here.",
        )
    other = " ".join(_told(one) for one in _errors(seen)[:NAMED])
    return failed(
        f"It was not accepted, but for another reason. {other or seen.unread}".strip(),
        "Take a document that we accepted, change its stated total only, and send it under a new number.",
    )


@check("recognised", "We recognise that it came before")
def recognised(seen: Seen, _: None) -> Said:
    if seen.came_again:
        return passed("The very same file came twice; we kept one.")
    if seen.outcome == DUPLICATE:
        return passed(f"Number {seen.number} was accepted before, so the second was not taken over.")
    known = next((one.number for one in seen.before(seen.kind)), "")
    return failed(
        f"It is the first with number {seen.number}." if seen.number else "It repeats nothing that we have.",
        f"Send {known or 'a document that we accepted'} once more, under the same number; in X12 with a new "
        "interchange number (ISA13).",
    )


def _errors(seen: Seen) -> list[Finding]:
    return [one for one in seen.findings if one.severity is Severity.ERROR]


def _told(found: Finding) -> str:
    place = found.place.label()
    message = found.message if found.message.endswith((".", "!", "?")) else f"{found.message}."
    return f"{message[:-1]} ({place})." if place else message


def _plain(text: Any) -> str:
    return str(text).replace("_", " ")


def _list(numbers: Sequence[str]) -> str:
    return ", ".join(numbers)
