"""The tables of what comes back when a document is written and read again: a line for each document.

The case, its number in the file, how many values its canonical form has, how many errors our validator has on what was
written, the values that reading it again does not give or gives besides, and why, in words.
"""

from collections.abc import Iterable
from pathlib import Path

from tests.mappings.engine.outbound.test_round_trip import differing, leaves

__all__ = ["differing", "leaves", "line", "read", "rewrite", "silent"]


def line(name: str, number: int, values: int, errors: int, lost: Iterable[str]) -> str:
    return f"{name}\t{number}\t{values}\t{errors}\t{' '.join(lost)}"


def read(path: Path) -> list[list[str]]:
    return [(text + "\t" * 5).split("\t")[:6] for text in path.read_text(encoding="utf-8").splitlines()]


def silent(rows: list[list[str]]) -> list[str]:
    """The documents that do not come back whole and clean, and do not say why; and those that say it for nothing."""
    return [
        f"{name} {number}" for name, number, _, errors, lost, why in rows if (errors != "0" or lost != "") != bool(why)
    ]


def rewrite(path: Path, lines: Iterable[str]) -> None:
    """Write the expectations anew, with the reasons that stand there."""
    known = {(row[0], row[1]): row[5] for row in read(path)} if path.exists() else {}
    rows = [text.split("\t") for text in lines]
    texts = ["\t".join([*row, known.get((row[0], row[1]), "")]).rstrip("\t") for row in rows]
    path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
