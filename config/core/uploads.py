"""Bodies and uploads are read as they come and cut off at the limit, so that memory stays flat."""

from typing import Any, Protocol

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.http import HttpRequest

from config.core.blobs import storing
from config.core.problems import IncompleteBody, LengthRequired, PayloadTooLarge


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """A temporary file for each upload; one byte over INTAKE_MAX_BYTES ends the request with 413.

    Raises StorageUnavailable when there is no room for the temporary file.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.received > settings.INTAKE_MAX_BYTES:
            raise PayloadTooLarge(settings.INTAKE_MAX_BYTES)
        with storing():
            super().receive_data_chunk(raw_data, start)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        with storing():
            super().new_file(*args, **kwargs)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        with storing():
            return super().file_complete(file_size)


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class RequestBody:
    """The body of a request, with a declared length or in chunks, read once, at most `limit` bytes of it.

    Django takes a body without Content-Length (Transfer-Encoding: chunked) for empty; a server that marks where its
    input ends (wsgi.input_terminated, as gunicorn does) is read directly. Raises from the constructor and `read`:
    PayloadTooLarge, before anything is read when the declared length is over the limit; LengthRequired when there is
    no way to know the end; IncompleteBody when the connection ended before the body did.
    """

    def __init__(self, request: HttpRequest, limit: int, told_limit: int | None = None) -> None:
        """limit: bytes taken; told_limit: the limit to name in the error, where `limit` has some slack."""
        self._limit, self._told_limit = limit, told_limit or limit
        self._received = 0
        self._declared = _declared_length(request)
        if self._declared is not None and self._declared > limit:
            raise PayloadTooLarge(self._told_limit)
        self._stream: _Readable = request
        if self._declared is None and "HTTP_TRANSFER_ENCODING" in request.META:
            if not request.META.get("wsgi.input_terminated"):
                raise LengthRequired
            self._stream = request.META["wsgi.input"]

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; b"" at the end of a whole body."""
        try:
            chunk = self._stream.read(size)
        except OSError as error:  # Django's UnreadablePostError and the server's own errors are OSErrors
            raise IncompleteBody from error
        self._received += len(chunk)
        if self._received > self._limit:
            raise PayloadTooLarge(self._told_limit)
        if not chunk and self._declared is not None and self._received < self._declared:
            raise IncompleteBody
        return chunk


def _declared_length(request: HttpRequest) -> int | None:
    declared = request.META.get("CONTENT_LENGTH") or ""
    return int(declared) if declared.isdecimal() else None
