"""The formats of source documents that mappings may be for. A new format is an entry here and a module beside."""

from collections.abc import Callable

from mappings.engine.errors import DeclarationError
from mappings.engine.names import nearest
from mappings.engine.rules.plain import Data, as_mapping, as_text
from mappings.engine.rules.source import Source
from mappings.engine.rules.text_source import read_text
from mappings.engine.rules.x12_source import read_x12
from mappings.engine.rules.xml_source import read_xml

FORMATS: dict[str, Callable[[Data], Source]] = {"x12": read_x12, "xml": read_xml, "text": read_text}


def read_source_section(data: object) -> Source:
    """The `source` section of a declaration, by its format. Raises DeclarationError."""
    source = as_mapping(data, "source")
    name = as_text(source.get("format"), "source.format")
    if name not in FORMATS:
        raise DeclarationError("source.format", f"there is no source format {name!r}{nearest(name, FORMATS)}")
    return FORMATS[name](source)
