"""Many records at once: if these fail, one click changes what nobody looked at."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config.core.models import AuditEntry
from partners.models import Agreement, Partner, ServiceLevel
from tests.factories import make_user

LIST = reverse("admin:partners_partner_changelist")


@pytest.fixture
def ann(db: None) -> Client:
    client = Client()
    client.force_login(make_user("ann", permissions=("*.view", "partners.change_partner", "partners.change_agreement")))
    return client


@pytest.fixture
def partners(db: None) -> list[Partner]:
    made = [Partner.objects.create(code=f"p{n}", name=f"P {n}") for n in (1, 2)]
    return [*made, Partner.objects.create(code="p3", name="P 3", policies={"control_maximum": 99})]


def post(client: Client, partners: list[Partner], **said: Any) -> Any:
    marked = [partner.pk for partner in partners]
    return client.post(LIST, {"action": "change_selected", "_selected_action": marked, **said})


def hidden(response: Any) -> dict[str, Any]:
    """What the page sends along."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)">', response.content.decode()):
        found.setdefault(name, []).append(value)
    return found


def test_nothing_is_written_before_it_was_looked_at(ann: Client, partners: list[Partner]) -> None:
    gold = ServiceLevel.objects.create(name="Gold")
    asked = post(ann, partners)
    assert "Change 3 partners" in asked.content.decode()
    empty = post(ann, partners, step="preview")
    assert "Choose at least one setting." in empty.content.decode()
    wrong = post(ann, partners, step="preview", **{"policy-isa_control_start": "many"})
    assert "First interchange number: it cannot be “many”." in wrong.content.decode()

    chosen = {"policy-isa_control_start": "100", "policy-ta1": "always", "service_level": str(gold.pk), "reason": "CRM"}
    seen = post(ann, partners, step="preview", **chosen)
    text = seen.content.decode()
    assert "Preview of changing 3 partners" in text
    assert "is after the last control number" in text, "the third one is refused, and it is said why"
    assert not Partner.objects.exclude(service_level=None).exists()
    assert not AuditEntry.objects.exists()

    partners[1].name = "Changed meanwhile"
    partners[1].save()
    done = ann.post(LIST, hidden(seen) | {"step": "apply"})
    assert "Changed 1 of 3 partners" in done.content.decode()
    assert "Somebody saved it meanwhile" in done.content.decode()
    kept = [(p.service_level, p.policies) for p in Partner.objects.order_by("code")]
    assert kept == [(gold, {"isa_control_start": 100, "ta1": "always"}), (None, {}), (None, {"control_maximum": 99})]
    [entry] = AuditEntry.objects.all()
    assert (entry.verb, entry.subject, entry.actor) == ("partner.changed_with_others", "partner p1", "ann")
    assert partners[0].history.order_by("-history_id")[0].history_change_reason == "CRM"


def test_a_preview_of_somebody_else_is_not_applied(ann: Client, partners: list[Partner]) -> None:
    for token in ("", "forged"):
        response = post(ann, partners, step="apply", token=token, **{"policy-ta1": "always"})
        assert "The preview was too old" in response.content.decode()
    assert not Partner.objects.filter(policies__has_key="ta1").exists()


def test_a_policy_is_inherited_again_and_choosing_again_keeps_what_was_chosen(
    ann: Client, partners: list[Partner]
) -> None:
    seen = post(ann, partners[2:], step="preview", is_active="no", **{"policy-control_maximum": "(inherit)"})
    again = ann.post(LIST, hidden(seen) | {"step": "again"})
    assert re.search(r'name="policy-control_maximum" value="\(inherit\)"', again.content.decode())
    ann.post(LIST, hidden(seen) | {"step": "apply"})
    partner = Partner.objects.get(code="p3")
    assert (partner.policies, partner.is_active) == ({}, False)


def test_agreements_are_offered_what_an_agreement_can_have(ann: Client, partners: list[Partner]) -> None:
    agreement = Agreement.objects.create(partner=partners[0])
    response = ann.post(
        reverse("admin:partners_agreement_changelist"),
        {"action": "change_selected", "_selected_action": [agreement.pk]},
    )
    text = response.content.decode()
    assert 'name="policy-acknowledgment"' in text
    assert 'name="policy-ta1"' not in text, "it concerns whole interchanges"
    assert 'name="effective_until"' in text
