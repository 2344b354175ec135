"""What each role may do with partners, the ways that lead to them, and agreements."""

from config.core.roles import ANALYST, APPROVER, AUDITOR, FINANCE, SUPPORT, Grants, may

SHARED = ("partnergroup", "tag", "businesscalendar", "servicelevel")  # rows that the pages of partners lead to
SET_UP = (
    *("partner", "identity", "contact", "certificate", "connection", "agreement", "expecteddocument", "member"),
    *SHARED,
)
SEEN = (*SET_UP, "apikey", "guide", "housepolicies", "invitation", "proposal", "submission")

GRANTS: Grants = {
    ANALYST: (
        *may("view add change", *SET_UP),
        *may("view", "apikey", "guide", "housepolicies", "invitation", "proposal"),
        "decide_proposal",
        "issue_apikey",
        "revoke_apikey",
        "view_submission",
        "submit_agreement",
    ),
    APPROVER: (*may("view", *SEEN), "activate_agreement", "approve_submission", "override_approval"),
    SUPPORT: (*may("view", *SEEN), "revoke_apikey", "second_submission"),
    FINANCE: may("view", "partner", *SHARED),
    AUDITOR: may("view", *SEEN),
}
