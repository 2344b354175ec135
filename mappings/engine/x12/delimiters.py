"""The characters that separate X12 data from X12 data (X12.6, section 3.5; X12.5, ISA)."""

import msgspec


class Delimiters(msgspec.Struct, frozen=True):
    """One interchange's own delimiters, as text. A segment terminator may be more than one byte in the file.

    component:  ISA16; "" when the sender left it out.
    repetition: ISA11 from version 00402 on; "" where elements cannot repeat.
    """

    element: str
    segment: str
    component: str
    repetition: str = ""


STANDARD = Delimiters(element="*", segment="~", component=">")


def decode(raw: bytes) -> tuple[str, str]:
    """Text and name of its encoding: ASCII, UTF-8, else Windows-1252, else ISO-8859-1 (which never fails).

    X12 declares no encoding, so the bytes decide. Longer texts seldom look like UTF-8 by accident.
    """
    if raw.isascii():
        return raw.decode("ascii"), "ascii"
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1"), "latin-1"


def encode(delimiter: str, encoding: str) -> bytes:
    """A delimiter's bytes in a text of this encoding; any bytes that the text cannot hold when it cannot occur."""
    try:
        return delimiter.encode(encoding)
    except UnicodeEncodeError:
        return delimiter.encode("utf-8")
