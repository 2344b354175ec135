"""Tasks of a case, and what people say about it."""

from collections.abc import Iterable
from datetime import date
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from config.core.blobs import store
from config.core.models import User
from partners.models import OnboardingCase, OnboardingComment, OnboardingEvent, OnboardingTask, OnboardingVerb
from partners.services.begin_case import CaseRefused

LIMIT = 20_000_000
"""Bytes of an attachment."""


def add_task(case: OnboardingCase, title: str, side: str, stage: str, due: date | None) -> OnboardingTask:
    """One more thing to do. Raises CaseRefused when the case is closed or the task is none."""
    if OnboardingCase.objects.filter(pk=case.pk).exclude(closed_at=None).exists():
        raise CaseRefused("The case is closed.")
    task = OnboardingTask(case=case, title=title.strip(), side=side, stage=stage, due=due)
    try:
        task.full_clean()
    except ValidationError as error:
        raise CaseRefused(" ".join(error.messages)) from error
    task.save()
    return task


def set_done(task: OnboardingTask, *, is_done: bool, by: User) -> OnboardingTask:
    """Done, or open again; saying it twice changes nothing. Raises CaseRefused when the case is closed."""
    with transaction.atomic():
        rows = OnboardingTask.objects.select_for_update(of=("self",)).select_related("case")
        stored = rows.get(pk=task.pk)
        if stored.case.closed_at is not None:
            raise CaseRefused("The case is closed.")
        if (stored.done_at is not None) == is_done:
            return stored
        stored.done_at = timezone.now() if is_done else None
        stored.done_by = by.get_username() if is_done else ""
        stored.agreement = stored.agreement if is_done else None  # opened by a person: it is not done by itself again
        stored.save()
        verb = OnboardingVerb.TASK_DONE if is_done else OnboardingVerb.TASK_OPENED
        OnboardingEvent.objects.create(
            case_id=stored.case_id, verb=verb, actor=by.get_username(), data={"task": stored.title}
        )
    return stored


def comment(
    case: OnboardingCase, text: str, *, by: User, file_name: str = "", content: Iterable[bytes] = ()
) -> OnboardingComment:
    """Say something, perhaps with a file of at most LIMIT bytes (BlobTooLarge). Raises CaseRefused for nothing."""
    if not text.strip() and not file_name:
        raise CaseRefused("Say something, or attach a file.")
    blob = store(content, LIMIT) if file_name else None
    return OnboardingComment.objects.create(
        case=case,
        by=by.get_username(),
        text=text.strip(),
        file_name=PurePath(file_name).name[-200:],
        sha256=blob.sha256 if blob else "",
        size=blob.size if blob else 0,
    )
