"""What a section of policies consists of: its policies, each with the words for people."""

from typing import Any, NamedTuple

from partners.policies.sealed import MASK

YES_NO = {"true": "Yes", "false": "No"}
STRICTNESS = {"reject": "Reject", "warn": "Warn only", "off": "Do not check"}


class PolicyWords(NamedTuple):
    """label and help: of the policy; values: the words for each value as text; unit: of a number; element: of X12.

    empty: what an empty text means. shape: what a text must look like, for people. unlimited: the number that is no
    limit. is_secret: the value is sealed, and never shown.
    """

    label: str
    help: str
    values: dict[str, str] = {}
    unit: str = ""
    element: str = ""
    empty: str = ""
    shape: str = ""
    unlimited: int = 0
    is_secret: bool = False

    def say(self, value: Any) -> str:
        """A value for reading; what is not known is shown as it is."""
        if self.unlimited and value == self.unlimited:
            return "No limit"
        if self.is_secret and value:
            return MASK
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if not text and self.empty:
            return self.empty
        return self.values.get(text, f"{text} {self.unit}".rstrip())


class Section(NamedTuple):
    """A group of policies that belong together on the screen and in the reference."""

    key: str
    title: str
    help: str
    words: dict[str, PolicyWords]
