"""What becomes of every file of the corpus is checked in: a change that harms one of five hundred files is seen.

corpus.tsv has a line a file: SHA-1, path, format, outcome, documents and findings. The files stay where they are
(ONRAMP_CORPUS, by default ../shared/corpus); without them there is nothing to compare.

`python -m tests.golden.test_corpus` writes the expectations anew. Read the difference before committing it.
"""

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import django
import pytest

if TYPE_CHECKING:
    from transactions.management.corpus import FileReport

EXPECTED = Path(__file__).parent / "corpus.tsv"
CORPUS = Path(os.environ.get("ONRAMP_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))


def described(report: "FileReport") -> str:
    """One line: what is said of a file, without how long it took."""
    sha1 = hashlib.sha1((CORPUS / report.path).read_bytes(), usedforsecurity=False).hexdigest()
    findings = ";".join(f"{code}={times}" for code, times in sorted(report.findings.items()))
    return "\t".join([sha1, report.path, report.format, report.outcome, str(report.documents), findings])


def lines() -> list[str]:
    from transactions.management.corpus import files_in, report_files  # when Django is ready

    return [described(report) for report in report_files(files_in(CORPUS), CORPUS)]


@pytest.mark.thorough
@pytest.mark.parametrize("expected", [EXPECTED] if CORPUS.is_dir() else [])
def test_every_file_of_the_corpus_ends_as_expected(expected: Path) -> None:
    wanted = expected.read_text(encoding="utf-8").splitlines()
    found = lines()

    known = {line.split("\t")[0] for line in wanted}
    # A corpus may have grown since: what is not known yet is not judged.
    assert [line for line in found if line.split("\t")[0] in known] == wanted


def test_no_expectation_is_a_crash() -> None:
    outcomes = [line.split("\t")[3] for line in EXPECTED.read_text(encoding="utf-8").splitlines()]

    assert len(outcomes) > 500
    assert "crash" not in outcomes


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    EXPECTED.write_text("\n".join(lines()) + "\n", encoding="utf-8")
