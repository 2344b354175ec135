"""Reads, checks and translates business documents. Pure Python: no Django, no app, no database."""
