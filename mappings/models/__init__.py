"""Mappings, their immutable versions, and which agreement uses which."""

from mappings.models.mapping import Assignment, Mapping, MappingVersion, VersionStatus

__all__ = ["Assignment", "Mapping", "MappingVersion", "VersionStatus"]
