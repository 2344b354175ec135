"""The text of an XML record for people, secrets masked."""

from mappings.engine.findings import Finding
from mappings.engine.xml.lines import XmlLine, XmlPiece, decoded, xml_lines
from transactions.services.source_parts import Source, SourceElement, SourceLine, by_number, worst

LINKED = ("tag", "value", "text")
INDENTED = "The file has long lines; here it is indented, and the lines are numbered anew."


def xml_source(
    raw: bytes, head: bytes, lines_before: int, findings: list[Finding], window: tuple[int, int], is_whole: bool
) -> Source:
    """The lines of a record. head: the first bytes of its file; window: first line and how many."""
    text = xml_lines(decoded(raw, head), lines_before)
    anchors, paths = _anchors(text.lines)
    first, most = window
    shown = range(first - 1, min(first - 1 + most, len(text.lines)))
    numbers = {}
    for position, found in enumerate(findings):
        index = paths.get(found.place.xpath, -1)
        if index < 0 and found.place.line:
            index = next((i for i, line in enumerate(text.lines) if line.source >= found.place.line), -1)
        if index in shown:
            numbers[position] = index
    by_line, elsewhere = by_number(findings, numbers)
    lines = [_line(text.lines[index], by_line.get(index, []), anchors) for index in shown]
    is_partial = not is_whole or text.is_cut
    return Source(
        lines,
        "",
        is_partial or len(lines) < len(text.lines),
        elsewhere,
        format="xml",
        first=first,
        total=len(text.lines),
        is_partial=is_partial,
        note=INDENTED if text.indented else "",
        anchors=anchors,
        indexes=paths,  # type: ignore[arg-type]  # keys of one kind
    )


def _anchors(lines: list[XmlLine]) -> tuple[dict[str, str], dict[str, int]]:
    """The anchor of each XPath, and the index of the line it stands in: its text, or its tag where it has none."""
    pieces: dict[str, XmlPiece] = {}
    found: dict[str, int] = {}
    for index, line in enumerate(lines):
        for piece in line.pieces:
            if piece.path and piece.role in LINKED:
                known = pieces.get(piece.path)
                if known is None or (known.role == "tag" and piece.role != "tag"):
                    pieces[piece.path] = piece
                    found[piece.path] = index
    return {path: f"n{number}" for number, path in enumerate(pieces, 1)}, found


def _line(line: XmlLine, findings: list[Finding], anchors: dict[str, str]) -> SourceLine:
    marked = {found.place.xpath: found for found in sorted(findings, key=lambda one: one.severity != "error")[::-1]}
    has_text = {piece.path for piece in line.pieces if piece.role != "tag"}
    elements = []
    for piece in line.pieces:
        is_it = bool(piece.path) and (piece.role != "tag" or piece.path not in has_text)
        about = marked.get(piece.path) if is_it else None
        elements.append(
            SourceElement(
                reference=piece.path,
                name="",
                text=piece.text,
                severity=about.severity if about else "",
                anchor=anchors.get(piece.path, "") if is_it and piece.role != "tag" else "",
                role=piece.role,
            )
        )
    return SourceLine(line.number, "", "", elements, findings, worst(findings))
