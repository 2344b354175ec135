"""A certificate that a partner uploads in the portal: used for tests at once, for live traffic when we accept it."""

from django.db import transaction

from config.core.audit import record_decision
from config.core.models import User
from partners.models import Certificate, Environment, Partner
from partners.services.add_certificate import CertificateRefused, add_certificate
from partners.services.propose import ProposalRefused, propose_certificate

MOST = 50  # of one partner


def upload_certificate(
    partner: Partner, environment: str, purposes: list[str], content: bytes, *, by: User
) -> Certificate:
    """Keep it; it is in use (`is_active`) when it is for tests, else it waits. Raises CertificateRefused."""
    if partner.certificates.count() >= MOST:
        raise CertificateRefused("There are too many certificates. Ask your contact with us to clear up.")
    with transaction.atomic():
        waits = environment == Environment.PRODUCTION
        certificate = add_certificate(partner, environment, purposes, content, is_active=not waits)
        if waits:
            try:
                propose_certificate(certificate, by=by)
            except ProposalRefused as refused:
                raise CertificateRefused(str(refused)) from refused
        subject, actor = f"partner {partner.code}", by.get_username()
        record_decision("certificate.uploaded", subject, actor, fingerprint=certificate.fingerprint)
    return certificate
