"""How dates are written: ISO 8601 on every screen, whatever the language."""
