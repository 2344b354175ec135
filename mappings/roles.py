"""What each role may do with mappings, their versions, and the choice of a version for an agreement."""

from config.core.roles import ANALYST, APPROVER, AUDITOR, SUPPORT, Grants, may

SEEN = ("mapping", "mappingversion", "assignment")
TESTS = ("mappingtestcase", "mappingtestrun")

GRANTS: Grants = {
    ANALYST: (
        *may("view add change", *SEEN, "mappingtestcase"),
        *("view_mappingtestrun", "submit_mappingversion"),
    ),
    APPROVER: (*may("view", *SEEN, *TESTS), "publish_mappingversion"),
    SUPPORT: may("view", *SEEN, *TESTS),
    AUDITOR: may("view", *SEEN, *TESTS),
}
