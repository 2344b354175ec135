"""Partners, their identities and connections, and the agreements about what they send."""

from partners.models.agreement import Agreement, AgreementStatus, Direction
from partners.models.certificate import Certificate, CertificatePurpose
from partners.models.connection import ApiKey, Connection, ConnectionSecret, ConnectionTest, Protocol, Scope
from partners.models.contact import Contact, Purpose
from partners.models.expected import AwaitedKind, Deadline, ExpectedDocument, Occasion
from partners.models.guide import Guide
from partners.models.house import HousePolicies
from partners.models.invitation import Invitation, InvitationState
from partners.models.member import Member
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
    "Connection",
    "ConnectionSecret",
    "ConnectionTest",
    "Contact",
    "Direction",
    "Environment",
    "Guide",
    "HousePolicies",
    "Identity",
    "IdentityKind",
    "Invitation",
    "InvitationState",
    "Language",
    "Member",
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
    "Tag",
]
