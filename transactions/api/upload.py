"""The file in a request: the field `file` of a multipart form, or the body itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils.datastructures import MultiValueDict
from rest_framework.exceptions import ParseError, UnsupportedMediaType, ValidationError

from config.core.blobs import CHUNK
from config.core.uploads import RequestBody

FIELD = "file"
# What a form may hold beside the file: boundaries, headers, other fields.
FORM_SLACK = 1 << 20
_UNKNOWN_LENGTH = "1"  # the form parser reads to the end; it only must not be told that there is nothing


class Upload(NamedTuple):
    """name: as the sender calls it, "" when it does not say; chunks: the bytes, to be read once."""

    name: str
    chunks: Iterator[bytes]


@contextmanager
def uploaded(request: HttpRequest) -> Iterator[Upload]:
    """The one file of a request; whatever was put aside for it is gone afterwards.

    Any content type but multipart/form-data is the file itself, named by ?name= or X-Filename.
    Raises problems: 400 without a file or with a broken form, 413 over INTAKE_MAX_BYTES, 415 for a compressed body.
    """
    encoding = request.headers.get("Content-Encoding", "identity")
    if encoding != "identity":
        raise UnsupportedMediaType(encoding, "Send the file as it is, without Content-Encoding.")
    limit = settings.INTAKE_MAX_BYTES
    if not (request.content_type or "").startswith("multipart/"):
        body = RequestBody(request, limit)
        yield Upload(request.GET.get("name") or request.headers.get("X-Filename", ""), _chunks(body))
        return
    files = _read_form(request, RequestBody(request, limit + FORM_SLACK, told_limit=limit))
    try:
        yield _only(files)
    finally:
        for _, several in files.lists():
            for file in several:
                file.close()


def _chunks(body: RequestBody) -> Iterator[bytes]:
    while chunk := body.read(CHUNK):
        yield chunk


def _read_form(request: HttpRequest, body: RequestBody) -> MultiValueDict[str, UploadedFile]:
    meta = dict(request.META)
    if not meta.get("CONTENT_LENGTH"):
        meta["CONTENT_LENGTH"] = _UNKNOWN_LENGTH
    try:
        parser = MultiPartParser(meta, body, list(request.upload_handlers), "utf-8")  # type: ignore[arg-type]
        _, files = parser.parse()
    except (MultiPartParserError, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent) as error:
        raise ParseError(f"The form cannot be read: {error}") from error
    return files


def _only(files: MultiValueDict[str, UploadedFile]) -> Upload:
    several = files.getlist(FIELD)
    if len(several) != 1 or len(files) != 1:
        raise ValidationError({FIELD: [f"Send one file, in the field {FIELD!r}."]})
    return Upload(several[0].name or "", several[0].chunks(CHUNK))
