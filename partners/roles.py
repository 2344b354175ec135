"""What each role may do with partners, the ways that lead to them, and agreements."""

from config.core.roles import ANALYST, APPROVER, AUDITOR, FINANCE, SUPPORT, Grants, may

SHARED = ("partnergroup", "tag", "businesscalendar", "servicelevel")  # rows that the pages of partners lead to
SET_UP = (
    "partner",
    "identity",
    "contact",
    "certificate",
    "connection",
    "agreement",
    "expecteddocument",
    "member",
    *SHARED,
)
SEEN = (*SET_UP, "apikey", "guide", "housepolicies", "invitation", "proposal")

GRANTS: Grants = {
    ANALYST: (
        *may("view add change", *SET_UP),
        *may("view", "apikey", "guide", "housepolicies", "invitation", "proposal"),
        "decide_proposal",
        "issue_apikey",
        "revoke_apikey",
    ),
    APPROVER: (*may("view", *SEEN), "activate_agreement"),
    SUPPORT: (*may("view", *SEEN), "revoke_apikey"),
    FINANCE: may("view", "partner", *SHARED),
    AUDITOR: may("view", *SEEN),
}
