"""The scenarios that lie beside this module, one file each, read once. Nothing is registered by hand."""

import functools
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec

from mappings.engine.errors import DeclarationError
from mappings.engine.rules.yaml import load
from transactions.certification import answer_checks, content_checks, matching_checks  # noqa: F401  # they register
from transactions.certification.registry import CHECKS, Check
from transactions.certification.seen import Answered, Said, Seen

FOLDER = Path(__file__).parent / "scenarios"
ANY = "any"
WORDS = {
    "order": "order", "order-change": "order change", "order-response": "order response",
    "despatch-advice": "ship notice", "invoice": "invoice", "remittance-advice": "remittance advice",
    "receipt-advice": "receipt advice", "inventory-report": "stock report", "product-activity": "sales report",
    "price-catalogue": "price list", "return": "return", "warehouse-order": "warehouse order",
    "warehouse-shipping-advice": "warehouse shipping advice", "freight-invoice": "freight invoice",
    "load-tender": "load tender", "transport-status": "transport status",
}  # fmt: skip


class Asked(NamedTuple):
    """A check of a scenario, with what the scenario gives it."""

    check: Check
    argument: Any

    def run(self, seen: Seen | Answered) -> Said:
        return self.check.run(seen, self.argument)


class Scenario(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the partner must show once.

    kinds: kinds of documents that it can be asked of; ["any"] for all. default_for: those of which it is asked unless
    somebody decides otherwise. send: what to do, step by step; “{document}” stands for the kind in words,
    “{a_document}” for the same with its article.
    rank: scenarios are shown, and documents matched with them, in this order.
    """

    code: str
    title: str
    why: str
    direction: Literal["inbound", "outbound"]
    rank: int
    kinds: list[str]
    send: list[str]
    checks: list[str | dict[str, Any]]
    default_for: list[str] = []

    def fits(self, kind: str, direction: str) -> bool:
        return direction == self.direction and bool({kind, ANY} & set(self.kinds))

    def is_default(self, kind: str, direction: str) -> bool:
        return self.fits(kind, direction) and bool({kind, ANY} & set(self.default_for))

    def titled(self, kind: str) -> str:
        title = self.title.format(document=words_of(kind))
        return title[:1].upper() + title[1:]

    def steps(self, kind: str) -> list[str]:
        words = words_of(kind)
        article = "an" if words[0] in "aeiou" else "a"
        return [step.format(document=words, a_document=f"{article} {words}") for step in self.send]

    def asked(self) -> list[Asked]:
        """Its checks. Raises DeclarationError for one that is not known, or has the wrong argument."""
        return [_asked(self, one) for one in self.checks]


def words_of(kind: str) -> str:
    """A kind of document in the partner's words: "ship notice" for despatch-advice."""
    return WORDS.get(kind, kind.replace("-", " "))


@functools.cache
def scenarios() -> dict[str, Scenario]:
    """All of them by code, in their order. Raises DeclarationError when a file is not what it must be."""
    found = [_read(path) for path in sorted(FOLDER.glob("*.yaml"))]
    return {one.code: one for one in sorted(found, key=lambda one: (one.rank, one.code))}


def fitting(kind: str, direction: str) -> list[Scenario]:
    """Those that can be asked of an agreement, in their order."""
    return [one for one in scenarios().values() if one.fits(kind, direction)]


def run_checks(scenario: Scenario, seen: Seen | Answered) -> list[tuple[Check, Said]]:
    """Every check of a scenario on one document, or on what is said of one of ours."""
    return [(asked.check, asked.run(seen)) for asked in scenario.asked()]


def is_passed(results: Iterable[tuple[Check, Said]]) -> bool:
    return all(said.is_ok for _, said in results)


def _read(path: Path) -> Scenario:
    data = load(path.read_text(encoding="utf-8"), path.name)
    try:
        scenario = msgspec.convert(data, Scenario)
    except msgspec.ValidationError as error:
        raise DeclarationError("scenario", f"{path.name}: {error}") from error
    if scenario.code != path.stem:
        raise DeclarationError("scenario", f"{path.name} calls itself {scenario.code}")
    of = {asked.check.of for asked in scenario.asked()}
    if of != {Seen if scenario.direction == "inbound" else Answered}:
        raise DeclarationError("scenario", f"{path.name}: its checks judge what does not come {scenario.direction}")
    return scenario


def _asked(scenario: Scenario, one: str | dict[str, Any]) -> Asked:
    name, argument = (one, None) if isinstance(one, str) else next(iter(one.items()))
    check = CHECKS.get(name)
    if check is None:
        raise DeclarationError("scenario", f"{scenario.code}: there is no check {name}")
    if not isinstance(argument, check.argument or type(None)):
        raise DeclarationError("scenario", f"{scenario.code}: {name} does not take {argument!r}")
    return Asked(check, argument)
