"""What every protocol declares: typed settings, their words, the secrets it needs, and how a connection is tested."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec


class SettingWords(NamedTuple):
    """label and help for people; values: the words for each choice; is_long: a text of several lines."""

    label: str
    help: str = ""
    values: dict[str, str] = {}
    is_long: bool = False


class Step(NamedTuple):
    """One thing that a test tried. said: what was seen, without secrets."""

    name: str
    is_ok: bool
    said: str


class Caller(NamedTuple):
    """Somebody who comes to us by a connection: a key of the API, a person of the portal. seen: when last, or ""."""

    name: str
    may_come: bool
    seen: str = ""


class Peer(NamedTuple):
    """All that a test may use. secrets: opened, by name; they go nowhere but to the peer.

    certificates: PEM texts by use: "theirs-encryption", "theirs-signing", "ours" and "ours-key".
    callers: who comes to us by it. refused: why nothing that comes by it would be taken, in sentences.
    """

    settings: Any
    secrets: Mapping[str, str] = {}
    certificates: Mapping[str, str] = {}
    folder: str = ""
    callers: Sequence[Caller] = ()
    refused: Sequence[str] = ()


class Protocol(NamedTuple):
    """test: tries the connection and says each step; where the partner comes to us, whether it can."""

    key: str
    title: str
    settings: type[msgspec.Struct]
    words: dict[str, SettingWords]
    secrets: dict[str, SettingWords]
    check: Callable[[Any], list[str]]
    test: Callable[[Peer], list[Step]]
    what_the_test_does: str


def nothing_to_check(settings: Any) -> list[str]:
    """For protocols whose settings cannot contradict each other."""
    return []
