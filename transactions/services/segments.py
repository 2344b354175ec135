"""X12 bytes that we wrote, one segment a line."""

ISA_LENGTH = 106  # X12.5: the header has a fixed width; its last character ends every segment
LINES = 2_000


def lines_of(content: bytes) -> list[str]:
    """The segments of an interchange of ours, terminators left on, at most LINES of them."""
    text = content.decode("utf-8", "replace")
    terminator = text[ISA_LENGTH - 1 : ISA_LENGTH] or "~"
    return [piece.strip() + terminator for piece in text.split(terminator) if piece.strip()][:LINES]
