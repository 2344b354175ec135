"""The worked examples of writing are what analysts copy from: each does what the page says, is clean, and keeps all.

`python -m tests.mappings.library.test_writing_examples` writes what comes out anew. Read the difference before
committing it.
"""

import datetime
import json
import re
from pathlib import Path

import pytest

from mappings.engine.findings import Severity, has_errors
from mappings.engine.rules.compiler import compile_mapping
from mappings.engine.rules.yaml import load
from mappings.library import index
from mappings.services.write_document import Written, write_document

PAGE = Path(__file__).parents[3] / "config" / "docs" / "guides" / "writing-examples.md"
SECTIONS = PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
AT = datetime.datetime(2026, 11, 21, 20, 0, tzinfo=datetime.UTC)
LANGUAGES = {"x12": "edi", "xml": "xml", "text": "csv"}


def parts(section: str) -> tuple[str, str, str, str]:
    """The mapping, the canonical document, and what comes of it, with the language that it is named by."""
    (_, mapping), (_, document), (language, made) = re.findall(r"```(\w+)\n(.*?)```", section, re.DOTALL)
    return mapping, document, language, made


def outcome(section: str) -> Written:
    mapping, document, _, _ = parts(section)
    return write_document(compile_mapping(index.resolve(load(mapping))), json.loads(document), at=AT)


def shown(written: Written) -> str:
    """As the page shows it: the segments between ST and SE, one a line; else the whole file, with plain line ends."""
    if written.format == "x12":
        return "".join(f"{segment}~\n" for segment in written.document.decode().split("~")[1:-2])
    return written.content.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section[:30])
def test_what_the_page_says_is_written(section: str) -> None:
    written = outcome(section)
    _, _, language, made = parts(section)
    assert shown(written) == made
    assert language == LANGUAGES[written.format]
    assert not has_errors(written.findings)
    if written.format != "x12" and all(found.severity is Severity.INFO for found in written.findings):
        assert written.differences == []  # X12 reads codes besides, and numbers its levels by their places


def test_there_is_an_example_of_every_format() -> None:
    assert {outcome(section).format for section in SECTIONS} == set(LANGUAGES)


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    for one in SECTIONS:
        result = outcome(one)
        made = f"```{LANGUAGES[result.format]}\n{shown(result)}```"
        was = re.search(r"```(edi|xml|csv)\n.*?```", one, flags=re.DOTALL)
        assert was is not None
        text = text.replace(one, one.replace(was[0], made))
    PAGE.write_text(text, encoding="utf-8")
