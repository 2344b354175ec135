"""Documents that came as XML or text are written as X12: how much of each is kept, and how clean the set is.

from_elsewhere.tsv has a line for each golden document of another format, and each of the sets that go out that its
model can be written as (004010): how many values the document has, how many reading the set again gives, and the
findings of our validator on it. What X12 has no place for is not kept, codes of other standards among it.

`python -m tests.mappings.engine.outbound.test_from_elsewhere` writes the expectations anew. Fewer values kept, or more
findings, is a loss.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from mappings.library import index
from tests.mappings.engine.outbound.test_round_trip import NAMED, again, leaves

EXPECTED = Path(__file__).parent / "from_elsewhere.tsv"
RELEASE = "004010"


def lines() -> Iterator[str]:
    """One for each document and set."""
    outgoing = [one for one in index.entries().values() if one.format == "x12" and one.set_id in NAMED]
    for path in sorted(index.LIBRARY.glob("*/cases/*/canonical.json")):
        entry = index.entries()[path.parts[-4]]
        fitting = [one for one in outgoing if one.target == entry.target and entry.format != "x12"]
        for number, body in enumerate(json.loads(path.read_text(encoding="utf-8")) if fitting else (), 1):
            for one in fitting:
                after, findings = again(index.compiled(one.name), RELEASE, body, {})
                before, read = (dict(leaves("", form | {"exchange": {}})) for form in (body, after))
                kept = sum(read.get(pointer) == value for pointer, value in before.items())
                yield f"{entry.name}/{path.parts[-2]}\t{number}\t{one.set_id}\t{len(before)}\t{kept}\t{len(findings)}"


@pytest.mark.thorough
def test_what_is_kept_of_other_formats_is_kept() -> None:
    assert list(lines()) == EXPECTED.read_text(encoding="utf-8").splitlines()


def test_most_of_them_are_clean() -> None:
    """What the outbound parts of the mappings are for: a set that our own validator has nothing against."""
    findings = [line.rsplit("\t", 1)[1] for line in EXPECTED.read_text(encoding="utf-8").splitlines()]
    assert findings.count("0") >= 0.6 * len(findings)


if __name__ == "__main__":
    EXPECTED.write_text("".join(f"{line}\n" for line in lines()), encoding="utf-8")
