"""The worked examples of writing are what analysts copy from: each does what the page says, and is clean.

`python -m tests.mappings.library.test_writing_examples` writes what comes out anew. Read the difference before
committing it.
"""

import json
import re
from pathlib import Path

import msgspec
import pytest

from mappings.engine.canonical.schema import model
from mappings.engine.findings import Place, Severity
from mappings.engine.outbound.x12 import write_set
from mappings.engine.outbound.xml import write_xml
from mappings.engine.rules.compiler import compile_mapping
from mappings.engine.rules.yaml import load
from mappings.engine.x12.delimiters import STANDARD
from mappings.engine.x12.validator import validator_for
from mappings.engine.x12.writer import SegmentWriter, transaction_set
from mappings.library import index

PAGE = Path(__file__).parents[3] / "config" / "docs" / "guides" / "writing-examples.md"
SECTIONS = PAGE.read_text(encoding="utf-8").split("\n## ")[1:]


def parts(section: str) -> tuple[str, str, str]:
    """The mapping, the canonical document, and the segments or the XML."""
    (_, mapping), (_, document), (_, segments) = re.findall(r"```(\w+)\n(.*?)```", section, re.DOTALL)
    return mapping, document, segments


def outcome(section: str) -> tuple[list[str], list[str]]:
    """The lines of what is written (of a set without ST and SE), and what our own checks find wrong with it."""
    mapping, document, _ = parts(section)
    compiled = compile_mapping(index.resolve(load(mapping)))
    body = json.loads(document)
    msgspec.convert(body, model(compiled.canonical))
    if compiled.source.format == "xml":
        made = write_xml(compiled.declaration, body)
        errors = [found.message for found in made.findings if found.severity is Severity.ERROR]
        return made.raw.decode().splitlines(), errors
    written = write_set(compiled.declaration, compiled.releases[0], body)
    lines = transaction_set(SegmentWriter(), written.set_id, 1, written.segments)
    reading = validator_for(written.set_id, written.release).read("".join(lines).encode(), STANDARD, Place())
    return lines[1:-1], [found.message for found in reading.findings]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section[:30])
def test_what_the_page_says_is_written(section: str) -> None:
    segments, findings = outcome(section)
    assert segments == parts(section)[2].splitlines()
    assert findings == []


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    for one in SECTIONS:
        made = "\n".join([*outcome(one)[0], ""])
        before, mark, after = one.rpartition(f"{parts(one)[2]}```")
        text = text.replace(one, f"{before}{made}```{after}" if mark else one)
    PAGE.write_text(text, encoding="utf-8")
