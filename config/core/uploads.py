"""Uploads are written to disk as they come and cut off at the limit, so that memory stays flat."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from config.core.problems import PayloadTooLarge


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """A temporary file for each upload; one byte over INTAKE_MAX_BYTES ends the request with 413."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > settings.INTAKE_MAX_BYTES:
            raise PayloadTooLarge(settings.INTAKE_MAX_BYTES)
        super().receive_data_chunk(raw_data, start)
