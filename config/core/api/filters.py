"""What lists of the API can be narrowed by."""

from collections.abc import Collection, Iterable
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

OF_EVERY_LIST = ("cursor", "limit")


class Filters(serializers.Serializer[Any]):
    """Query parameters. Fields are named as columns and filter by equality."""

    @classmethod
    def read(cls, parameters: Any, also: Iterable[str] = OF_EVERY_LIST) -> dict[str, Any]:
        """Arguments for `filter()`, from query parameters.

        also: names of parameters that others read. Raises ValidationError for values that cannot be, and for names that
        nobody reads: a list that a typing error did not narrow would be taken for the answer.
        """
        filters = cls(data=parameters)
        refuse_unknown(parameters, [*filters.fields, *also])
        filters.is_valid(raise_exception=True)
        return cls.arguments(dict(filters.validated_data))

    @classmethod
    def arguments(cls, said: dict[str, Any]) -> dict[str, Any]:
        """Arguments for `filter()`. said: checked values by the names of columns; some lists compare otherwise."""
        return said


def refuse_unknown(parameters: Iterable[str], known: Collection[str]) -> None:
    """Raise ValidationError for each name of a query parameter that is not known; it says which are."""
    names = ", ".join(sorted(known))
    unknown = {name: [f"There is no such parameter. Known here: {names}."] for name in parameters if name not in known}
    if unknown:
        raise ValidationError(unknown)
