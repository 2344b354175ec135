"""Canonical documents written as X12 by the declarations that read them."""
