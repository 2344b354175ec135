"""Policies in words, for people who choose them."""

from typing import Any

from partners.policies import WORDS
from partners.services.effective_policies import Origin

ORIGINS = {
    Origin.DEFAULT: "Onramp's default",
    Origin.HOUSE: "the house",
    Origin.PARTNER: "the partner",
    Origin.AGREEMENT: "this agreement",
}


def as_text(value: Any) -> str:
    """A policy's value as forms send it: booleans as "true" and "false"."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def in_words(name: str, value: Any) -> str:
    """A policy's value for reading; what is not known is shown as it is."""
    return WORDS[name].say(value)
