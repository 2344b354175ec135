"""If these fail, documents are taken under an agreement that does not hold, or held although one does."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from partners.models import Agreement, Connection
from tests.transactions.conftest import Send
from tests.transactions.x12 import isa_of, x12
from transactions.models import ExceptionCase

TODAY = timezone.now().date()
DAY = timedelta(days=2)  # more than any time zone


@pytest.mark.parametrize(
    ("changed", "usage", "stage"),
    [
        ({}, "P", "finished"),
        ({"status": "draft"}, "P", "held"),
        ({"status": "suspended"}, "P", "held"),
        ({"status": "retired"}, "P", "held"),
        ({"effective_from": TODAY - DAY, "effective_until": TODAY + DAY}, "P", "finished"),
        ({"effective_from": TODAY + DAY}, "P", "held"),
        ({"effective_until": TODAY - DAY}, "P", "held"),
        ({"effective_until": date(2000, 1, 1)}, "P", "held"),
        ({"release": "005010"}, "P", "held"),
        ({"release": ""}, "P", "finished"),
        ({"set_id": "855"}, "P", "held"),
        ({"direction": "outbound"}, "P", "held"),
        ({"environment": "test"}, "P", "held"),
        ({}, "T", "held"),
    ],
)
def test_an_agreement_holds_for_what_it_is_about(
    send: Send, connection: Connection, changed: dict[str, Any], usage: str, stage: str
) -> None:
    Agreement.objects.filter(partner=connection.partner, environment="test").delete()
    Agreement.objects.filter(partner=connection.partner).update(**changed)
    file = send(x12(isa_of(usage=usage)))
    assert file.stage == stage
    is_other = usage == "T" or changed == {"environment": "test"}
    why = "agreement-stopped" if changed == {"status": "suspended"} else "agreement-missing"
    held_for = [] if stage == "finished" else ["environment-mismatch" if is_other else why]
    assert list(ExceptionCase.objects.values_list("code", flat=True)) == held_for


def test_files_of_an_inactive_partner_are_held_under_that_name(send: Send, connection: Connection) -> None:
    """It is no agreement that is missing: who looks for one would look for long."""
    connection.partner.is_active = False
    connection.partner.save()
    file = send(x12(isa_of(usage="P")))
    case = ExceptionCase.objects.get()
    assert (file.stage, case.code) == ("held", "partner-inactive")
    assert case.partner == connection.partner
    assert "is not active" in case.summary
