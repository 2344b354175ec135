"""What a partner's people see and do: upload, read what became of it, fetch acknowledgments and templates."""
