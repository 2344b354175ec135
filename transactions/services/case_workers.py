"""Who may be given a case."""

from django.db.models import QuerySet

from config.core.models import User
from transactions.services.case_rights import WORK, WORK_FINANCE
from transactions.states import Queue

BACKEND = "django.contrib.auth.backends.ModelBackend"


def workers_of(queue: str) -> QuerySet[User]:
    """Active people who may work on the cases of a queue, by name."""
    right = WORK_FINANCE if queue == Queue.FINANCE else WORK
    return User.objects.with_perm(right, backend=BACKEND).filter(is_active=True).order_by("username")
