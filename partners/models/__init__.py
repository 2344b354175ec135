"""Partners, their identities and connections, and the agreements about what they send."""

from partners.models.agreement import Agreement, AgreementStatus, Direction
from partners.models.certificate import Certificate, CertificatePurpose
from partners.models.connection import ApiKey, Connection, ConnectionSecret, ConnectionTest, Protocol, Scope
from partners.models.contact import Contact, Purpose
from partners.models.coverage import Coverage, Stage, Submission, SubmissionState
from partners.models.expected import AwaitedKind, Deadline, ExpectedDocument, Occasion
from partners.models.guide import Guide
from partners.models.house import HousePolicies
from partners.models.invitation import Invitation, InvitationState
from partners.models.member import Member
from partners.models.notice import Notice, NoticeKind
from partners.models.onboarding import (
    Cohort,
    FreezePeriod,
    OnboardingCase,
    OnboardingComment,
    OnboardingEvent,
    OnboardingTask,
    OnboardingTemplate,
    OnboardingVerb,
    Side,
    TemplateTask,
)
from partners.models.organisation import BusinessCalendar, PartnerGroup, ServiceLevel, Tag
from partners.models.partner import Environment, Identity, IdentityKind, Language, Partner, Role
from partners.models.proposal import Proposal, ProposalKind, ProposalState

__all__ = [
    "Agreement",
    "AwaitedKind",
    "Deadline",
    "ExpectedDocument",
    "Occasion",
    "AgreementStatus",
    "ApiKey",
    "BusinessCalendar",
    "Certificate",
    "CertificatePurpose",
    "Cohort",
    "Connection",
    "ConnectionSecret",
    "ConnectionTest",
    "Contact",
    "Coverage",
    "Direction",
    "Environment",
    "FreezePeriod",
    "Guide",
    "HousePolicies",
    "Identity",
    "IdentityKind",
    "Invitation",
    "InvitationState",
    "Language",
    "Member",
    "Notice",
    "NoticeKind",
    "OnboardingCase",
    "OnboardingComment",
    "OnboardingEvent",
    "OnboardingTask",
    "OnboardingTemplate",
    "OnboardingVerb",
    "Partner",
    "PartnerGroup",
    "Proposal",
    "ProposalKind",
    "ProposalState",
    "Protocol",
    "Purpose",
    "Role",
    "Scope",
    "ServiceLevel",
    "Side",
    "Stage",
    "Submission",
    "SubmissionState",
    "Tag",
    "TemplateTask",
]
