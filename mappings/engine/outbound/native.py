"""Whether a document came by the standard that it is written in."""

from typing import Any

from mappings.engine.rules.declaration import Constant, Declaration, ObjectRule, ValueRule

Body = dict[str, Any]


def is_native(declaration: Declaration, body: Body) -> bool:
    """Whether a document was read from the standard that it is written in: then its codes and keys are that one's."""
    return bool((body.get("exchange") or {}).get("standard") == standard_of(declaration))


def standard_of(declaration: Declaration) -> object:
    """The standard that a declaration names in the documents that it reads; else the format of its source."""
    exchange = declaration.rules.get("exchange")
    rule = exchange.rules.get("standard") if isinstance(exchange, ObjectRule) else None
    source = rule.source if isinstance(rule, ValueRule) else None
    return source.value if isinstance(source, Constant) else declaration.source.format
