"""What each role may do with partners, the ways that lead to them, and agreements."""

from config.core.roles import ANALYST, APPROVER, AUDITOR, FINANCE, SUPPORT, Grants, may

SHARED = ("partnergroup", "tag", "businesscalendar", "servicelevel")  # rows that the pages of partners lead to
SET_UP = (
    *("partner", "identity", "contact", "certificate", "connection", "agreement", "expecteddocument", "member"),
    *SHARED,
)
ONBOARDING = ("onboardingcase", "onboardingtemplate", "templatetask", "cohort", "freezeperiod")
SEEN = (*SET_UP, "apikey", "guide", "housepolicies", "invitation", "notice", "proposal", "submission", *ONBOARDING)

GRANTS: Grants = {
    ANALYST: (
        *may("view add change", *SET_UP),
        *may("view", "apikey", "guide", "housepolicies", "invitation", "notice", "proposal"),
        "decide_proposal",
        "issue_apikey",
        "revoke_apikey",
        "view_submission",
        "submit_agreement",
        *may("view add change", *ONBOARDING),
        "comment_onboardingcase",
    ),
    APPROVER: (
        *may("view", *SEEN),
        "activate_agreement",
        "approve_submission",
        "override_approval",
        "comment_onboardingcase",
    ),
    SUPPORT: (*may("view", *SEEN), "revoke_apikey", "second_submission", "comment_onboardingcase"),
    FINANCE: may("view", "partner", *SHARED),
    AUDITOR: may("view", *SEEN),
}
