"""Lists are walked by cursor, newest first: no page number shifts and no table is counted."""

from typing import Any, ClassVar

from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

LIMIT_DIGITS = 9
LARGEST_KEY = 2**63 - 1


class NewestFirst(CursorPagination):
    """By primary key, which grows. `next` and `previous` are addresses, or null at the ends."""

    ordering = "-id"
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200
    key_of: ClassVar[type[Any]] = int

    def get_page_size(self, request: Request) -> int:
        """`limit`, at most `max_page_size`. Raises ValidationError for what is no number of rows."""
        text = request.query_params.get(self.page_size_query_param, str(self.page_size))
        if not (text.isascii() and text.isdigit() and 0 < len(text) <= LIMIT_DIGITS and int(text) > 0):
            raise ValidationError({self.page_size_query_param: [f"Give a number from 1 to {self.max_page_size}."]})
        return min(int(text), self.max_page_size)

    def decode_cursor(self, request: Request) -> Cursor | None:
        """The cursor that was asked for. Raises NotFound for one that we did not make."""
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None:
            try:
                key = type(self).key_of(str(cursor.position))
            except ValueError as error:
                raise NotFound(self.invalid_cursor_message) from error
            if isinstance(key, int) and not 0 <= key <= LARGEST_KEY:
                raise NotFound(self.invalid_cursor_message)
        return cursor
