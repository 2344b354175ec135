"""If these fail, somebody can rewrite who decided what, and nobody notices."""

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from config.core.audit import record_decision, verify_chain
from config.core.models import AuditEntry

pytestmark = pytest.mark.django_db


def decide(*subjects: str) -> None:
    for subject in subjects:
        with transaction.atomic():
            record_decision("partner.merged", subject, "ann", rows={"documents": 3}, note="ü")


def test_a_chain_of_decisions_is_unbroken(capsys: pytest.CaptureFixture[str]) -> None:
    decide("a", "b", "c")
    verified = verify_chain()
    assert (verified.entries, verified.broken) == (3, None)
    call_command("verify_audit")
    assert verified.last in capsys.readouterr().out


def test_a_decision_that_is_rolled_back_leaves_no_gap() -> None:
    decide("a")
    with transaction.atomic():
        record_decision("partner.merged", "b", "ann")
        transaction.set_rollback(True)
    decide("c")
    assert verify_chain().broken is None
    assert list(AuditEntry.objects.values_list("subject", flat=True)) == ["c", "a"]


@pytest.mark.parametrize(
    ("tamper", "number"),
    [
        (lambda: AuditEntry.objects.filter(number=2).update(actor="bob"), 2),
        (lambda: AuditEntry.objects.filter(number=2).update(data={"rows": {}}), 2),
        (lambda: AuditEntry.objects.filter(number=2).delete(), 3),
        (lambda: AuditEntry.objects.filter(number=1).delete(), 2),
        (lambda: AuditEntry.objects.filter(number=3).update(previous="0" * 64), 3),
    ],
)
def test_whoever_tampers_is_found(tamper, number: int) -> None:
    decide("a", "b", "c")
    tamper()
    broken = verify_chain().broken
    assert broken is not None
    assert broken.number == number
    with pytest.raises(CommandError, match=f"entry {number}"):
        call_command("verify_audit")
