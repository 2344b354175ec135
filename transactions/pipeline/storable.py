"""What came from a partner, in a form that every database column takes."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from mappings.engine.findings import Finding, Severity
from mappings.engine.x12.acknowledgment import ACKNOWLEDGED_LAYERS

# PostgreSQL stores no U+0000, neither in text nor in jsonb; partners send it all the same.
NUL, REPLACEMENT = "\x00", "\ufffd"
_ESCAPED_NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")


def storable_text(text: str, limit: int) -> str:
    """The text without U+0000, cut to the column's length."""
    return text.replace(NUL, REPLACEMENT)[:limit]


def storable_json(value: object) -> Any:
    """Structs, lists and dictionaries as plain JSON values without U+0000."""
    return msgspec.json.decode(_ESCAPED_NUL.sub(rb"\1\\ufffd", msgspec.json.encode(value)))


def storable_findings(findings: Iterable[Finding], limit: int | None = None) -> list[dict[str, Any]]:
    """Findings as stored; the most telling `limit` of them, errors first, when there are more."""
    found = list(findings)
    if limit is not None and len(found) > limit:
        found = _most_telling(found, limit)
    result: list[dict[str, Any]] = storable_json(found)
    return result


def _most_telling(found: list[Finding], limit: int) -> list[Finding]:
    """Errors before others. The acknowledgment is made from what is kept, so half of the room is for what it tells."""
    errors_first = sorted(found, key=_is_no_error)
    told = [f for f in errors_first if f.layer in ACKNOWLEDGED_LAYERS]
    others = [f for f in errors_first if f.layer not in ACKNOWLEDGED_LAYERS]
    kept = told[: max(limit // 2, limit - len(others))]
    return sorted([*kept, *others[: limit - len(kept)]], key=_is_no_error)


def _is_no_error(found: Finding) -> bool:
    return found.severity is not Severity.ERROR


def read_findings(stored: list[dict[str, Any]]) -> list[Finding]:
    """Findings from their stored form."""
    return msgspec.convert(stored, list[Finding])
