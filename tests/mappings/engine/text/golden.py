"""Runs the golden cases of text mappings: folders `cases/<name>/` beside a mapping, as for X12.

input.csv or input.tsv, read with all layouts of the library; canonical.json and findings.json: for each document in
it; sheet.json: what the file is and what belongs to no document.

`python -m tests.mappings.engine.text.golden CASE_FOLDER...` writes the expectations anew. Read the difference.
"""

import json
import sys
from pathlib import Path

import msgspec

from mappings.engine.findings import Finding
from mappings.engine.rules.compiler import Mapped
from mappings.engine.text.reader import DocumentFound, SheetClosed, SheetOpened, Unreadable, scan
from mappings.engine.text.record import Record
from mappings.engine.text.settings import Layout
from mappings.library import index

LAYOUTS: tuple[Layout, ...] = tuple(layout for _, layout in index.layouts().values())


def cases() -> list[Path]:
    return sorted(path.parent for path in index.LIBRARY.glob("*/cases/*/input.[ct]sv"))


def source(case: Path) -> Path:
    return next(case.glob("input.[ct]sv"))


def documents(path: Path) -> tuple[str, list[DocumentFound], dict[str, object]]:
    """The mapping of a file by its header, its documents, and what is known about the file as a whole."""
    found: list[DocumentFound] = []
    about: dict[str, object] = {}
    findings: list[Finding] = []
    layout = None
    with path.open("rb") as stream:
        for event in scan(stream, layouts=LAYOUTS):
            if isinstance(event, SheetOpened):
                detection = event.detection
                layout = detection.layout
                settings = detection.settings
                about = {
                    "layout": layout.name if layout else "",
                    "encoding": settings.encoding,
                    "delimiter": settings.delimiter,
                    "header_row": settings.header_row,
                }
                findings += detection.findings
            elif isinstance(event, DocumentFound):
                found.append(event)
            elif isinstance(event, SheetClosed | Unreadable):
                findings += event.findings
    about["findings"] = [line(one) for one in findings]
    return (index.layouts()[layout.name][0].name if layout else ""), found, about


def outcome(path: Path) -> tuple[list[dict[str, object]], list[list[str]], dict[str, object]]:
    """Canonical documents, findings of each, and the file as a whole, as they stand in a case's files."""
    name, found, about = documents(path)
    results = [mapped(name, document) for document in found]
    findings = [result.findings for result in results]
    return [result.body for result in results], [[line(one) for one in some] for some in findings], about


def mapped(name: str, document: DocumentFound) -> Mapped:
    record = Record(document)
    result = index.compiled(name).apply(record.node, {}, record)
    return msgspec.structs.replace(result, findings=record.findings(result.findings))


def explained(name: str, document: DocumentFound) -> Mapped:
    record = Record(document)
    result = index.compiled(name).explain(record.node, record, {})
    return msgspec.structs.replace(result, findings=record.findings(result.findings))


def line(found: Finding) -> str:
    return f"{found.severity} {found.code} at {found.place.label() or 'the document'}: {found.message}"


def write(case: Path) -> None:
    for name, value in zip(("canonical", "findings", "sheet"), outcome(source(case)), strict=True):
        text = json.dumps(value, indent=1, ensure_ascii=False)
        (case / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    for folder in sys.argv[1:]:
        write(Path(folder))
