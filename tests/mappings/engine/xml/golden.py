"""Runs the golden cases of XML mappings: folders `cases/<name>/` beside a mapping.

input.xml        the file as a partner sent it
canonical.json   for each record in it, the canonical form
findings.json    for each record in it, the findings of syntax and mapping, one line each
case.yaml        where it comes from, its licence, and what it shows

`python -m tests.mappings.engine.xml.golden CASE_FOLDER...` writes the expectations anew. Read the difference before
committing it: a wrong value that is expected is worse than a failing test.
"""

import io
import json
import sys
from pathlib import Path

from mappings.engine.findings import Finding
from mappings.engine.rules.compiler import CompiledMapping, Mapped
from mappings.engine.xml.reader import XmlReading, XmlRecord, context_of, read, scan
from mappings.library import index


def cases() -> list[Path]:
    return sorted(path.parent for path in index.LIBRARY.glob("*/cases/*/input.xml"))


def records(raw: bytes) -> list[XmlRecord]:
    return [found for found in scan(io.BytesIO(raw)) if isinstance(found, XmlRecord)]


def mapped(mapping: CompiledMapping, record: XmlRecord, reading: XmlReading) -> Mapped:
    return mapping.apply(reading.tree, context_of(record), reading.places)


def explained(mapping: CompiledMapping, record: XmlRecord, reading: XmlReading) -> Mapped:
    return mapping.explain(reading.tree, reading.places, context_of(record))


def outcome(case: Path) -> tuple[list[dict[str, object]], list[list[str]]]:
    """The canonical documents and the findings of a case, as they stand in its files."""
    mapping = index.compiled(case.parent.parent.name)
    bodies, findings = [], []
    for record in records((case / "input.xml").read_bytes()):
        reading = read(record)
        result = mapped(mapping, record, reading)
        bodies.append(result.body)
        findings.append([line(found) for found in reading.findings + result.findings])
    return bodies, findings


def line(found: Finding) -> str:
    return f"{found.severity} {found.code} at {found.place.label() or 'the document'}: {found.message}"


def write(case: Path) -> None:
    bodies, findings = outcome(case)
    for name, value in (("canonical", bodies), ("findings", findings)):
        text = json.dumps(value, indent=1, ensure_ascii=False)
        (case / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    for folder in sys.argv[1:]:
        write(Path(folder))
