"""A partner's program asks where a value came from."""

from tests.factories import Made
from tests.transactions.api.conftest import Program, assert_problem
from transactions.models import CanonicalDocument


def test_each_value_names_its_place_and_rule(program: Program, made: Made) -> None:
    answer = program.get(f"documents/{made.documents[0].pk}/lineage").json()

    (number,) = [row for row in answer["values"] if row["pointer"] == "/number"]
    assert (number["segment"], number["segment_id"], number["element"], number["rule"]) == (2, "BEG", 3, "rules.number")
    assert answer["checksum"] == made.setup.version.checksum


def test_a_document_without_a_form_has_no_lineage(program: Program, made: Made) -> None:
    CanonicalDocument.objects.all().delete()

    assert_problem(program.get(f"documents/{made.documents[0].pk}/lineage"), 404, "not-found")
