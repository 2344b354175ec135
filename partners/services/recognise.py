"""Whose document is this, may it come this way, and under which agreement does it come?"""

from datetime import date
from zoneinfo import ZoneInfo

from django.db.models import Q
from django.utils import timezone

from partners.identities import normalise
from partners.models import (
    Agreement,
    AgreementStatus,
    Connection,
    Coverage,
    Direction,
    Identity,
    IdentityKind,
    Partner,
)

RELEASE_DIGITS = 6


def find_partner(kind: IdentityKind, qualifier: str, value: str, environment: str) -> Partner | None:
    """The partner known by this identity in this environment, or None. An inactive partner is found too.

    qualifier: ISA05 or ISA07 for `IdentityKind.ISA`, "" where the kind has none. Blanks around and case are ignored.
    """
    qualifier, value = normalise(kind, qualifier, value)
    identity = (
        Identity.objects.select_related("partner")
        .filter(environment=environment, kind=kind, qualifier=qualifier, value=value)
        .first()
    )
    return identity.partner if identity else None


def find_agreement(
    partner: Partner,
    direction: Direction,
    environment: str,
    set_id: str,
    version: str,
    standard: str = "X12",
    on: date | None = None,
) -> Agreement | None:
    """The live agreement that covers a document and carries traffic now, or None; `why_held` says why it does not."""
    decisive = decisive_agreement(partner, direction, environment, set_id, version, standard, on)
    return decisive if decisive is not None and not why_held(decisive) else None


def decisive_agreement(
    partner: Partner,
    direction: Direction,
    environment: str,
    set_id: str,
    version: str,
    standard: str = "X12",
    on: date | None = None,
) -> Agreement | None:
    """The agreement that decides about a document, live or suspended, or None. One query.

    on: the day on which it must hold; today in the partner's time zone when None.

    version: GS08 as sent, six digits and perhaps an industry suffix (004010VICS). The most specific agreement decides:
    that for release and suffix, then for the release, then for all releases. While that one is suspended, a more
    general one does not step in.
    """
    releases = releases_covering(version)
    on = on or timezone.now().astimezone(ZoneInfo(partner.time_zone)).date()
    candidates = Agreement.objects.select_related("partner", "coverage").filter(
        Q(effective_from=None) | Q(effective_from__lte=on),
        Q(effective_until=None) | Q(effective_until__gte=on),
        partner=partner,
        direction=direction,
        environment=environment,
        standard=standard,
        set_id=set_id,
        status__in=[AgreementStatus.LIVE, AgreementStatus.SUSPENDED],
        release__in=releases,
    )
    return min(candidates, key=lambda agreement: releases.index(agreement.release), default=None)


def why_held(agreement: Agreement) -> str:
    """Why documents of an agreement are held now, in a sentence; "" when they pass."""
    if agreement.status != AgreementStatus.LIVE:
        return f"{agreement} is {agreement.get_status_display().lower()}; what comes for it is held."
    coverage: Coverage | None = getattr(agreement, "coverage", None)
    if coverage is None or coverage.hold_from is None or coverage.hold_from > timezone.now():
        return ""
    changed = ", ".join(dict.fromkeys(one["title"] for one in coverage.lost))
    return f"The approval of {agreement} does not cover it any more ({changed}); what comes for it is held."


def may_carry(connection: Connection, partner: Partner) -> bool:
    """Whether this partner's documents may come through the connection: it is the partner's own, or carries them."""
    return partner.pk == connection.partner_id or connection.carries.filter(pk=partner.pk).exists()


def releases_covering(version: str) -> list[str]:
    """The releases an agreement may name to cover GS08, most specific first: 004010VICS, 004010, and empty."""
    exact = version.strip().upper()
    return list(dict.fromkeys([exact, exact[:RELEASE_DIGITS], ""]))
