"""Partners, their identities and connections, and the agreements about what they send."""

from partners.models.agreement import Agreement, AgreementStatus, Direction
from partners.models.connection import ApiKey, Connection, Protocol
from partners.models.partner import Environment, Identity, IdentityKind, Partner

__all__ = [
    "Agreement",
    "AgreementStatus",
    "ApiKey",
    "Connection",
    "Direction",
    "Environment",
    "Identity",
    "IdentityKind",
    "Partner",
    "Protocol",
]
