"""Lists of traffic are walked in the order of arrival, newest first."""

from uuid import UUID

from config.core.api import pagination


class NewestFirst(pagination.NewestFirst):
    """By id, which is a UUIDv7: the order of arrival."""

    key_of = UUID
