"""Which certificates are valid now, which one do we use, and which will end soon?"""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from partners.models import Certificate, CertificatePurpose, Partner

WARN_BEFORE = timedelta(days=30)


def valid_certificates(
    partner: Partner, environment: str, purpose: CertificatePurpose, at: datetime | None = None
) -> list[Certificate]:
    """All that may be used for checking what came; those that are used first stand first."""
    at = at or timezone.now()
    found = Certificate.objects.filter(
        partner=partner, environment=environment, is_active=True, not_before__lte=at, not_after__gt=at
    )
    fitting = [certificate for certificate in found if purpose in certificate.purposes]
    return sorted(fitting, key=lambda one: (one.use_from is not None and one.use_from > at, -one.not_after.timestamp()))


def certificate_in_use(
    partner: Partner, environment: str, purpose: CertificatePurpose, at: datetime | None = None
) -> Certificate | None:
    """The one that we sign with or encrypt for: of those whose time of use has come, the one that ends last."""
    at = at or timezone.now()
    for certificate in valid_certificates(partner, environment, purpose, at):
        if certificate.use_from is None or certificate.use_from <= at:
            return certificate
    return None


def expiring_certificates(within: timedelta = WARN_BEFORE) -> QuerySet[Certificate]:
    """Those in use that end within this time, or have ended, and have none that follows them in the same place.

    Two queries, and the one that is returned.
    """
    now = timezone.now()
    ending = Certificate.objects.filter(is_active=True, not_after__lte=now + within).select_related("partner")
    lasting = Certificate.objects.filter(
        is_active=True, not_after__gt=now + within, partner__in=ending.values("partner")
    ).only("partner", "environment", "purposes", "use_from", "not_before")
    places: dict[tuple[int, str], list[Certificate]] = defaultdict(list)
    for other in lasting:
        places[other.partner_id, other.environment].append(other)
    followed = [
        one.pk
        for one in ending
        if any(
            set(one.purposes) <= set(other.purposes)
            and other.not_before <= one.not_after
            and (other.use_from is None or other.use_from <= one.not_after)
            for other in places[one.partner_id, one.environment]
        )
    ]
    return ending.exclude(pk__in=followed).order_by("not_after")
