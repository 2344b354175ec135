"""How documents go out by an agreement: its envelope policies, its identities, the form of its files of rows."""

import msgspec

from mappings.engine.text.settings import TextSettings
from mappings.models import Assignment
from mappings.services.writing.written import OutboundForm
from partners.models import Agreement, IdentityKind
from partners.services.effective_policies import effective_policies


def outbound_form(agreement: Agreement) -> OutboundForm:
    """What an agreement says, for whichever format it is about. At most four queries."""
    partner = agreement.partner
    values: dict[str, str] = {}
    if agreement.set_id.startswith("cXML "):
        credential = partner.identities.filter(kind=IdentityKind.CXML, environment=agreement.environment).first()
        if credential is not None:
            values = {
                "interchange.receiver": credential.value,
                "interchange.receiver_qualifier": credential.qualifier,
            }
    assigned = Assignment.objects.filter(agreement=agreement).values_list("text_settings", flat=True).first()
    return OutboundForm(
        policies=effective_policies(partner, agreement),
        values=values,
        text=msgspec.convert(assigned or {}, TextSettings),
    )
