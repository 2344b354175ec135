"""What a partner asks for in the portal and may not change by itself; it waits until one of us decides."""

from typing import Any

from django.db import IntegrityError, transaction

from config.core.audit import record_decision
from config.core.models import User
from partners.identities import faults, normalise
from partners.models import Certificate, Identity, Partner, Proposal, ProposalKind, ProposalState

MOST_OPEN = 20


class ProposalRefused(Exception):
    """errors: field ("" for the whole) → sentence."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


def propose_name(partner: Partner, name: str, *, note: str = "", by: User) -> Proposal:
    """Another name of the company. Raises ProposalRefused."""
    name = name.strip()
    if not name or name == partner.name:
        raise ProposalRefused({"name": "This is the name that we have."})
    return _keep(partner, ProposalKind.NAME, {"name": name}, note, by)


def propose_identity(
    partner: Partner, values: dict[str, str], *, instead_of: Identity | None = None, note: str = "", by: User
) -> Proposal:
    """A new identity, or another one in place of one of the partner's. Raises ProposalRefused.

    values: environment, kind, qualifier, value. Whether somebody else has it is said to us alone, when we accept it.
    """
    qualifier, value = normalise(values["kind"], values["qualifier"], values["value"])
    if wrong := faults(values["kind"], qualifier, value):
        raise ProposalRefused(wrong)
    wanted = {**values, "qualifier": qualifier, "value": value}
    if partner.identities.filter(**wanted).exists():
        raise ProposalRefused({"value": "We have this identity of yours already."})
    if instead_of is None:
        return _keep(partner, ProposalKind.NEW_IDENTITY, wanted, note, by)
    return _keep(
        partner, ProposalKind.OTHER_IDENTITY, {**wanted, "before": str(instead_of)}, note, by, identity=instead_of
    )


def propose_end(identity: Identity, *, note: str = "", by: User) -> Proposal:
    """One of the partner's identities is used no longer. Raises ProposalRefused."""
    values = {"before": str(identity)}
    return _keep(identity.partner, ProposalKind.END_OF_IDENTITY, values, note, by, identity=identity)


def propose_certificate(certificate: Certificate, *, by: User) -> Proposal:
    """A certificate that was uploaded and is not in use yet. Raises ProposalRefused."""
    values = {"subject": certificate.subject, "fingerprint": certificate.fingerprint}
    return _keep(certificate.partner, ProposalKind.CERTIFICATE, values, "", by, certificate=certificate)


def take_back(proposal: Proposal, *, by: User) -> bool:
    """The partner does not want it any more. Returns False when it was decided before."""
    with transaction.atomic():
        stored = Proposal.objects.select_for_update().get(pk=proposal.pk)
        if stored.state != ProposalState.OPEN:
            return False
        certificate = stored.certificate
        stored.state, stored.certificate = ProposalState.WITHDRAWN, None
        stored.save()
        if certificate is not None:
            certificate.delete()
        record_decision("proposal.withdrawn", f"partner {stored.partner.code}", by.get_username(), proposal=stored.pk)
    return True


def _keep(partner: Partner, kind: ProposalKind, values: dict[str, Any], note: str, by: User, **about: Any) -> Proposal:
    try:
        with transaction.atomic():
            Partner.objects.select_for_update().get(pk=partner.pk)
            if partner.proposals.filter(state=ProposalState.OPEN).count() >= MOST_OPEN:
                raise ProposalRefused({"": f"{MOST_OPEN} proposals are waiting for us. Take some back first."})
            proposal = Proposal.objects.create(
                partner=partner, kind=kind, values=values, note=note.strip(), proposed_by=by, **about
            )
            record_decision("proposal.made", f"partner {partner.code}", by.get_username(), what=str(proposal)[:200])
    except IntegrityError as error:
        raise ProposalRefused({"": "A change of this is proposed already. Take that one back first."}) from error
    return proposal
