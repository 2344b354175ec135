"""Mappings: the library, versions, and their compiled form."""
