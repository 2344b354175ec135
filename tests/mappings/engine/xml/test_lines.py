"""XML as people read it: a line that is wrong here sends an analyst to the wrong place, or shows a secret."""

import io
import time
from pathlib import Path

import pytest

from mappings.engine.xml import reader
from mappings.engine.xml.envelope import mask_secrets
from mappings.engine.xml.lines import XmlText, decoded, xml_lines
from mappings.library import index

CASES = sorted(Path(index.__file__).parent.glob("*/cases/*/input.xml"))


def text_of(shown: XmlText) -> str:
    return "\n".join("".join(piece.text for piece in line.pieces) for line in shown.lines)


def paths_of(shown: XmlText) -> dict[str, int]:
    return {piece.path: line.source for line in shown.lines for piece in line.pieces}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parts[-4]}-{case.parts[-2]}")
def test_every_place_that_lineage_names_is_shown_as_received_and_indented(case: Path) -> None:
    raw = case.read_bytes()
    text = decoded(raw, raw)
    as_received, indented = xml_lines(text), xml_lines(" ".join(text.split()) + " " * 1_001)
    assert indented.indented
    records = [found for found in reader.scan(io.BytesIO(raw)) if isinstance(found, reader.XmlRecord)]
    rows = []
    for record in records:
        entry = index.find("xml", record.kind, "")
        assert entry
        reading = reader.read(record)
        mapped = index.compiled(entry.name).explain(reading.tree, reading.places, reader.context_of(record))
        rows += [row for row in mapped.lineage if row.xpath]
    assert rows
    places, places_indented = paths_of(as_received), paths_of(indented)
    for row in rows:
        assert row.xpath in places, row.xpath
        assert row.xpath in places_indented, row.xpath
    if len(records) == 1 and not as_received.indented:
        elements = [row for row in rows if "@" not in row.xpath]
        lines: dict[str, set[int]] = {}
        for line in as_received.lines:
            for piece in line.pieces:
                lines.setdefault(piece.path, set()).add(line.number)
        # The parser counts the line on which a start tag ends; the text behind it stands there.
        assert [row.xpath for row in elements if not lines[row.xpath] & {row.line - 1, row.line, row.line + 1}] == []


def test_lines_are_those_of_the_file() -> None:
    shown = xml_lines('<a>\r\n  <b c="1">two\nlines</b>\n</a>\n', lines_before=6)
    assert not shown.indented
    assert text_of(shown) == '<a>\n  <b c="1">two\nlines</b>\n</a>'
    assert [line.number for line in shown.lines] == [7, 8, 9, 10]


def test_one_long_line_is_indented() -> None:
    shown = xml_lines("<a><b>1</b><c><d e='5'/></c>" + "<f>2</f>" * 200 + "</a>")
    assert text_of(shown).splitlines()[:6] == ["<a>", "  <b>1</b>", "  <c>", "    <d e='5'/>", "  </c>", "  <f>2</f>"]
    assert text_of(shown).splitlines()[-1] == "</a>"
    assert paths_of(shown)["/a/f[200]"] == 1


@pytest.mark.parametrize(
    "secret",
    [
        "<SharedSecret>hidden</SharedSecret>",
        "<c:SharedSecret xmlns:c='c'>hidden</c:SharedSecret>",
        "<SharedSecret>hidden<deep a='hidden'>hidden</deep><![CDATA[hidden]]></SharedSecret>",
        "<SharedSecret>hidden and never closed",
        "<!-- <SharedSecret>hidden</SharedSecret> -->",
        "<CredentialMac type='t'>hidden</CredentialMac>",
    ],
)
def test_a_secret_is_never_shown(secret: str) -> None:
    document = f"<cXML><Header>{secret}"
    assert "hidden" not in text_of(xml_lines(document))
    assert "hidden" not in text_of(xml_lines(document + " " * 1_001))
    for encoding in ("utf-8", "utf-16"):
        raw = document.encode(encoding)
        assert b"hidden" not in mask_secrets(raw).replace(b"\0", b"")


def test_what_is_not_secret_stays_as_it_is() -> None:
    raw = b"<cXML><SharedSecret>x</SharedSecret><SharedSecretary>Ann</SharedSecretary></cXML>"
    assert mask_secrets(raw) == raw.replace(b">x<", b">********<")


@pytest.mark.parametrize(
    "text", ["", "no markup", "<", "<a", "<a b", "</a>", "<a></b></a>", "<!--", "<![CDATA[x", "<a b='", "a & b", "<?x"]
)
def test_what_is_broken_is_shown_as_it_is(text: str) -> None:
    assert text_of(xml_lines(text)) == text


@pytest.mark.parametrize(
    "text",
    ["<a>" * 60_000, "<a>" * 20_000 + "</b>" * 20_000, "<a '" * 50_000, "<" * 100_000, "<SharedSecret>" * 70_000,
     "<!--" * 250_000, "<a " + "b " * 50_000],
    ids=["deep", "unclosed", "quotes", "less-than", "secrets", "comments", "attributes"],
)  # fmt: skip
def test_a_hostile_document_costs_little(text: str) -> None:
    begun = time.process_time()
    shown = xml_lines(text)
    assert time.process_time() - begun < 8
    assert shown.lines
