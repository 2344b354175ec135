"""Canonical documents written by the declarations that read them."""
