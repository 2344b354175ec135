"""What the column of a text file may stand for, and what people call such columns: columns.yaml as data."""

import functools
from pathlib import Path
from typing import Any, Literal

import msgspec

from mappings.engine.rules.yaml import load


class Target(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a column may become; the fields are told at the top of columns.yaml."""

    label: str
    group: str
    kind: Literal["text", "number", "date"]
    level: Literal["order", "line"]
    put: dict[str, Any]
    names: tuple[str, ...]
    unless: tuple[str, ...] = ()
    once: bool = False
    essential: bool = False
    guess: bool = True
    needs: str = ""
    line_twin: str = ""


@functools.cache
def targets() -> dict[str, Target]:
    """Every target by its name, in the order in which they are offered."""
    path = Path(__file__).parent / "columns.yaml"
    data = load(path.read_text(encoding="utf-8"), path.name)
    return msgspec.convert(data["targets"], dict[str, Target])
