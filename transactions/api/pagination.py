"""Lists are walked by cursor, newest first: no page number shifts and no table is counted."""

from rest_framework.pagination import CursorPagination


class NewestFirst(CursorPagination):
    """By id, which is a UUIDv7: the order of arrival. `next` and `previous` are addresses, or null at the ends."""

    ordering = "-id"
    page_size = 50
    page_size_query_param = "limit"
    max_page_size = 200
