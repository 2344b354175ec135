"""Pages about who we trade with."""

from partners.admin.agreements import AgreementAdmin
from partners.admin.certificates import CertificateAdmin
from partners.admin.connections import ApiKeyAdmin, ConnectionAdmin
from partners.admin.guides import GuideAdmin
from partners.admin.invitations import InvitationAdmin
from partners.admin.notices import NoticeAdmin
from partners.admin.onboarding import CohortAdmin, FreezePeriodAdmin, OnboardingCaseAdmin, OnboardingTemplateAdmin
from partners.admin.organisation import BusinessCalendarAdmin, PartnerGroupAdmin, ServiceLevelAdmin, TagAdmin
from partners.admin.partner_inlines import AgreementInline
from partners.admin.partners import IdentityAdmin, PartnerAdmin
from partners.admin.policies_admin import HousePoliciesAdmin
from partners.admin.proposals import ProposalAdmin
from partners.admin.submissions import SubmissionAdmin

__all__ = [
    "CohortAdmin",
    "FreezePeriodAdmin",
    "OnboardingCaseAdmin",
    "OnboardingTemplateAdmin",
    "AgreementAdmin",
    "AgreementInline",
    "ApiKeyAdmin",
    "BusinessCalendarAdmin",
    "CertificateAdmin",
    "ConnectionAdmin",
    "GuideAdmin",
    "HousePoliciesAdmin",
    "IdentityAdmin",
    "InvitationAdmin",
    "NoticeAdmin",
    "PartnerAdmin",
    "PartnerGroupAdmin",
    "ProposalAdmin",
    "ServiceLevelAdmin",
    "SubmissionAdmin",
    "TagAdmin",
]
