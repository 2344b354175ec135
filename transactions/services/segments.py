"""X12 bytes that we wrote, one segment a line."""

ISA_LENGTH = 106  # X12.5: the header has a fixed width; its last character ends every segment
LINES = 2_000
_SECRETS = (slice(7, 17), slice(21, 31))  # ISA02 and ISA04, where partners put passwords


def lines_of(content: bytes) -> list[str]:
    """The segments of an interchange of ours for reading, terminators left on, at most LINES of them.

    ISA02 and ISA04 are masked; the bytes that are sent and downloaded have them.
    """
    text = content.decode("utf-8", "replace")
    for place in _SECRETS if text.startswith("ISA") else ():
        hidden = "".join(" " if character == " " else "•" for character in text[place])
        text = text[: place.start] + hidden + text[place.stop :]
    terminator = text[ISA_LENGTH - 1 : ISA_LENGTH] or "~"
    return [piece.strip() + terminator for piece in text.split(terminator) if piece.strip()][:LINES]
