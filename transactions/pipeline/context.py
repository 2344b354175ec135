"""What the sets of a group are read with: delimiters, mapping, policies, and what the envelopes say."""

from mappings.services.compiled import compiled
from partners.models import Agreement
from partners.services.effective_policies import effective_policies
from transactions.models import FunctionalGroup
from transactions.pipeline.rows import delimiters_of, group_header, interchange_header
from transactions.pipeline.translate import SetContext, context_values


def context_of(group: FunctionalGroup, set_id: str, agreement: Agreement) -> SetContext:
    """The context for the sets `set_id` of a group under an agreement that has a mapping assigned.

    Costs no query when group.interchange, agreement.partner and agreement.assignment.version are loaded. Raises
    DeclarationError when the mapping does not compile.
    """
    delimiters = delimiters_of(group.interchange)
    return SetContext(
        set_id=set_id,
        version=group.version,
        delimiters=delimiters,
        mapping=compiled(agreement.assignment.version),
        policies=effective_policies(agreement.partner, agreement),
        values=context_values(interchange_header(group.interchange), group_header(group), delimiters),
    )
