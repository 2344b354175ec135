"""Which test shows that a policy is obeyed: each policy has exactly one, which changes that setting only."""

from collections.abc import Callable
from typing import TypeVar

Test = TypeVar("Test", bound=Callable[..., object])
OBEYED: dict[str, str] = {}
"""Policy → the test that shows it. Filled when the modules of the tests are imported."""


def obeys(*policies: str) -> Callable[[Test], Test]:
    """Marks the test that shows that these policies are obeyed. Raises ValueError where another shows one already."""

    def mark(test: Test) -> Test:
        name = f"{test.__module__}.{test.__qualname__}"
        for policy in policies:
            if OBEYED.setdefault(policy, name) != name:
                raise ValueError(f"{policy} has a test already: {OBEYED[policy]}; {name} is another")
        return test

    return mark
