"""Files in requests of the configuration: forms (multipart/form-data) with the fields beside them."""

from collections.abc import Callable
from typing import Any

from rest_framework.parsers import MultiPartParser

from config.core.api.parsers import BoundedJSONParser
from config.core.blobs import BlobTooLarge
from config.core.problems import PayloadTooLarge

FORM = [MultiPartParser]
FORM_OR_JSON = [MultiPartParser, BoundedJSONParser]


def within_limit(service: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """Call a service that stores a file. Raises PayloadTooLarge where it takes fewer bytes."""
    try:
        return service(*args, **named)
    except BlobTooLarge as error:
        raise PayloadTooLarge(error.limit) from error
