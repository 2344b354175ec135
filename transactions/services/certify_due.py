"""The watch over certifications: what a broker forgot is judged all the same, and so is what partners answer."""

import logging
from datetime import timedelta

from django.utils import timezone

from partners.models import Environment
from partners.services.effective_policies import house_read_once
from transactions.models import CertificationUpload, Document, SentGroup, Watched
from transactions.services.certify import OVERLAP, agreements_of, certify
from transactions.states import DocumentStage

logger = logging.getLogger(__name__)
NAME = "certification"
FIRST = timedelta(days=1)  # so far back the first look reads


def certify_due() -> int:
    """Look at the partners whose tests moved since the last look. Returns how many runs were made.

    An agreement that cannot be judged harms no other; it is logged, and looked at again with the partner's next test.
    """
    now = timezone.now()
    until = Watched.objects.filter(name=NAME).values_list("until", flat=True).first()
    since = (until - OVERLAP) if until else now - FIRST
    tests = Document.objects.filter(stage=DocumentStage.FINAL, environment=Environment.TEST, final_at__gte=since)
    sent = SentGroup.objects.filter(environment=Environment.TEST, answered_at__gte=since)
    late = SentGroup.objects.filter(environment=Environment.TEST, due_at__gte=since, due_at__lte=now)
    partners = {
        pk for rows in (tests, sent, late) for pk in rows.order_by().values_list("partner", flat=True).distinct()
    }
    uploads = CertificationUpload.objects.filter(judged_at=None)
    partners |= set(uploads.order_by().values_list("agreement__partner", flat=True).distinct())
    made = 0
    with house_read_once():
        for agreement in agreements_of(partners):
            try:
                made += certify(agreement)
            except Exception:  # whatever our code does wrong must not harm other partners
                logger.exception("certification of agreement %s failed", agreement.pk)
    Watched.objects.update_or_create(name=NAME, defaults={"until": now})
    return made
