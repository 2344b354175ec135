"""Mappings, their immutable versions and test cases, and which agreement uses which."""

from mappings.models.mapping import Assignment, Mapping, MappingVersion, VersionStatus
from mappings.models.testing import MappingTestCase, MappingTestRun

__all__ = ["Assignment", "Mapping", "MappingTestCase", "MappingTestRun", "MappingVersion", "VersionStatus"]
