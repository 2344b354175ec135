"""The seam between the writers of the target and a format of source documents, in the short way.

`fields` and `objects` know nothing of segments, elements or cells. They ask for texts and scopes; a scope is where
paths start, and only the format knows what it is.
"""

from collections.abc import Iterator
from typing import Any, Protocol

import msgspec

from mappings.engine.express.sheet import Cond
from mappings.engine.rules.declaration import SourceTest, TextSource
from mappings.engine.rules.paths import SourcePath
from mappings.engine.x12.structure import ElementDef


class Text(msgspec.Struct):
    """An expression that gives a text. sure: whether it is there, None when only the document tells.

    plain: it stands in JSON as it is. written: an expression that gives it as it stands in JSON, if there is another.
    source_type: of the elements that it is made of, where that is one. definition: of the X12 element, when it is the
    whole value of one that was checked.
    """

    code: str
    sure: bool | None = None
    plain: bool = True
    written: str = ""
    source_type: str = ""
    definition: ElementDef | None = None


ABSENT = Text("''", False)


class SourceTexts(Protocol):
    """Source paths, texts and conditions of the mapping language, as code."""

    def each(self, path: SourcePath, scope: Any) -> Iterator[tuple[Cond, Any]]:
        """All that a path means, each with the condition under which it does."""

    def groups(self, scope: Any, first: int, last: int, size: int) -> Iterator[Any]:
        """The groups of elements of the piece that a scope is about."""

    def text(self, source: TextSource, scope: Any) -> Text: ...

    def condition(self, condition: SourceTest, scope: Any) -> Cond:
        """Whether something is there, or a text is one of several."""


def first_of(parts: list[Text]) -> Text:
    """Of several texts that may be there."""
    for number, part in enumerate(parts, 1):
        if part.sure:
            parts = parts[:number]
            break
    if len(parts) < 2:
        return msgspec.structs.replace(parts[0], definition=None) if parts else ABSENT
    written = [part.written or (part.code if part.plain else "") for part in parts]
    return Text(
        f"({' or '.join(part.code for part in parts)})",
        parts[-1].sure,
        plain=all(part.plain for part in parts),
        written=f"({' or '.join(written)})" if all(written) else "",
    )


def together(parts: list[Text], separator: str) -> Text:
    """Of all texts that are there, with a separator between them."""
    if len(parts) < 2:
        return msgspec.structs.replace(parts[0], definition=None) if parts else ABSENT
    code = f"{ascii(separator)}.join(filter(None, ({', '.join(part.code for part in parts)})))"
    return Text(code, True if any(part.sure for part in parts) else None, plain=False)


def variable_of(key: str) -> str:
    """The variable of a value of the envelope."""
    return f"k_{key.replace('.', '_')}"
