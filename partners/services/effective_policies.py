"""Which policies are in force?"""

from partners.models import Agreement, Partner
from partners.policies import Policies, resolve


def effective_policies(partner: Partner, agreement: Agreement | None = None) -> Policies:
    """Onramp's defaults, changed by the partner's policies and then by the agreement's."""
    return resolve(partner.policies, agreement.policies if agreement else {})
