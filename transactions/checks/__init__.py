"""Business rules on canonical documents. A rule sees the canonical form only, whatever it came from."""

from collections.abc import Callable

from mappings.engine.findings import Finding
from transactions.checks.order import check_order

Body = dict[str, object]
CHECKS: dict[str, Callable[[Body], list[Finding]]] = {"order/1": check_order}


def check(schema: str, body: Body) -> list[Finding]:
    """The findings of all business rules for a canonical document of this schema ("order/1")."""
    rules = CHECKS.get(schema)
    return rules(body) if rules else []
