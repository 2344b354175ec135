"""What must be known of a partner before anything else: who it is, whom to write to, and what documents call it."""

from partners.models import Agreement, Contact, Guide, Identity, IdentityKind
from partners.readiness.registry import Verdict
from partners.services.check_policies import check_policies
from partners.services.effective_policies import effective_policies

X12_KINDS = (IdentityKind.ISA, IdentityKind.GS)


def profile_complete(agreement: Agreement) -> Verdict:
    """A role, somebody with an e-mail address, and somebody of us who answers for it."""
    partner = agreement.partner
    contacts = Contact.objects.filter(partner=partner, is_active=True).exclude(email="")
    mailboxes = list(contacts.order_by("email").values_list("email", flat=True))
    owners = [agreement.business_owner_id, agreement.technical_owner_id]
    owners += [partner.business_owner_id, partner.technical_owner_id]
    lacking = []
    if not partner.roles:
        lacking.append("what the partner is to us (a role)")
    if not mailboxes:
        lacking.append("a contact with an e-mail address")
    if not any(owners):
        lacking.append("an owner of ours")
    seen = {"roles": partner.roles, "contacts": mailboxes}
    if lacking:
        return Verdict(False, f"The profile lacks {_listed(lacking)}.", seen)
    return Verdict(True, "Role, contact and owner are known.", seen)


def identity_known(agreement: Agreement) -> Verdict:
    """The name by which documents of this standard call the partner, in the agreement's environment."""
    if agreement.standard == "TEXT":
        return Verdict(True, "Text files are known by the way they come.")
    kinds = X12_KINDS if agreement.standard == "X12" else [one for one in IdentityKind if one not in X12_KINDS]
    found = Identity.objects.filter(partner=agreement.partner_id, environment=agreement.environment, kind__in=kinds)
    values = [f"{one.kind} {one}" for one in found.order_by("kind", "qualifier", "value")]
    if not values:
        named = (
            "an ISA or GS identity" if agreement.standard == "X12" else "an identity for XML (GLN, endpoint, cXML …)"
        )
        return Verdict(False, f"The partner has no {named.removeprefix('an ')} in {agreement.environment}.", {})
    return Verdict(True, f"Known as {', '.join(values[:3])}.", {"identities": values})


def guide_present(agreement: Agreement) -> Verdict:
    """The partner's guide, where policy asks for one."""
    guides = [str(one) for one in Guide.objects.filter(partner=agreement.partner_id).order_by("title", "-version")]
    if guides:
        return Verdict(True, f"{guides[0]}{' and more' if len(guides) > 1 else ''}.", {"guides": guides})
    if effective_policies(agreement.partner, agreement).guide == "required":
        return Verdict(False, "The partner's guide is not here. Add it on the partner's page.", {"guides": []})
    return Verdict(True, "No guide; policy does not ask for one.", {"guides": []})


def policies_agree(agreement: Agreement) -> Verdict:
    """Policies of the house, the partner and the agreement that hold together."""
    said = check_policies(agreement.policies, agreement.partner)
    return Verdict(not said, " ".join(said) or "The policies hold together.")


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
