"""Finds what lies in the library: a mapping is a folder with mapping.yaml, a code list a file in codelists/.

Nothing is registered by hand: a new mapping is a new folder.
"""

import functools
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec

from mappings.engine.errors import DeclarationError
from mappings.engine.names import nearest
from mappings.engine.rules.compiler import CompiledMapping, load_mapping
from mappings.engine.rules.formats import read_source_section
from mappings.engine.rules.resolve import CodeList, resolve_declaration
from mappings.engine.rules.text_source import TabularSource
from mappings.engine.rules.yaml import load
from mappings.engine.text.settings import Layout

LIBRARY = Path(__file__).parent
_BASIC_TYPE = re.compile(r"(IDoc [A-Z]+)[0-9]{2}")


class Entry(msgspec.Struct, frozen=True):
    """A mapping of the library, and the source that it stands for.

    set_id: the X12 set; the name of the layout for text. releases: ("",) for formats that have none.
    """

    name: str
    title: str
    format: str
    set_id: str
    releases: tuple[str, ...]
    target: str
    folder: Path


@functools.cache
def entries() -> dict[str, Entry]:
    """Every mapping of the library by name, sorted. Raises DeclarationError when a file is not what it must be."""
    found = {}
    for name in _names():
        data = declaration(name)
        if data.get("mapping") != name:
            raise DeclarationError("mapping", f"mapping.yaml in {name} calls itself {data.get('mapping')!r}")
        resolved = resolve(data)
        source = read_source_section(resolved["source"])
        title, target = str(resolved.get("title", "")), str(resolved["target"])
        found[name] = Entry(name, title, source.format, source.document, source.releases, target, LIBRARY / name)
    return found


def find(format_name: str, set_id: str, release: str) -> Entry | None:
    """The standard mapping for a source document ("x12", "850", "004010"), if there is one.

    An IDoc of an earlier version ("IDoc ORDERS01") is read by the mapping of the next one that has a mapping: SAP only
    adds to a basic type, and what it adds may be missing.
    """
    known = {
        entry.set_id: entry for entry in entries().values() if entry.format == format_name and release in entry.releases
    }
    if set_id in known:
        return known[set_id]
    basic = _BASIC_TYPE.fullmatch(set_id)
    later = (name for name in sorted(known) if basic and name.startswith(basic[1]) and set_id < name)
    return next((known[name] for name in later if _BASIC_TYPE.fullmatch(name)), None)


@functools.cache
def layouts() -> dict[str, tuple[Entry, Layout]]:
    """The layouts of text files that the library has mappings for, by the name of the layout."""
    found = {}
    for entry in entries().values():
        source = read_source_section(resolve(declaration(entry.name))["source"])
        if isinstance(source, TabularSource):
            found[source.document] = (entry, source.layout)
    return found


@functools.cache
def declaration(name: str) -> Mapping[str, object]:
    """The declaration of a mapping as it stands in its file. Raises DeclarationError with the nearest name."""
    path = LIBRARY / name / "mapping.yaml"
    if name not in _names():
        raise DeclarationError("mapping", f"the library has no mapping {name!r}{nearest(name, _names())}")
    return load(path.read_text(encoding="utf-8"), str(path.relative_to(LIBRARY)))


@functools.cache
def codelists() -> dict[str, CodeList]:
    """The code lists of the library by name."""
    return {name: msgspec.convert(data["entries"], CodeList) for name, data in _lists().items()}


@functools.cache
def preferred() -> dict[str, dict[str, str]]:
    """By code list, the codes to send for values that several codes mean."""
    known = {name: data["preferred"] for name, data in _lists().items() if "preferred" in data}
    return msgspec.convert(known, dict[str, dict[str, str]])


def resolve(data: Mapping[str, object]) -> dict[str, object]:
    """A declaration made whole: `extends` merged in, and the code lists of the library that it uses put inside.

    The result stands by itself and is what is stored, hashed and compiled. Raises DeclarationError.
    """
    return resolve_declaration(data, declaration, codelists(), preferred())


@functools.cache
def _names() -> tuple[str, ...]:
    """The mappings of the library, sorted."""
    return tuple(sorted(path.parent.name for path in LIBRARY.glob("*/mapping.yaml")))


@functools.cache
def _lists() -> dict[str, Mapping[str, object]]:
    """What the files of the code lists say, by name."""
    files = sorted((LIBRARY / "codelists").glob("*.yaml"))
    return {path.stem: load(path.read_text(encoding="utf-8"), f"codelists/{path.name}") for path in files}


@functools.cache
def compiled(name: str) -> CompiledMapping:
    """A mapping of the library. Raises DeclarationError. Tests see to it that all of them compile."""
    return load_mapping(resolve(declaration(name)))
