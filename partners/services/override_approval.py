"""Let an agreement carry traffic for some hours although its approval does not cover it: an emergency."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from config.core.audit import record_decision
from config.core.models import User
from partners.models import Agreement, AgreementStatus, Coverage, NoticeKind, OnboardingEvent, OnboardingVerb
from partners.services.locked import locked_agreement
from partners.services.notify import notify
from partners.services.recheck import recheck
from partners.services.refused import StatusRefused

LONGEST = timedelta(days=14)


def override_approval(agreement: Agreement, *, by: User, reason: str, until: datetime) -> Coverage:
    """Documents pass until then, and the agreement may be put live until then. Everybody concerned is alerted.

    reason: at least a sentence; it is in the chain of decisions. until: at most LONGEST from now. When it ends, what
    the approval does not cover is held at once. Raises StatusRefused.
    """
    now = timezone.now()
    if not reason.strip():
        raise StatusRefused("An override needs a reason.")
    if not now < until <= now + LONGEST:
        raise StatusRefused(f"An override ends within {LONGEST.days} days, and not in the past.")
    with transaction.atomic():
        stored = locked_agreement(agreement.pk)
        if stored.status == AgreementStatus.RETIRED:
            raise StatusRefused(f"{stored} is retired.")
        Coverage.objects.get_or_create(agreement=stored)
        coverage = Coverage.objects.select_for_update(no_key=True).get(agreement=stored)
        coverage.override_until, coverage.override_reason = until, reason[:300]
        coverage.override_by = by.get_username()
        coverage.save()
        data = {"reason": reason, "until": until.isoformat()}
        record_decision("agreement.overridden", f"agreement {stored.pk}", by.get_username(), name=str(stored), **data)
        event = OnboardingEvent.objects.create(
            agreement=stored, verb=OnboardingVerb.OVERRIDDEN, actor=by.get_username(), data=data
        )
        notify(
            stored,
            NoticeKind.OVERRIDDEN,
            event.pk,
            and_approvers=True,
            by=by.get_username(),
            reason=reason,
            until=until,
        )
    logging.getLogger(__name__).warning("approval of %s overridden by %s until %s: %s", stored, by, until, reason)
    return recheck(stored)
