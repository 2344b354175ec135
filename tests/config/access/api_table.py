"""Who may call what of the API: every URL of it with the decision about it, like `table` for pages."""

# By key only: whoever is logged in gets no more than anonymous callers.
BY_KEY = {
    "api:files", "api:file", "api:file-content", "api:documents", "api:document", "api:document-canonical",
    "api:document-lineage", "api:document-source", "api:acknowledgments", "api:acknowledgment",
    "api:acknowledgment-content", "api:certification-files",
}  # fmt: skip

# The configuration, with a person's access token: the roles that may, by method. Without a token 401, like BY_KEY.
READERS = "analyst approver support auditor"
EVERYBODY = "analyst approver support finance auditor"


def _kind(
    many: str, one: str, readers: str, *, writers: str = "analyst", makes: bool = True, deletes: bool = False
) -> dict[str, dict[str, str]]:
    return {
        f"api:{many}": {"GET": readers} | ({"POST": writers} if makes else {}),
        f"api:{one}": {"GET": readers, "PATCH": writers} | ({"DELETE": ""} if deletes else {}),
        f"api:{one}-versions": {"GET": readers},
        f"api:{one}-compare-versions": {"GET": readers},
        f"api:{one}-restore": {"POST": writers},
    }


CONFIGURATION = {
    **_kind("partners", "partner", EVERYBODY),
    **_kind("identities", "identity", READERS, deletes=True),
    **_kind("contacts", "contact", READERS, deletes=True),
    **_kind("connections", "connection", READERS),
    **_kind("certificates", "certificate", READERS),
    **_kind("agreements", "agreement", READERS),
    **_kind("expected-documents", "expected-document", READERS, deletes=True),
    **_kind("groups", "group", EVERYBODY),
    **_kind("tags", "tag", EVERYBODY),
    **_kind("calendars", "calendar", EVERYBODY),
    **_kind("service-levels", "service-level", EVERYBODY),
    **_kind("members", "member", READERS, makes=False),
    **_kind("onboarding-templates", "onboarding-template", READERS),
    **_kind("template-tasks", "template-task", READERS, deletes=True),
    **_kind("cohorts", "cohort", READERS),
    **_kind("freeze-periods", "freeze-period", READERS, deletes=True),
    "api:house-policies":      {"GET": READERS, "PATCH": ""},
    "api:house-policies-versions": {"GET": READERS},
    "api:house-policies-compare-versions": {"GET": READERS},
    "api:house-policies-restore": {"POST": ""},
    "api:partners-import":     {"POST": "analyst"},
    "api:partners-export":     {"GET": READERS},
    "api:partner-merge":       {"POST": ""},
    "api:guides":              {"GET": READERS, "POST": "analyst"},
    "api:guide":               {"GET": READERS},
    "api:guide-content":       {"GET": READERS},
    "api:member-reset-second-factor": {"POST": "analyst"},
    "api:invitations":         {"GET": READERS, "POST": "analyst"},
    "api:invitation":          {"GET": READERS},
    "api:invitation-send-again": {"POST": "analyst"},
    "api:invitation-withdraw": {"POST": "analyst"},
    "api:proposals":           {"GET": READERS},
    "api:proposal":            {"GET": READERS},
    "api:proposal-accept":     {"POST": "analyst"},
    "api:proposal-refuse":     {"POST": "analyst"},
    "api:agreements-import":   {"POST": "analyst"},
    "api:agreement-export":    {"GET": READERS},
    "api:agreement-readiness": {"GET": READERS, "POST": "analyst"},
    "api:agreement-override":  {"POST": "approver"},
    "api:submissions":         {"GET": READERS},
    "api:submission":          {"GET": READERS},
    "api:submission-approve":  {"POST": "approver support"},
    "api:submission-reject":   {"POST": "approver support"},
    "api:submission-withdraw": {"POST": "analyst"},
    "api:onboarding-cases":    {"GET": READERS, "POST": "analyst"},
    "api:onboarding-durations": {"GET": READERS},
    "api:onboarding-case":     {"GET": READERS, "PATCH": "analyst"},
    "api:onboarding-case-close": {"POST": "analyst"},
    "api:onboarding-case-timeline": {"GET": READERS},
    "api:onboarding-case-tasks": {"GET": READERS, "POST": "analyst"},
    "api:onboarding-case-comments": {"GET": READERS, "POST": "analyst approver support"},
    "api:onboarding-task-finish": {"POST": "analyst"},
    "api:onboarding-task-reopen": {"POST": "analyst"},
    "api:onboarding-comment-content": {"GET": READERS},
    "api:partners-change":     {"POST": "analyst"},
    "api:agreements-change":   {"POST": "analyst"},
    "api:partner-policies":    {"GET": EVERYBODY},
    "api:agreement-policies":  {"GET": READERS},
    "api:agreement-compare":   {"GET": READERS},
    "api:agreement-clone":     {"POST": "analyst"},
    "api:agreement-submit":    {"POST": "analyst"},
    "api:agreement-activate":  {"POST": "approver"},
    "api:agreement-suspend":   {"POST": "analyst approver"},
    "api:agreement-retire":    {"POST": "analyst"},
    "api:agreement-mapping":   {"GET": READERS, "PATCH": "analyst"},
    "api:mapping-versions":    {"GET": READERS},
    "api:write-with-version":  {"POST": READERS},
    "api:connection-tests":    {"GET": READERS, "POST": "analyst"},
    "api:connection-keys":     {"GET": READERS, "POST": "analyst"},
    **{
        f"api:{name}": {"GET": READERS}
        for name in ("certifications", "certification", "certification-scenario", "certification-example",
                     "our-test-document-content", "notices", "notice")
    },
    **{f"api:certification-{act}": {"POST": "analyst"} for act in ("decision", "again", "judge")},
    "api:our-test-documents":  {"GET": READERS, "POST": "analyst"},
    "api:key-rotate":          {"POST": "analyst"},
    "api:key-revoke":          {"POST": "analyst support"},
}  # fmt: skip
