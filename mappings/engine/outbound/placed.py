"""Where the items of a document were written: what the `outbound` part says of items is written there, too."""

from functools import partial
from typing import Any

from mappings.engine.outbound.format_writer import Scope
from mappings.engine.outbound.instances import Journal


class PlacedItems:
    """scopes: by the `id` of an item. What is undone is forgotten."""

    def __init__(self, journal: Journal) -> None:
        self.scopes: dict[int, Scope] = {}
        self._journal = journal

    def put(self, item: Any, scope: Scope) -> None:
        """An item stands in a scope now. Texts are no items: equal ones are the same."""
        if isinstance(item, dict):
            known = self.scopes.get(id(item))
            self.scopes[id(item)] = scope
            self._journal.add(partial(self._restore, id(item), known))

    def _restore(self, key: int, known: Scope | None) -> None:
        if known is None:
            del self.scopes[key]
        else:
            self.scopes[key] = known
