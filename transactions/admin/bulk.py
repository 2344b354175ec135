"""Results of actions on many rows, one message each."""

from collections.abc import Iterable
from typing import NamedTuple, Protocol

from django.contrib import messages
from django.http import HttpRequest

from transactions.services.reprocess import Reprocessed

BULK = 200  # rows of one action: what a page can hold and a request can do
SAID = 20


class Result(Protocol):
    """What a service says about one row."""

    @property
    def ok(self) -> bool: ...

    @property
    def message(self) -> str: ...


class Said(NamedTuple):
    """A result made here, for services that answer yes or no."""

    ok: bool
    message: str


def say_results(request: HttpRequest, results: Iterable[Result]) -> None:
    """Tell what came of each row; beyond SAID rows of a kind only how many."""
    told = list(results)
    for is_good, level in ((True, messages.SUCCESS), (False, messages.ERROR)):
        same = [result for result in told if result.ok is is_good]
        for result in same[:SAID]:
            messages.add_message(request, level, result.message)
        if len(same) > SAID:
            messages.add_message(request, level, f"… and {len(same) - SAID} more like these.")


def named(results: Iterable[Reprocessed]) -> list[Said]:
    """Results of reprocessing, each with the document that it is about."""
    return [Said(result.ok, f"{result.document}: {result.message}") for result in results]
