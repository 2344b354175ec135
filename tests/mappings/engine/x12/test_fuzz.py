"""A bounded run of the fuzz target; `python -m tests.mappings.engine.x12.fuzz SECONDS` runs it longer."""

import random

from tests.mappings.engine.x12 import fuzz


def test_nothing_that_is_broken_at_random_makes_us_fail() -> None:
    """The same documents each time, so that a failure is a change of ours."""
    originals = fuzz.documents(own_only=True)
    for seed in range(1, 151):
        chosen = random.Random(seed)
        data = fuzz.broken(chosen.choice(originals), chosen)
        fuzz.Judge(data).file(chosen.choice([7, 97, 4096]))
