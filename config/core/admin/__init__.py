"""The admin: shared bases, and the people who log in."""

from config.core.admin import audit, tokens, users  # noqa: F401  # registers
