"""What each role may do with traffic and exception cases."""

from config.core.roles import ANALYST, APPROVER, AUDITOR, FINANCE, SUPPORT, Grants, may

SEEN = (
    "inboundfile", "interchange", "functionalgroup", "document", "canonicaldocument", "acknowledgment",
    "awaiteddocument", "exceptioncase", "casecomment", "attempt", "event", "workunit", "duplicateclaim", "sentgroup",
)  # fmt: skip
# Raw bytes may carry what pages mask (the shared secret of a cXML sender): they are for those who mend what fails.
MENDING = (
    "add_inboundfile", "download_raw", "download_canonical", "reprocess_document", "release_held", "work_cases",
)  # fmt: skip
# Lists as CSV hold what the pages of documents, files and cases show.
EXPORTING = ("export_document", "export_inboundfile", "export_exceptioncase")

GRANTS: Grants = {
    ANALYST: (*may("view", *SEEN), *MENDING, *EXPORTING, "plan_certification"),
    APPROVER: (*may("view", *SEEN), "download_canonical", *EXPORTING),
    SUPPORT: (*may("view", *SEEN), *MENDING, *EXPORTING),
    # Without view_exceptioncase: finance sees the cases of its queue alone.
    FINANCE: (
        *may("view", "inboundfile", "document", "canonicaldocument", "acknowledgment"),
        "download_canonical",
        *EXPORTING,
        "work_finance_cases",
    ),
    AUDITOR: (*may("view", *SEEN), "download_canonical", *EXPORTING),
}
