"""Documents like the golden ones, but others: lines come and go, optional parts go, values change within their type.

Whatever comes of it: the set that is written has no errors, everything that the document said is read from it again,
and a document that was read from it is written and read without any difference.
"""

import copy
import datetime
import functools
import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.engine.findings import Finding, Severity
from mappings.library import index
from tests.mappings.engine.outbound.test_round_trip import NAMED, again, differing, expected, leaves
from tests.mappings.library import golden

Body = dict[str, Any]
COMPUTED = frozenset({"key", "parent_key", "order_key", "unit_key", "line_key", "sequence", "amount", "exchange"})
OPTIONAL = ("descriptions", "dates", "contacts", "measurements", "packaging", "prices", "allowances_charges")
FEW = max(5, settings().max_examples // 8)  # each writes and reads two documents
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@functools.cache
def documents(set_id: str) -> list[tuple[str, Body]]:
    """Release and canonical form of every golden document of a set that comes back whole and clean."""
    whole = {(name, number) for name, number, _, findings, lost, _ in expected() if findings == "0" and not lost}
    found = []
    for case in golden.cases():
        mapping = case.parent.parent.name
        if mapping.startswith(f"x12-{set_id}-"):
            for number, document in enumerate(golden.documents(case / "input.edi"), 1):
                if (f"{mapping}/{case.name}", str(number)) in whole:
                    compiled = index.compiled(mapping)
                    release = compiled.release_for(document.context["group.version"])
                    found.append((release, golden.mapped(compiled, document).body))
    return found


def objects(value: object) -> Iterator[Body]:
    """Every object in a form, itself among them."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from objects(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from objects(inner)


def drop_part(body: Body, dice: random.Random) -> None:
    """Take an item out of a list of the document or a line: X12 has places for such parts that may stay empty."""
    lists = [(one, name) for one in (body, *body.get("lines", [])) for name in OPTIONAL if one.get(name)]
    if lists:
        owner, name = dice.choice(lists)
        owner[name].pop(dice.randrange(len(owner[name])))
        if not owner[name]:
            del owner[name]


def drop_line(body: Body, dice: random.Random) -> None:
    lines = body.get("lines", [])
    parents = {line.get("parent_key") for line in lines}
    free = [line for line in lines if line["key"] not in parents]
    if len(lines) > 1 and free:
        lines.remove(dice.choice(free))


def add_line(body: Body, dice: random.Random) -> None:
    lines = body.get("lines", [])
    parents = {line.get("parent_key") for line in lines}
    alone = [line for line in lines if line["key"] not in parents and "parent_key" not in line]
    if alone:
        lines.append({**copy.deepcopy(dice.choice(alone)), "key": max(line["key"] for line in lines) + 1})


def change_text(body: Body, dice: random.Random) -> None:
    """Another name, city or description, as long as the one before."""
    places = [
        (one, name)
        for part in ("parties", "contacts", "descriptions", "notes")
        for one in objects(body.get(part, []))
        for name in ("name", "city", "text")
        if isinstance(one.get(name), str) and "\n" not in one[name]
    ]
    if places:
        owner, name = dice.choice(places)
        owner[name] = "".join(dice.choice(LETTERS) for _ in owner[name])


def change_number(body: Body, dice: random.Random) -> None:
    """Another quantity of a line, with as many digits."""
    quantities = [line["quantity"] for line in body.get("lines", []) if "value" in line.get("quantity", {})]
    if quantities:
        chosen = dice.choice(quantities)
        chosen["value"] = "".join(dice.choice("123456789") if sign.isdigit() else sign for sign in chosen["value"])


def change_date(body: Body, dice: random.Random) -> None:
    dates = [one for one in objects(body.get("dates", [])) if "date" in one and "until" not in one]
    if dates:
        chosen = dice.choice(dates)
        day = datetime.date.fromisoformat(chosen["date"]) + datetime.timedelta(days=dice.randint(1, 400))
        chosen["date"] = day.isoformat()


ALWAYS: tuple[Callable[[Body, random.Random], None], ...] = (drop_part, change_text)
OF_LINES = (drop_line, add_line, change_number)  # levels have keys that say where they stand
OF_ORDERS = (change_date,)  # elsewhere a date may stand for two values


def mutated(set_id: str, body: Body, dice: random.Random) -> Body:
    made = copy.deepcopy(body)
    ways = [*ALWAYS, *(OF_LINES if set_id in ("850", "855", "860") else ()), *(OF_ORDERS if set_id == "850" else ())]
    for _ in range(dice.randint(1, 4)):
        dice.choice(ways)(made, dice)
    stated = made.get("totals", {}).get("stated", {})
    if "line_count" in stated:
        stated["line_count"] = sum("parent_key" not in line for line in made.get("lines", []))
    stated.pop("hash_total", None)
    return made


def said(body: Body) -> Counter[tuple[str, object]]:
    """What a document says: its values with the names of their fields, wherever they stand; nothing computed."""
    values: Counter[tuple[str, object]] = Counter()
    for pointer, value in leaves("", body | {"totals": {"stated": body.get("totals", {}).get("stated", {})}}):
        names = [name for name in pointer.split("/") if name and not name.isdigit()]
        if not COMPUTED.intersection(names) and "amount" not in names[-1]:
            values[names[-1], value] += 1
    return values


def errors(findings: list[Finding]) -> list[str]:
    return [golden.line(found) for found in findings if found.severity is Severity.ERROR]


@pytest.mark.parametrize("set_id", NAMED)
@settings(max_examples=FEW)
@given(seed=st.integers(0, 10**9))
def test_what_is_written_is_clean_and_says_the_same(set_id: str, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - to choose examples
    release, body = dice.choice(documents(set_id))
    before = mutated(set_id, body, dice)
    mapping = next(index.compiled(name) for name in index.entries() if name.startswith(f"x12-{set_id}-"))
    first, findings = again(mapping, release, before, {"group.version": release})
    assert errors(findings) == []
    assert said(before) - said(first) == Counter()
    second, _ = again(mapping, release, first, {"group.version": release})
    assert differing(first, second) == []
