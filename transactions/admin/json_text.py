"""JSON values for reading."""

import json
from collections.abc import Container, Iterator, Mapping
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe


def pretty(value: object, label: str = "JSON") -> SafeString:
    """The value indented, escaped, in a block that the keyboard can scroll."""
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return format_html('<pre class="or-code" tabindex="0" aria-label="{}">{}</pre>', label, text)


def linked_json(
    value: object, limit: int, marked: Container[str] = (), starts: Mapping[str, int] = {}
) -> tuple[SafeString, bool]:
    """The value indented and escaped, each leaf in an element that names its pointer; whether it was cut.

    limit: about so many characters of JSON are written. marked: pointers of leaves with which something is wrong.
    starts: by the pointer of a list, the index of its first item, where those before it were left out.
    """
    pieces: list[str] = []
    written = 0
    for text, pointer in _tokens(value, "", 0, starts):
        if written > limit:
            return mark_safe("".join(pieces)), True  # noqa: S308 - every piece was escaped
        written += len(text)
        quoted = escape(text)
        wrong = ' class="or-element-warning"' if pointer and pointer in marked else ""
        pieces.append(f'<span data-p="{escape(pointer)}"{wrong}>{quoted}</span>' if pointer else quoted)
    return mark_safe("".join(pieces)), False  # noqa: S308 - every piece was escaped


def _tokens(value: Any, pointer: str, depth: int, starts: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Text with the pointer of the leaf that it is, "" for everything around leaves."""
    inner, outer = "\n" + "  " * (depth + 1), "\n" + "  " * depth
    if isinstance(value, dict) and value:
        mark = "{"
        for name, child in value.items():
            yield f"{mark}{inner}{json.dumps(name, ensure_ascii=False)}: ", ""
            yield from _tokens(child, f"{pointer}/{name}", depth + 1, starts)
            mark = ","
        yield outer + "}", ""
    elif isinstance(value, list) and value:
        mark = "["
        for index, child in enumerate(value, starts.get(pointer, 0)):
            yield mark + inner, ""
            yield from _tokens(child, f"{pointer}/{index}", depth + 1, starts)
            mark = ","
        yield outer + "]", ""
    else:
        yield json.dumps(value, ensure_ascii=False, default=str), pointer
