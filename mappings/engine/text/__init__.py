"""Delimited and fixed-width text: what kind of file it is, and its rows as documents."""
