"""The worked examples are what analysts copy from: each compiles, and does what the page says.

`python -m tests.mappings.library.test_examples` writes what comes out anew. Read the difference before committing it.
"""

import io
import json
import re
from pathlib import Path

import msgspec
import pytest

from mappings.engine.findings import Place
from mappings.engine.rules.compiler import CompiledMapping, Mapped, compile_mapping
from mappings.engine.rules.text_source import TabularSource
from mappings.engine.rules.yaml import load
from mappings.engine.text.reader import DocumentFound
from mappings.engine.text.reader import scan as scan_text
from mappings.engine.text.record import Record
from mappings.engine.x12.delimiters import Delimiters
from mappings.engine.x12.validator import validator_for
from mappings.engine.xml import reader as xml
from mappings.library import index

PAGE = Path(__file__).parents[3] / "config" / "docs" / "guides" / "mapping-examples.md"
DELIMITERS = Delimiters(element="*", segment="~", component=">", repetition="^")


class Example(msgspec.Struct, frozen=True):
    """One section of the page. kind: of the document: edi, xml or csv."""

    title: str
    mapping: str
    kind: str
    document: str
    expected: str


def examples(page: str) -> list[Example]:
    found = []
    for section in page.split("\n## ")[1:]:
        blocks = re.findall(r"```(\w+)\n(.*?)```", section, re.DOTALL)
        (_, mapping), (kind, document), (_, expected) = blocks
        found.append(Example(section.partition("\n")[0], mapping, kind, document, expected))
    return found


def outcome(example: Example) -> str:
    """The canonical documents and, where there are any, the findings, as the page shows them."""
    mapping = compile_mapping(index.resolve(load(example.mapping)))
    results = {"edi": of_set, "xml": of_xml, "csv": of_rows}[example.kind](mapping, example.document.encode())
    lines = [json.dumps(result.body, indent=1) for result in results]
    lines += [f"{found.severity}: {found.message}" for result in results for found in result.findings]
    return "\n".join(lines) + "\n"


def of_set(mapping: CompiledMapping, document: bytes) -> list[Mapped]:
    release = mapping.releases[0]
    raw = document.replace(b"\n", b"")
    reading = validator_for(mapping.source.document, release).read(raw, DELIMITERS, Place())
    return [mapping.apply(reading.tree, {"group.version": release}, reading.segments)]


def of_xml(mapping: CompiledMapping, document: bytes) -> list[Mapped]:
    records = [record for record in xml.scan(io.BytesIO(document)) if isinstance(record, xml.XmlRecord)]
    assert [record.kind for record in records] == [mapping.source.document]
    return [mapping.apply(reading.tree, {}, reading.places) for reading in map(xml.read, records)]


def of_rows(mapping: CompiledMapping, document: bytes) -> list[Mapped]:
    assert isinstance(mapping.source, TabularSource)
    results = []
    for event in scan_text(io.BytesIO(document), layouts=(mapping.source.layout,)):
        if isinstance(event, DocumentFound):
            record = Record(event)
            results.append(mapping.apply(record.node, {}, record))
    return results


@pytest.mark.parametrize("example", examples(PAGE.read_text(encoding="utf-8")), ids=lambda example: example.title[:40])
def test_what_the_page_says_comes_out(example: Example) -> None:
    assert outcome(example) == example.expected


def test_there_are_ten() -> None:
    assert len(examples(PAGE.read_text(encoding="utf-8"))) >= 10


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    sections = text.split("\n## ")
    for number, one in enumerate(examples(text), 1):
        made = f"```json\n{outcome(one)}```"
        sections[number] = re.sub(r"```json\n.*?```", lambda _, made=made: made, sections[number], flags=re.DOTALL)  # type: ignore[misc]
    PAGE.write_text("\n## ".join(sections), encoding="utf-8")
