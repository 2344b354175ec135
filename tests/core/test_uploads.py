"""If these fail, a body over the limit fills memory or disk, or half a body is taken for a whole one."""

import io
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest

from config.core.problems import IncompleteBody, LengthRequired, PayloadTooLarge
from config.core.uploads import RequestBody


class Broken(io.BytesIO):
    """A server's input whose client went away."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise OSError("client went away")


def request(body: io.BytesIO, **environ: Any) -> WSGIRequest:
    return WSGIRequest({"REQUEST_METHOD": "POST", "PATH_INFO": "/", "wsgi.input": body, **environ})


def read_all(body: RequestBody) -> bytes:
    return b"".join(iter(lambda: body.read(4), b""))


def chunked(body: io.BytesIO) -> WSGIRequest:
    return request(body, HTTP_TRANSFER_ENCODING="chunked", **{"wsgi.input_terminated": True})


def test_a_body_with_its_length_is_read_to_that_length() -> None:
    body = RequestBody(request(io.BytesIO(b"0123456789next request"), CONTENT_LENGTH="10"), limit=10)
    assert read_all(body) == b"0123456789"


def test_a_body_in_chunks_is_read_to_its_end() -> None:
    assert read_all(RequestBody(chunked(io.BytesIO(b"0123456789")), limit=10)) == b"0123456789"


def test_no_body_is_empty() -> None:
    assert read_all(RequestBody(request(io.BytesIO()), limit=10)) == b""


def test_a_declared_length_over_the_limit_is_refused_unread() -> None:
    source = io.BytesIO(b"x" * 11)
    with pytest.raises(PayloadTooLarge):
        RequestBody(request(source, CONTENT_LENGTH="11"), limit=10)
    assert source.tell() == 0


def test_a_body_in_chunks_is_cut_off_at_the_limit() -> None:
    source = io.BytesIO(b"x" * 1000)
    body = RequestBody(chunked(source), limit=10)
    with pytest.raises(PayloadTooLarge) as refused:
        read_all(body)
    assert refused.value.fields == {"limit": 10}
    assert source.tell() <= 12


def test_a_connection_that_ends_early_is_no_shorter_file() -> None:
    body = RequestBody(request(io.BytesIO(b"01234"), CONTENT_LENGTH="10"), limit=10)
    with pytest.raises(IncompleteBody):
        read_all(body)


@pytest.mark.parametrize("environ", [{"CONTENT_LENGTH": "10"}, {"HTTP_TRANSFER_ENCODING": "chunked"}])
def test_a_connection_that_breaks_is_the_senders_trouble(environ: dict[str, Any]) -> None:
    body = RequestBody(request(Broken(), **environ, **{"wsgi.input_terminated": True}), limit=10)
    with pytest.raises(IncompleteBody):
        read_all(body)


def test_chunks_without_an_end_are_not_waited_for() -> None:
    with pytest.raises(LengthRequired):
        RequestBody(request(io.BytesIO(b"x"), HTTP_TRANSFER_ENCODING="chunked"), limit=10)
