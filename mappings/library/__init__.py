"""The standard mappings and code lists: data in folders, found by `index`."""
