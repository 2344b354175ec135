"""Begin bringing a partner in: alone, like a similar one, or many together."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from config.core.audit import record_decision
from config.core.models import User
from partners.models import (
    Agreement,
    AgreementStatus,
    Cohort,
    OnboardingCase,
    OnboardingEvent,
    OnboardingTask,
    OnboardingTemplate,
    OnboardingVerb,
    Partner,
)
from partners.services.clone_agreement import NotCloned, clone_agreement
from partners.services.recheck import recheck
from partners.services.refresh_case import refresh_case

MOST = 500  # partners of one cohort


class CaseRefused(Exception):
    """No case was begun or changed; the text says why."""


class Begun(NamedTuple):
    """not_drafted: agreements of the template or the other case that the partner cannot have, with the reason."""

    case: OnboardingCase
    not_drafted: list[str]


def begin_case(
    partner: Partner,
    *,
    by: User,
    owner: User | None = None,
    target_date: date | None = None,
    template: OnboardingTemplate | None = None,
    like: OnboardingCase | None = None,
    cohort: Cohort | None = None,
) -> Begun:
    """A case with the partner's drafts, with what lost its approval, and with tasks and drafts of a template, or of a
    case that it is like.

    target_date: None = as many days from now as the template says. Raises CaseRefused when the partner has an open one.
    """
    today = timezone.now().date()
    if partner.is_own:
        raise CaseRefused("Our own profile is not onboarded.")
    if target_date is None and template is not None:
        target_date = today + timedelta(days=template.days)
    try:
        with transaction.atomic():
            case = OnboardingCase.objects.create(
                partner=partner, owner=owner, target_date=target_date, template=template, cohort=cohort
            )
            _give_tasks(case, template, like, today)
            drafted, not_drafted = _draft(partner, _models(template, like))
            own = Agreement.objects.filter(partner=partner).exclude(status=AgreementStatus.RETIRED)
            in_work = Q(status=AgreementStatus.DRAFT) | Q(coverage__isnull=False) & ~Q(coverage__lost=[])
            case.agreements.add(*own.filter(in_work), *drafted)
            subject = f"partner {partner.code}"
            record_decision("onboarding.begun", subject, by.get_username(), case=case.pk, cohort=str(cohort or ""))
            OnboardingEvent.objects.create(case=case, verb=OnboardingVerb.BEGUN, actor=by.get_username())
    except IntegrityError as error:
        raise CaseRefused(f"{partner} has an open case already.") from error
    for agreement in case.agreements.all():
        recheck(agreement)
    refresh_case(case)
    case.refresh_from_db()
    return Begun(case, not_drafted)


def begin_cohort(
    name: str,
    partners: Iterable[Partner],
    *,
    by: User,
    template: OnboardingTemplate,
    owner: User | None = None,
    target_date: date | None = None,
) -> tuple[Cohort, list[Begun], list[str]]:
    """A case for each of these partners, from one template. Returns the cohort, what was begun, and who was left out
    with the reason. Raises CaseRefused for a name that is taken and for too many partners.
    """
    chosen = list(partners)
    if not 0 < len(chosen) <= MOST:
        raise CaseRefused(f"Choose between 1 and {MOST} partners.")
    if Cohort.objects.filter(name=name).exists():
        raise CaseRefused(f"There is a cohort {name} already.")
    cohort = Cohort.objects.create(name=name)
    begun, left_out = [], []
    for partner in chosen:
        try:
            begun.append(
                begin_case(partner, by=by, owner=owner, target_date=target_date, template=template, cohort=cohort)
            )
        except CaseRefused as refused:
            left_out.append(str(refused))
    return cohort, begun, left_out


def _give_tasks(
    case: OnboardingCase, template: OnboardingTemplate | None, like: OnboardingCase | None, today: date
) -> None:
    for task in template.tasks.all() if template is not None else ():
        OnboardingTask.objects.create(
            case=case, title=task.title, side=task.side, stage=task.stage, due=today + timedelta(days=task.days)
        )
    for done in like.tasks.filter(agreement=None) if like is not None else ():  # those that come by themselves do so
        after = done.due - like.begun_at.date() if done.due and like is not None else None
        OnboardingTask.objects.create(
            case=case, title=done.title, side=done.side, stage=done.stage, due=today + after if after else None
        )


def _models(template: OnboardingTemplate | None, like: OnboardingCase | None) -> list[Agreement]:
    found: list[Agreement] = []
    for source in (template, like):
        if source is not None:
            found += source.agreements.exclude(status=AgreementStatus.RETIRED).order_by("pk")
    return found


def _draft(partner: Partner, models: list[Agreement]) -> tuple[list[Agreement], list[str]]:
    drafted, refused = [], []
    for agreement in models:
        try:
            drafted.append(clone_agreement(agreement, partner, agreement.environment, agreement.release))
        except NotCloned as error:
            refused.append(f"{agreement.set_id} {agreement.release} ({agreement.environment}): {error}")
    return drafted, refused
