"""Look-ups that an index answers whatever the language of the database."""

from typing import Any

from django.db.models import CharField, Lookup

_LAST = 0x10FFFF
_BEFORE_SURROGATES, _AFTER_SURROGATES = 0xD7FF, 0xE000


def successor(text: str) -> str:
    """The lowest text after all that begin with this one, in the order of code points; "" when there is none."""
    while text:
        point = ord(text[-1])
        if point < _LAST:
            following = _AFTER_SURROGATES if point == _BEFORE_SURROGATES else point + 1
            return text[:-1] + chr(following)
        text = text[:-1]
    return ""


@CharField.register_lookup
class Begins(Lookup):
    """`name__begins="ord"`: a range in the order of bytes. `LIKE` would need another index on each database.

    On PostgreSQL the column needs an index with the operator class `varchar_pattern_ops`.
    """

    lookup_name = "begins"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return self._range(compiler, connection, ">=", "<")

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return self._range(compiler, connection, "~>=~", "~<~")

    def _range(self, compiler: Any, connection: Any, from_: str, below: str) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        parts, values = [f"{column} {from_} %s"], (*parameters, self.rhs)
        if end := successor(self.rhs):
            parts.append(f"{column} {below} %s")
            values = (*values, *parameters, end)
        return f"({' AND '.join(parts)})", values
