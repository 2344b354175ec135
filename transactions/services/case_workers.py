"""Who may be given a case."""

from django.db.models import Q, QuerySet

from config.core.models import User
from transactions.models import ExceptionCase
from transactions.services.case_rights import WORK, WORK_FINANCE
from transactions.states import Queue

BACKEND = "django.contrib.auth.backends.ModelBackend"


def workers_of(queue: str) -> QuerySet[User]:
    """Active people who may work on the cases of a queue, by name."""
    right = WORK_FINANCE if queue == Queue.FINANCE else WORK
    return User.objects.with_perm(right, backend=BACKEND).filter(is_active=True).order_by("username")


def workers_on(case: ExceptionCase, name: str = "") -> QuerySet[User]:
    """Active people who may work on this case; those whose user name, name or address begins with `name`."""
    found = workers_of(case.queue)
    if not name:
        return found
    named = Q()
    for column in ("username", "first_name", "last_name", "email"):
        named |= Q(**{f"{column}__istartswith": name})
    return found.filter(named)
