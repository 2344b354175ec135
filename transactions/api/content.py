"""Stored content as a download: its own type, never sniffed, never shown in place."""

from typing import BinaryIO

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

X12 = "application/edi-x12"  # RFC 1767
XML = "application/xml"
TEXT = "text/plain"
JSON = "application/json"
BYTES = "application/octet-stream"


def download(content: bytes | str, content_type: str, name: str) -> HttpResponseBase:
    """Content that is in memory."""
    return _as_download(HttpResponse(content, content_type=content_type), name)


def stored_download(blob: BinaryIO, content_type: str, name: str) -> HttpResponseBase:
    """Content that is read while it is sent, and closed afterwards."""
    return _as_download(FileResponse(blob, content_type=content_type), name)


def _as_download(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["X-Content-Type-Options"] = "nosniff"
    return response
