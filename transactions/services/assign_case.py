"""Give a case to a person, or take it back."""

from config.core.models import User
from transactions.models import ExceptionCase
from transactions.services.case_changes import Changed, change_case, why_not
from transactions.services.case_rights import may_work_on


def assign_case(case: ExceptionCase, *, to: User | None, actor: User) -> Changed:
    """Make `to` the owner of an open case; None takes it from its owner.

    `case.assignee_id` is what the asker saw: when it is another's by now, nothing changes and the message says whose.
    """
    if to is not None and not (to.is_active and may_work_on(to, case)):
        return Changed(False, f"{to.get_username()} may not work on the queue {case.get_queue_display()}.")
    if case.assignee_id == (to.pk if to else None):
        return Changed(False, f"Nothing to do: it is {to.get_username()}'s already." if to else "Nobody has it.")
    done = change_case(
        case,
        actor=actor.get_username(),
        seen={"assignee_id": case.assignee_id},
        changes={"assignee_id": to.pk if to else None},
        assigned_to=to.get_username() if to else "nobody",
    )
    if not done:
        return Changed(False, why_not(case))
    if to is None:
        return Changed(True, "Nobody has the case now.")
    return Changed(True, "The case is yours." if to.pk == actor.pk else f"The case is {to.get_username()}'s now.")
