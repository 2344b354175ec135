"""What stands before the first element: a file that cannot be begun says why."""

import pytest

from mappings.engine.findings import Code, Finding
from mappings.engine.xml.prolog import Incomplete, read_prolog


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (b"<!-- ours", "The file ends before its first element is complete"),
        (b"<!-- ours -->\n\xef\xbb\xbf<?xml version='1.0'?><a/>", "A byte order mark stands before the first element"),
        (b"<!-- ours -->\nhello", "No element starts where the document should"),
    ],
)
def test_a_beginning_that_cannot_be_read_is_told_for_what_it_is(head: bytes, words: str) -> None:
    found = read_prolog(head, whole=True)
    assert isinstance(found, Finding)
    assert (found.code, found.message[: len(words)]) == (Code.XML_NOT_WELL_FORMED, words)


def test_a_start_tag_without_end_is_given_up_before_it_fills_the_memory() -> None:
    with pytest.raises(Incomplete):
        read_prolog(b"<a " + b'b="1" ' * 10_000, whole=False)
    found = read_prolog(b"<a " + b'b="1" ' * 100_000, whole=False)
    assert isinstance(found, Finding)
    assert found.message == "The first element has not begun after 256 KiB"
