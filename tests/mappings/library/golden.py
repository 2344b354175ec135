"""Runs the golden cases of the library: folders `cases/<name>/` beside a mapping.

input.edi        the file as a partner sent it
canonical.json   for each document in it, the canonical form
findings.json    for each document in it, the findings of syntax and mapping, one line each
case.yaml        where it comes from, its licence, and what it shows

`python -m tests.mappings.library.golden CASE_FOLDER...` writes the expectations anew. Read the difference before
committing it: a wrong value that is expected is worse than a failing test.
"""

import json
import sys
from pathlib import Path

import msgspec

from mappings.engine.findings import Finding, Place
from mappings.engine.rules.compiler import CompiledMapping, Mapped
from mappings.engine.x12.envelope import GroupOpened, InterchangeOpened, SetFound, scan
from mappings.engine.x12.validator import SetReading, validator_for
from mappings.library import index


class Document(msgspec.Struct):
    """One set of a file, read, with what a mapping needs beside it."""

    reading: SetReading
    context: dict[str, str]
    place: Place


def cases() -> list[Path]:
    return sorted(path.parent for path in index.LIBRARY.glob("*/cases/*/input.edi"))


def documents(path: Path) -> list[Document]:
    """Every set of an X12 file."""
    found = []
    interchange: InterchangeOpened | None = None
    group: GroupOpened | None = None
    raw = path.read_bytes()
    with path.open("rb") as stream:
        for event in scan(stream):
            if isinstance(event, InterchangeOpened):
                interchange = event
            elif isinstance(event, GroupOpened):
                group = event
            elif isinstance(event, SetFound) and interchange and group:
                place = Place(event.offset, event.interchange, event.group, event.ordinal)
                validator = validator_for(event.set_id, group.header.version)
                reading = validator.read(raw[event.offset : event.offset + event.length], interchange.delimiters, place)
                found.append(Document(reading, _context(interchange, group, reading), place))
    return found


def mapped(mapping: CompiledMapping, document: Document) -> Mapped:
    reading = document.reading
    result = mapping.apply(reading.tree, document.context, reading.segments, document.place)
    return msgspec.structs.replace(result, findings=reading.placed(result.findings))


def explained(mapping: CompiledMapping, document: Document) -> Mapped:
    reading = document.reading
    result = mapping.explain(reading.tree, reading.segments, document.context, document.place)
    return msgspec.structs.replace(result, findings=reading.placed(result.findings))


def outcome(case: Path) -> tuple[list[dict[str, object]], list[list[str]]]:
    """The canonical documents and the findings of a case, as they stand in its files."""
    mapping = index.compiled(case.parent.parent.name)
    bodies, findings = [], []
    for document in documents(case / "input.edi"):
        result = mapped(mapping, document)
        bodies.append(result.body)
        findings.append([line(found) for found in document.reading.findings + result.findings])
    return bodies, findings


def line(found: Finding) -> str:
    return f"{found.severity} {found.code} at {found.place.label() or 'the document'}: {found.message}"


def _context(interchange: InterchangeOpened, group: GroupOpened, reading: SetReading) -> dict[str, str]:
    header, functional = interchange.header, group.header
    return {
        "interchange.sender": header.sender_id,
        "interchange.sender_qualifier": header.sender_qualifier,
        "interchange.receiver": header.receiver_id,
        "interchange.receiver_qualifier": header.receiver_qualifier,
        "interchange.control_number": header.control_number,
        "interchange.date": header.date,
        "interchange.time": header.time,
        "interchange.usage": header.usage,
        "interchange.component_separator": interchange.delimiters.component,
        "group.sender": functional.sender,
        "group.receiver": functional.receiver,
        "group.control_number": functional.control_number,
        "group.version": functional.version,
        "set.id": reading.set_id,
        "set.control_number": reading.control_number,
    }


def write(case: Path) -> None:
    bodies, findings = outcome(case)
    for name, value in (("canonical", bodies), ("findings", findings)):
        text = json.dumps(value, indent=1, ensure_ascii=False)
        (case / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    for folder in sys.argv[1:]:
        write(Path(folder))
