"""The roles that people have, and what each may do with people and roles themselves.

Each app says in its own `roles.py` what a role may do with its models; `config.core.role_groups` makes groups of them.
What a role may do is written for people in config/docs/roles.md, and a test keeps the two in step.
"""

from collections.abc import Mapping
from typing import NamedTuple


class Role(NamedTuple):
    """name: of its group. description: for whoever gives the role. uses_admin: False for the portal only."""

    name: str
    description: str
    uses_admin: bool = True


# Codenames of permissions on the models of one app.
Grants = Mapping[Role, tuple[str, ...]]

ANALYST = Role(
    "Onboarding analysts",
    "Set up partners, connections, keys and agreements, draft and submit mappings, lead onboarding, work on cases. "
    "They approve nothing, put nothing live and publish nothing.",
)
APPROVER = Role(
    "Approvers",
    "Decide on what was submitted, put agreements live and publish mapping versions that others drafted. "
    "They see everything of it and edit nothing.",
)
SUPPORT = Role(
    "Integration support",
    "Trace documents, reprocess and release them, work on cases, revoke a key that leaked, give the second approval "
    "where policy asks for two. They change no set-up.",
)
FINANCE = Role(
    "Finance",
    "See and work on the cases of the finance queue, and read the documents and files that these are about.",
)
AUDITOR = Role(
    "Auditors",
    "Read everything with its history, and who may do what. They change nothing and download no raw bytes.",
)
PARTNER_USER = Role(
    "Partner users",
    "A partner's own staff: the portal, with what is their partner's only. No admin.",
    uses_admin=False,
)
ROLES = (ANALYST, APPROVER, SUPPORT, FINANCE, AUDITOR, PARTNER_USER)


def may(verbs: str, *models: str) -> tuple[str, ...]:
    """Codenames of the admin's own permissions: may("view add", "partner") is ("view_partner", "add_partner")."""
    return tuple(f"{verb}_{model}" for model in models for verb in verbs.split())


TOKENS = ("view_accesstoken", "issue_accesstoken")  # one's own; who sees users sees everybody's
SHARING = ("change_savedfilter",)  # with everybody who sees the list; one's own filters need no permission
GRANTS: Grants = {
    **dict.fromkeys((ANALYST, APPROVER, SUPPORT, FINANCE), (*TOKENS, *SHARING)),
    AUDITOR: may("view", "user", "auditentry", "accesstoken"),
}
