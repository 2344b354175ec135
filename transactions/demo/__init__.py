"""Demo partners, people and files, for a first look: only with DEBUG, and loaded once."""
