"""Pages about who we trade with."""

from partners.admin.agreements import AgreementAdmin
from partners.admin.connections import ApiKeyAdmin, ConnectionAdmin
from partners.admin.partners import AgreementInline, IdentityAdmin, PartnerAdmin

__all__ = ["AgreementAdmin", "AgreementInline", "ApiKeyAdmin", "ConnectionAdmin", "IdentityAdmin", "PartnerAdmin"]
