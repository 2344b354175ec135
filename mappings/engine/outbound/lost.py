"""What no rule of a declaration writes, and what must not be gone without a word.

Items that other parts of a document refer to (lines, handling units, orders): a line that is silently gone is another
order. And what a declaration takes for granted: a file of orders that are all new says nothing of a cancellation. Of
anything else that has no place, reading the document again says what is missing.
"""

import re
from typing import Any

from mappings.engine.findings import Code, Finding, finding
from mappings.engine.outbound.instances import Journal
from mappings.engine.rules.declaration import Constant, ListRule, Rule, ValueRule

_KEY = "key"
_UNSAID: frozenset[object] = frozenset({"other", None})
"""What a model has for a code that it does not know: it misleads nobody."""


class Lost:
    """The items of one document that were given up so far; a trial that is undone takes back its own."""

    def __init__(self, journal: Journal) -> None:
        self._items: list[tuple[dict[str, Any], ListRule]] = []
        self._misstated: list[Finding] = []
        self._dropped: list[tuple[Rule, object]] = []
        self._journal = journal

    def counts(self, item: object) -> bool:
        """Whether other parts of the document can refer to an item."""
        return isinstance(item, dict) and _KEY in item

    def add(self, item: Any, rule: ListRule) -> int:
        """No block of a rule wrote an item; how many values of it stand there: 0."""
        if self.counts(item):
            self._items.append((item, rule))
            self._journal.add(self._items.pop)
        return 0

    def drop(self, rule: Rule, value: object) -> None:
        """A value of such an item has no place beside the others, and goes alone."""
        self._dropped.append((rule, value))
        self._journal.add(self._dropped.pop)

    def misstate(self, rule: Rule, value: object) -> None:
        """A rule that makes a constant of whatever was sent could not write a value of the document. How it came
        (`exchange`) is another matter by nature."""
        is_said = not _field(rule.rule).startswith("exchange/")
        if is_said and isinstance(rule, ValueRule) and isinstance(rule.source, Constant):
            self._misstated += misstated(rule, value, rule.source.value, "There is no place")

    def findings(self) -> list[Finding]:
        """An error for each."""
        return (
            self._misstated
            + [
                finding(
                    Code.VALUE_UNWRITABLE,
                    f"{_field(rule.rule)}: item {item[_KEY]} has nothing that can be written here",
                    value=str(item.get("line_id", item[_KEY])),
                )
                for item, rule in self._items
            ]
            + [
                finding(
                    Code.PIECE_LEFT_OUT,
                    f"{_field(rule.rule)} was left out: something else stands there",
                    value=_words(value),
                )
                for rule, value in self._dropped
            ]
        )


def _words(value: object) -> str:
    """The first text of a value."""
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return next((text for one in inner if (text := _words(one))), "")
    return str(value)


def misstated(rule: ValueRule, value: object, meant: object, reason: str) -> list[Finding]:
    """The error for a value that reading would take for another one; none where one of them says nothing."""
    if meant == value or not _UNSAID.isdisjoint((meant, value)):
        return []
    message = f"{reason} for {value} ({_field(rule.rule)}): it would be read as {meant}"
    return [finding(Code.VALUE_MISSTATED, message, value=str(value), target=f"/{_field(rule.rule)}")]


def _field(rule: str) -> str:
    """The field that a rule fills, for people: "rules.lines[0].rules.price" is lines/price."""
    return "/".join(step for step in re.split(r"[.]|\[\d+\]|<[^>]*>", rule) if step not in ("", "rules"))
