"""Bytes as they came or went, as attachments that no browser interprets."""

import re
from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from config.core.blobs import CHUNK, open_blob

CONTENT_TYPE = "application/octet-stream"


def stream_blob(sha256: str, name: str, *, offset: int = 0, length: int) -> HttpResponseBase:
    """`length` bytes of a stored file from `offset`, in flat memory. FileNotFoundError when it is not stored."""
    blob = open_blob(sha256)

    def chunks() -> Iterator[bytes]:
        with blob:
            blob.seek(offset)
            left = length
            while left > 0 and (chunk := blob.read(min(CHUNK, left))):
                left -= len(chunk)
                yield chunk

    response = StreamingHttpResponse(chunks(), content_type=CONTENT_TYPE)
    response["Content-Length"] = str(length)
    return _attached(response, name)


def send_bytes(content: bytes, name: str, content_type: str = CONTENT_TYPE) -> HttpResponseBase:
    """Some bytes that are in memory already. content_type: of what we wrote ourselves; what came stays bytes."""
    return _attached(HttpResponse(content, content_type=content_type), name)


def file_name(*parts: str, extension: str = "edi") -> str:
    """A file name of letters, digits, dots, hyphens and underscores, made of parts that partners chose."""
    words = [re.sub(r"[^A-Za-z0-9._-]+", "-", part).strip("-.") for part in parts]
    return "-".join(word for word in words if word)[:120] + f".{extension}"


def _attached(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
