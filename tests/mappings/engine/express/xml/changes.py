"""Changes of XML documents: other values, other elements, other ways to write the same, and what is not XML at all."""

import random
import re
from collections.abc import Callable

from lxml import etree

VALUES = [
    "", " ", "\n  ", "A", "1", "0", "-3", "12.00-", ".5", "012", "1e2", "1,5", "9" * 70, "X" * 400, "2026-02-30",
    "2026-11-21", "20261121", "2026-11-21T10:00:00Z", "T", "a:b", "true", "test", "TEST", "EUR", "EA", "x y", " x ",
    "x\ty", "x\ny", "\r\n", "\r", "a\r\nb", 'a"b', "it's", "a\\b", "{x}", "{0!r}", "</a>", "]]>", "a>b", "a<b",
    "&amp;", "&lt;&gt;", "&quot;", "&#65;", "&#10;", "&bogus;", "a&b", "&amp;amp;", "é", "\u2028", "\u00a0",
    "\u00a0x", "x\u0085", "\ufffe", "\uffff", "\ue0000\ue000", "\U0001f600", "\x00", "\x01", "\x0b", "\x1f", "\x7f",
    "'+__import__('os').getcwd()+'", "%s", "<!--c-->", "<![CDATA[x]]>", "<?pi?>", "<b/>", "<b>x</b>", "********",
]  # fmt: skip
_TEXT = re.compile(rb"(?<=>)[^<>]+(?=</)")
_ATTRIBUTE = re.compile(rb"(?<==\")[^\"<>]*(?=\")")
_PREFIX = re.compile(rb"(</?)([a-z]+):")
_TAG = re.compile(rb"<[a-zA-Z][^<>]*>")
_SPACE = re.compile(rb'(xmlns(?::[a-z]+)?)="([^"]*)"')

Change = Callable[[bytes, random.Random], bytes]


def other_value(raw: bytes, chance: random.Random) -> bytes:
    return _replaced(raw, chance, _TEXT, lambda _: chance.choice(VALUES).encode())


def other_attribute(raw: bytes, chance: random.Random) -> bytes:
    return _replaced(raw, chance, _ATTRIBUTE, lambda _: chance.choice(VALUES).encode())


def other_tag(raw: bytes, chance: random.Random) -> bytes:
    """A tag written in another way, or broken."""

    def change(found: re.Match[bytes]) -> bytes:
        tag = found[0]
        return chance.choice([
            tag.replace(b'"', b"'"), tag.replace(b" ", b"\n  "), tag[:-1] + b" >", tag[:-1] + b' new="v">', tag + b"x",
            tag[:-1] + b"/>", tag[:-1] + b' xmlns:q="urn:q" q:a="1">', tag + b"<!-- c -->", b"<!-- c -->" + tag,
            tag + b"<![CDATA[ ]]>", tag[:-1] + b' xml:space="preserve">', tag[:-1] + b' xml:lang="de">', b"", tag + tag,
            tag.replace(b"=", b" = "), tag[:-1] + b' a="1" a="2">', tag.lower(), b"<?x y?>" + tag,
        ])  # fmt: skip

    return _replaced(raw, chance, _TAG, change)


def other_elements(raw: bytes, chance: random.Random) -> bytes:
    """Elements gone, twice, elsewhere, renamed, with other content."""
    try:
        root = etree.fromstring(raw, etree.XMLParser(resolve_entities=False, load_dtd=False))
    except etree.XMLSyntaxError:
        return raw
    elements = [one for one in root.iter() if isinstance(one.tag, str)]
    for _ in range(chance.randint(1, 3)):
        element, other = chance.choice(elements), chance.choice(elements)
        parent = element.getparent()
        if parent is None:
            continue
        match chance.randrange(8):
            case 0:
                parent.remove(element)
            case 1 | 2:
                for _ in range(chance.randint(1, 3)):
                    parent.insert(parent.index(element), etree.fromstring(etree.tostring(element, with_tail=False)))
            case 3 if element not in other.iterancestors() and other is not element:
                other.append(element)
            case 4:
                element.tag = other.tag
            case 5:
                element.tail = chance.choice(["x", "\n", "\u00a0", " y "])
            case 6:
                element.attrib.clear()
            case _:
                element.text = chance.choice(["", " ", "x", "1", "2026-11-21"])
    return etree.tostring(root.getroottree(), encoding="utf-8", xml_declaration=True)


def other_spaces(raw: bytes, chance: random.Random) -> bytes:
    """A prefix that means something else, in the whole document or inside of an element."""
    spaces = [*dict.fromkeys(_SPACE.findall(raw))]
    if not spaces:
        return raw
    name, space = chance.choice(spaces)
    other = chance.choice([*spaces, (name, b"urn:other")])[1]
    if chance.random() < 0.5:
        return raw.replace(b'%b="%b"' % (name, space), b'%b="%b"' % (name, other), 1)
    return _replaced(
        raw, chance, _TAG, lambda found: found[0].rstrip(b"/>") + b' %b="%b"' % (name, other) + _end(found)
    )


def _end(tag: re.Match[bytes]) -> bytes:
    return b"/>" if tag[0].endswith(b"/>") else b">"


def other_bytes(raw: bytes, chance: random.Random) -> bytes:
    """The same document in another encoding, with other line ends, prefixes or blanks; or cut, or with more behind."""
    text = raw.decode("utf-8", "replace")
    declared = re.sub(r'encoding="[^"]*"', 'encoding="ISO-8859-1"', text)
    at = chance.randrange(len(raw))
    return chance.choice([
        lambda: raw.replace(b"\n", b"\r\n"), lambda: raw.replace(b"\n", b"\r"), lambda: b"\xef\xbb\xbf" + raw,
        lambda: text.encode("utf-16"), lambda: declared.encode("latin-1", "replace"), lambda: raw[:at],
        lambda: raw[:at] + bytes([chance.randrange(256)]) + raw[at + 1 :], lambda: raw[:at] + raw[at + 1 :],
        lambda: _PREFIX.sub(rb"\1q\2:", raw).replace(b"xmlns:c", b"xmlns:qc"), lambda: _PREFIX.sub(rb"\1zz:", raw),
        lambda: re.sub(rb">\s+<", b"><", raw), lambda: re.sub(rb">\s*<", b">\n\t <", raw), lambda: raw + b"\n\n ",
        lambda: raw + b"x", lambda: raw + b"<!-- c -->", lambda: raw + b"<a/>", lambda: raw + b"\0",
        lambda: re.sub(rb"\?>\s*(<!DOCTYPE[^>]*>)?", b'?><!DOCTYPE x [<!ENTITY e "v">]>', raw, count=1),
        lambda: re.sub(rb"\?>", b"?><!-- c --><?p q?>", raw, count=1), lambda: raw.replace(b"&", b"&amp;"),
    ])()  # fmt: skip


CHANGES: tuple[Change, ...] = (other_value, other_attribute, other_tag, other_elements, other_spaces, other_bytes)
VALUES_ONLY: tuple[Change, ...] = (other_value, other_attribute)


def changed(raw: bytes, chance: random.Random, changes: tuple[Change, ...] = CHANGES) -> bytes:
    """With a few changes at random places."""
    for _ in range(chance.randint(1, 3)):
        raw = chance.choice(changes)(raw, chance)
    return raw


def _replaced(
    raw: bytes, chance: random.Random, what: re.Pattern[bytes], change: Callable[[re.Match[bytes]], bytes]
) -> bytes:
    found = [*what.finditer(raw)]
    if not found:
        return raw
    one = chance.choice(found)
    return raw[: one.start()] + change(one) + raw[one.end() :]
