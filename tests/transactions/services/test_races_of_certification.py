"""Two workers judge the same test document at once, on PostgreSQL: it shows one scenario, once."""

from functools import partial

import pytest

from partners.models import Agreement, AgreementStatus, Connection, Environment
from tests.transactions.conftest import drain
from tests.transactions.services.test_races import at_once, receive_file, world
from tests.transactions.x12 import Order, isa_of, x12
from transactions.models import CertificationRun
from transactions.services.certify import certify_file
from transactions.services.certify_due import certify_due

__all__ = ["world"]
pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def agreement(world: Connection) -> Agreement:
    found = Agreement.objects.get(environment=Environment.PRODUCTION)
    found.status, found.policies = AgreementStatus.DRAFT, {"certification": "always"}
    found.save()
    return found


def test_two_workers_that_judge_one_document_make_one_run(world: Connection, agreement: Agreement) -> None:
    file = receive_file(world, x12(isa_of(Order("PO-1", lines=3), usage="T")))
    drain()
    CertificationRun.objects.all().delete()
    at_once(*[partial(certify_file, file)] * 3, certify_due)
    assert list(CertificationRun.objects.values_list("scenario", "passed")) == [("valid", True)]


def test_two_documents_at_once_show_two_scenarios(world: Connection, agreement: Agreement) -> None:
    files = [
        receive_file(world, x12(isa_of(Order(f"PO-{number}", lines=3), usage="T", control=number))) for number in (1, 2)
    ]
    drain()
    at_once(*[partial(certify_file, file) for file in files])
    assert set(CertificationRun.objects.filter(passed=True).values_list("scenario", flat=True)) == {
        "valid", "several-lines",
    }  # fmt: skip
