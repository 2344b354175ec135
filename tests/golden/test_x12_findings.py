"""What is wrong with every X12 file of the corpus, by code and place, is checked in; JUDGED.md says why each is right.

x12_findings.tsv has a line for each file with findings: SHA-1, path, and the findings as `severity code place*times`,
where place is segment and element with the index of the first such segment in its set (PO103@14). Who may send what is
left aside: sets are read without mappings and under Onramp's own policies, HIPAA guides included.

`python -m tests.golden.test_x12_findings` writes the expectations anew. Judge the difference before committing it.
"""

import hashlib
import os
import re
from collections import Counter
from pathlib import Path

import django
import pytest

from mappings.engine.findings import Code, Finding
from tests.golden.test_corpus import CORPUS
from tests.mappings.engine.x12.test_corpus import FILES

EXPECTED = Path(__file__).parent / "x12_findings.tsv"
JUDGED = Path(__file__).parent / "JUDGED.md"


def findings_in(path: Path) -> list[Finding]:
    from partners.policies import Policies  # when Django is ready
    from transactions.pipeline.translate import Terms, translate_stream

    with path.open("rb") as stream:
        items = list(translate_stream(stream, lambda *_: Terms(None, Policies())))
    found = [one for item in items for one in [*item.findings, *(item.translated.findings if item.translated else [])]]
    return [one for one in found if one.code is not Code.MAPPING_MISSING]


def described(path: str) -> str:
    """One line, "" for a file without findings."""
    first: dict[tuple[str, str, str], int] = {}
    times: Counter[tuple[str, str, str]] = Counter()
    for found in findings_in(CORPUS / path):
        place = found.place
        label = place.segment_id + (f"{place.element:02d}" if place.element else "")
        label += f"-{place.component}" if place.component else ""
        key = (found.severity.value[0], found.code.value, label)
        first.setdefault(key, place.segment)
        times[key] += 1
    said = [
        f"{key[0]} {key[1]} {key[2]}{f'@{first[key]}' if first[key] else ''}{f'*{many}' if many > 1 else ''}".rstrip()
        for key, many in times.items()
    ]
    sha1 = hashlib.sha1((CORPUS / path).read_bytes(), usedforsecurity=False).hexdigest()
    return "\t".join([sha1, path, "; ".join(said)]) if said else ""


def lines() -> list[str]:
    return [line for path, _ in sorted(FILES) if (line := described(path))]


@pytest.mark.thorough
@pytest.mark.parametrize("expected", [EXPECTED] if CORPUS.is_dir() else [])
def test_every_finding_of_the_corpus_is_expected_and_none_is_missing(expected: Path) -> None:
    known = {
        hashlib.sha1((CORPUS / path).read_bytes(), usedforsecurity=False).hexdigest() for path, _ in FILES
    }  # fmt: skip
    wanted = [line for line in expected.read_text(encoding="utf-8").splitlines() if line.split("\t")[0] in known]

    assert lines() == wanted


def test_every_kind_of_finding_is_judged() -> None:
    codes = set(re.findall(r"[eiw] ([a-z-]+)", EXPECTED.read_text(encoding="utf-8")))
    judged = set(re.findall(r"^\| `([a-z-]+)` \|", JUDGED.read_text(encoding="utf-8"), re.MULTILINE))

    assert len(codes) > 30
    assert codes <= judged, codes - judged


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    EXPECTED.write_text("\n".join(lines()) + "\n", encoding="utf-8")
