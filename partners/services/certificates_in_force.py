"""Which certificates are valid now, which one do we use, and which will end soon?"""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
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
    """Those in use that end within this time, or have ended, and have none that follows them in the same place."""
    now = timezone.now()
    ending = Certificate.objects.filter(is_active=True, not_after__lte=now + within).select_related("partner")
    followed = [
        one.pk
        for one in ending
        if any(
            set(one.purposes) <= set(other.purposes)
            for other in Certificate.objects.filter(
                Q(use_from=None) | Q(use_from__lte=one.not_after),
                partner=one.partner_id,
                environment=one.environment,
                is_active=True,
                not_before__lte=one.not_after,
                not_after__gt=now + within,
            )
        )
    ]
    return ending.exclude(pk__in=followed).order_by("not_after")
