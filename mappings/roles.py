"""What each role may do with mappings, their versions, and the choice of a version for an agreement."""

from config.core.roles import ANALYST, APPROVER, AUDITOR, SUPPORT, Grants, may

SEEN = ("mapping", "mappingversion", "assignment")

GRANTS: Grants = {
    ANALYST: (*may("view add change", *SEEN), "submit_mappingversion"),
    APPROVER: (*may("view", *SEEN), "publish_mappingversion"),
    SUPPORT: may("view", *SEEN),
    AUDITOR: may("view", *SEEN),
}
