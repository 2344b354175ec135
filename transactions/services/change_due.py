"""Give a case more time, or less."""

from datetime import datetime

from transactions.models import ExceptionCase
from transactions.services.case_changes import Changed, change_case, why_not


def change_due(case: ExceptionCase, *, to: datetime, actor: str) -> Changed:
    """Set when an open case is due (UTC). `case.due_at` is what the asker saw; what another set meanwhile stays."""
    if case.due_at == to:
        return Changed(False, "Nothing to do: it is due then already.")
    done = change_case(
        case,
        actor=actor,
        seen={"due_at": case.due_at},
        changes={"due_at": to},
        due=f"{to:%Y-%m-%d %H:%M}",
        was_due=f"{case.due_at:%Y-%m-%d %H:%M}" if case.due_at else "",
    )
    return Changed(True, f"Due {to:%Y-%m-%d %H:%M} UTC.") if done else Changed(False, why_not(case))
