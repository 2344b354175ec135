"""The characters that separate X12 data from X12 data (X12.6, section 3.5; X12.5, ISA)."""

import msgspec

from mappings.engine.x12.utf16 import wide_encoding


class Delimiters(msgspec.Struct, frozen=True):
    """One interchange's own delimiters, as text. A segment terminator may be more than one byte in the file.

    component:  ISA16; "" when the sender left it out.
    repetition: ISA11 from version 00402 on; "" where elements cannot repeat.
    wrapped:    the file breaks into lines of one length, anywhere: line ends are no data.
    """

    element: str
    segment: str
    component: str
    repetition: str = ""
    wrapped: bool = False


STANDARD = Delimiters(element="*", segment="~", component=">")


_USUAL = "*~>^|:!"


def told_apart(wanted: Delimiters) -> Delimiters:
    """Delimiters to write with: as wanted, but for those that are missing, letters, digits, blanks, or another one too.

    A usual one that is free stands in for them; elements do not repeat where only that one cannot be used.
    """
    asked = (wanted.element, wanted.segment, wanted.component)
    taken: list[str] = []
    for sign in asked:
        if len(sign) != 1 or sign.isalnum() or sign == " " or sign in taken:
            sign = next(usual for usual in _USUAL if usual not in (*taken, *asked, wanted.repetition))
        taken.append(sign)
    element, segment, component = taken
    return Delimiters(element, segment, component, "" if wanted.repetition in taken else wanted.repetition)


def decode(raw: bytes, agreed: str = "") -> tuple[str, str]:
    """Text and name of its encoding: ASCII, UTF-8, else Windows-1252, else ISO-8859-1 (which never fails).

    X12 declares no encoding, so the bytes decide, unless one was agreed on ("iso-8859-1") and fits. Longer texts
    seldom look like UTF-8 by accident. Every second byte of a set in UTF-16 is zero, which nothing else has.
    """
    if raw[:1] == b"\x00" or raw[1:2] == b"\x00":
        wide, _ = wide_encoding(raw)
        if wide:
            return raw[: len(raw) - len(raw) % 2].decode(wide, "replace"), wide
    if agreed and not raw.isascii():
        try:
            return raw.decode(agreed), agreed
        except (UnicodeDecodeError, LookupError):
            pass
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
