"""The closed list of checks that scenarios name. A new one is a function with a name; no scenario has code."""

from collections.abc import Callable
from typing import Any, NamedTuple

from transactions.certification.seen import Answered, Said, Seen

Run = Callable[[Any, Any], Said]


class Check(NamedTuple):
    """title: what it asks, in words. of: what it judges. argument: the type of what the scenario gives it, or None."""

    name: str
    title: str
    of: type
    argument: type | None
    run: Run


CHECKS: dict[str, Check] = {}


def check(name: str, title: str, *, of: type = Seen, argument: type | None = None) -> Callable[[Run], Run]:
    """Register a check of documents that came (Seen), or of what is said of ours (Answered). Raises ValueError for a
    name that is taken.
    """

    def register(run: Run) -> Run:
        if name in CHECKS:
            raise ValueError(f"There is a check {name} already.")
        if of not in (Seen, Answered):
            raise ValueError(f"{name} judges {of}, which no scenario sees.")
        CHECKS[name] = Check(name, title, of, argument, run)
        return run

    return register
