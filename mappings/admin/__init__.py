"""Pages about how partners' documents become ours."""

from mappings.admin.mappings import AssignmentAdmin, MappingAdmin, MappingVersionAdmin

__all__ = ["AssignmentAdmin", "MappingAdmin", "MappingVersionAdmin"]
