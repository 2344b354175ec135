"""Accept what a partner proposed, which changes it, or refuse it with a reason."""

from django.db import transaction
from django.utils import timezone

from config.core.audit import record_decision
from config.core.models import User
from partners.models import Identity, Proposal, ProposalKind, ProposalState
from partners.services.change import change


class AlreadyDecided(Exception):
    """Somebody decided before, or the partner took it back."""


def accept(proposal: Proposal, *, by: User) -> Proposal:
    """Change what was proposed, with the same checks as by hand.

    Raises AlreadyDecided, and services.change.Refused with nothing changed (another partner may have the identity).
    """
    with transaction.atomic():
        stored = _open(proposal)
        _apply(stored, by)
        return _decided(stored, ProposalState.ACCEPTED, by)


def refuse(proposal: Proposal, reason: str, *, by: User) -> Proposal:
    """Change nothing; the partner reads the reason. Raises AlreadyDecided."""
    with transaction.atomic():
        stored = _open(proposal)
        certificate, stored.certificate = stored.certificate, None
        refused = _decided(stored, ProposalState.REFUSED, by, reason)
        if certificate is not None:
            certificate.delete()
        return refused


def _open(proposal: Proposal) -> Proposal:
    stored = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if stored.state != ProposalState.OPEN:
        raise AlreadyDecided("It was decided before, or the partner took it back.")
    return stored


def _decided(proposal: Proposal, state: ProposalState, by: User, reason: str = "") -> Proposal:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, timezone.now()
    proposal.reason = reason.strip()
    proposal.save()
    said = {"reason": proposal.reason} if proposal.reason else {}
    subject, actor = f"partner {proposal.partner.code}", by.get_username()
    record_decision(f"proposal.{state}", subject, actor, proposal=proposal.pk, what=str(proposal)[:200], **said)
    return proposal


def _apply(proposal: Proposal, by: User) -> None:
    reason = f"Proposed by {proposal.proposed_by or 'the partner'} in the portal"
    values = {name: value for name, value in proposal.values.items() if name != "before"}
    if proposal.kind == ProposalKind.NAME:
        change(proposal.partner, values, by=by, reason=reason)
    elif proposal.kind == ProposalKind.NEW_IDENTITY:
        change(Identity(partner=proposal.partner), values, by=by, reason=reason)
    elif proposal.kind == ProposalKind.CERTIFICATE:
        if proposal.certificate is None:
            raise AlreadyDecided("The certificate is not there any more.")
        change(proposal.certificate, {"is_active": True}, by=by, reason=reason)
    elif proposal.identity is None:
        raise AlreadyDecided("The identity is not there any more.")
    elif proposal.kind == ProposalKind.OTHER_IDENTITY:
        change(proposal.identity, values, by=by, reason=reason)
    else:
        identity, proposal.identity = proposal.identity, None
        identity._change_reason = reason[:100]  # type: ignore[attr-defined]  # read by simple-history
        identity.delete()
