"""Results of actions on many rows, one for each."""

import logging
from collections.abc import Callable, Iterable
from typing import NamedTuple, Protocol

from django.contrib import messages
from django.http import HttpRequest

from transactions.models import ExceptionCase
from transactions.services.reprocess import Reprocessed

BULK = 200  # rows of one action: what a page can hold and a request can do
SAID = 20
logger = logging.getLogger(__name__)


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


class CaseResult(NamedTuple):
    """What came of one case."""

    case: ExceptionCase
    ok: bool
    message: str


def act_on_each(
    cases: Iterable[ExceptionCase], why_not: Callable[[ExceptionCase], str], does: Callable[[ExceptionCase], Result]
) -> list[CaseResult]:
    """Do it with each case that it fits, each by itself; the others get the reason why not.

    A failure of Onramp with one is logged and told with it: those before are done, those after are done too.
    """
    results = []
    for case in cases:
        reason = why_not(case)
        if reason:
            results.append(CaseResult(case, False, reason))
            continue
        try:
            result = does(case)
        except FileNotFoundError:
            results.append(CaseResult(case, False, "The storage does not have its bytes. Tell integration support."))
        except Exception:
            logger.exception("an action on case %s failed", case.pk)
            results.append(CaseResult(case, False, "Onramp failed on it. Integration support finds it in the log."))
        else:
            results.append(CaseResult(case, result.ok, result.message))
    return results


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
