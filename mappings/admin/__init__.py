"""Pages about how partners' documents become ours."""

from mappings.admin.mappings import AssignmentAdmin, MappingAdmin
from mappings.admin.testing import MappingTestCaseAdmin, MappingTestRunAdmin
from mappings.admin.versions import MappingVersionAdmin

__all__ = ["AssignmentAdmin", "MappingAdmin", "MappingTestCaseAdmin", "MappingTestRunAdmin", "MappingVersionAdmin"]
