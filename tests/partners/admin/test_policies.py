"""Policies of partners and agreements: chosen from what there is, never typed as JSON."""

from typing import Any, get_args, get_type_hints

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from partners.admin.policy_words import as_text
from partners.models import Agreement, ExpectedDocument, Partner
from partners.policies import WORDS, Policies
from tests.factories import PartnerSetup, make_partner, make_user


@pytest.fixture
def setup(db: None) -> PartnerSetup:
    return make_partner("acme", name="Acme Stores")


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(make_user(is_superuser=True))
    return client


def partner_url(setup: PartnerSetup) -> str:
    return reverse("admin:partners_partner_change", args=[setup.partner.pk])


def agreement_url(setup: PartnerSetup) -> str:
    return reverse("admin:partners_agreement_change", args=[setup.agreement.pk])


def partner_form(**policies: str) -> dict[str, str]:
    form = {"name": "Acme Stores", "is_active": "on", "time_zone": "UTC", "language": "en"}
    form |= {f"policies-{name}": text for name, text in policies.items()}
    for prefix in (
        "identities",
        "contacts",
        "connections",
        "agreements",
        "members",
        "invitations",
        "certificates",
        "guides",
    ):
        form |= {f"{prefix}-TOTAL_FORMS": "0", f"{prefix}-INITIAL_FORMS": "0"}
    return form


def agreement_form(setup: PartnerSetup, **policies: str) -> dict[str, str]:
    agreement = setup.agreement
    return {
        "partner": str(setup.partner.pk),
        "direction": agreement.direction,
        "kind": agreement.kind,
        "standard": agreement.standard,
        "set_id": agreement.set_id,
        "release": agreement.release,
        "environment": agreement.environment,
        "status": agreement.status,
        "assignment-TOTAL_FORMS": "0",
        "assignment-INITIAL_FORMS": "0",
        "expected_documents-TOTAL_FORMS": "0",
        "expected_documents-INITIAL_FORMS": "0",
    } | {f"policies-{name}": text for name, text in policies.items()}


def rows(text: str) -> dict[str, str]:
    """Each row of the form by the policy's label."""
    found = {}
    for row in text.split('class="or-policy"')[1:]:
        for words in WORDS.values():
            if f">{words.label}<" in row:
                found[words.label] = " ".join(row.split())
    return found


@pytest.mark.parametrize("name", Policies.__struct_fields__)
def test_each_policy_and_each_of_its_values_is_in_words(name: str) -> None:
    kind = get_type_hints(Policies)[name]
    values = (True, False) if kind is bool else get_args(kind)
    expected = {as_text(value) for value in values if isinstance(value, (str, bool))}
    assert set(WORDS[name].values) == expected
    assert WORDS[name].label
    assert WORDS[name].help


def test_what_is_chosen_is_kept_and_what_is_inherited_is_not(admin: Client, setup: PartnerSetup) -> None:
    form = partner_form(ta1="always", acknowledge_accepted="false", duplicate_window_days="90", unknown_codes="")
    response = admin.post(partner_url(setup), form)
    assert response.status_code == 302, response.context["errors"]
    kept = {"ta1": "always", "acknowledge_accepted": False, "duplicate_window_days": 90}
    assert Partner.objects.get().policies == kept
    assert admin.post(partner_url(setup), partner_form(ta1="")).status_code == 302
    assert Partner.objects.get().policies == {}


def test_a_form_without_policies_leaves_them(admin: Client, setup: PartnerSetup) -> None:
    Partner.objects.update(policies={"ta1": "never"})
    assert admin.post(partner_url(setup), partner_form()).status_code == 302
    assert Partner.objects.get().policies == {"ta1": "never"}


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("duplicate_window_days", "0", "a whole number from 1 to 3650"),
        ("duplicate_window_days", "99999999999999999999", "a whole number from 1 to 3650"),
        ("duplicate_window_days", "a year", "a whole number from 1 to 3650"),
        ("ta1", "sometimes", "When the sender asks (ISA14)"),
    ],
)
def test_a_wrong_value_is_refused_in_words_and_stays_to_be_mended(
    admin: Client, setup: PartnerSetup, name: str, text: str, said: str
) -> None:
    response = admin.post(partner_url(setup), partner_form(**{name: text}))
    page = response.content.decode()
    assert response.status_code == 200
    assert WORDS[name].label in page
    assert f"Choose {said}" in page or f", {said}" in page
    assert f'value="{text}"' in page
    assert page.count("or-policy-wrong") == page.count('aria-invalid="true"') == 1
    assert Partner.objects.get().policies == {}


def test_an_agreement_shows_each_policy_in_force_and_who_set_it(admin: Client, setup: PartnerSetup) -> None:
    Partner.objects.update(policies={"acknowledgment": "none"})
    found = rows(admin.get(agreement_url(setup)).content.decode())
    assert len(found) == len(Policies.__struct_fields__)
    assert (
        'Reject the document</span> <span class="or-quiet or-own">this agreement' in found[WORDS["unknown_codes"].label]
    )
    assert "Inherit (from the partner: None)" in found["Acknowledgment"]
    assert 'None</span> <span class="or-quiet">the partner' in found["Acknowledgment"]
    assert "Inherit (default: Hold it and open a case)" in found[WORDS["duplicate_document"].label]


def test_a_rule_that_is_added_is_kept_as_it_came_and_put_in_order(admin: Client, setup: PartnerSetup) -> None:
    def rule(number: int, **changed: str) -> dict[str, str]:
        values = {"occasion": "received", "is_active": "on", "after_kind": "order", "deadline": "hours", "hours": "24"}
        values |= {"by": "23:59"} | changed
        return {f"expected_documents-{number}-{name}": text for name, text in values.items()}

    form = agreement_form(setup) | rule(0) | rule(1, occasion="schedule", by="18:00")
    form |= {"expected_documents-TOTAL_FORMS": "2", "expected_documents-1-weekdays": "4"}
    response = admin.post(agreement_url(setup), form)
    assert response.status_code == 302, response.context["errors"]
    told = ExpectedDocument.objects.values_list("occasion", "after_kind", "deadline", "hours", "weekdays")
    assert list(told) == [("received", "order", "hours", 24, []), ("schedule", "", "", None, [4])]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"occasion": "schedule", "hours": "48"}, "hours"),
        ({"occasion": "schedule", "deadline": "ship-date"}, "deadline"),
        ({"occasion": "received", "weekdays": "4"}, "weekdays"),
        ({"occasion": "received", "deadline": "ship-date", "hours": "48"}, "hours"),
    ],
)
def test_what_does_not_count_for_a_rule_is_said(
    admin: Client, setup: PartnerSetup, changed: dict[str, str], field: str
) -> None:
    """Else somebody who has no script believes that it counts."""
    rule = {"is_active": "on", "after_kind": "order", "deadline": "hours", "hours": "24", "by": "23:59"} | changed
    form = agreement_form(setup) | {f"expected_documents-0-{name}": text for name, text in rule.items()}
    response = admin.post(agreement_url(setup), form | {"expected_documents-TOTAL_FORMS": "1"})
    assert response.status_code == 200
    [formset] = [
        one.formset for one in response.context["inline_admin_formsets"] if one.formset.model is ExpectedDocument
    ]
    [errors] = formset.errors
    assert list(errors) == [field]
    assert "count" in errors[field][0]
    assert not ExpectedDocument.objects.exists()


def test_what_concerns_whole_interchanges_is_set_on_the_partner_only(admin: Client, setup: PartnerSetup) -> None:
    text = admin.get(agreement_url(setup)).content.decode()
    assert 'name="policies-ta1"' not in text
    assert "Set on the partner" in rows(text)["TA1"]
    response = admin.post(agreement_url(setup), agreement_form(setup, ta1="always", unknown_codes="warn"))
    assert response.status_code == 302, response.context["errors"]
    assert Agreement.objects.get().policies == {"unknown_codes": "warn"}


def test_who_may_only_look_reads_them_in_words(setup: PartnerSetup) -> None:
    auditor = make_user("auditor")
    auditor.user_permissions.set(Permission.objects.filter(codename__in=["view_partner", "view_agreement"]))
    client = Client()
    client.force_login(auditor)
    for url in (partner_url(setup), agreement_url(setup)):
        text = client.get(url).content.decode()
        assert 'name="policies-' not in text
        assert "Code that the standard does not list" in text
        shown = text.split("Policies in force")[1]
        assert "{" not in shown[: shown.rindex("</details>")]


def test_a_kept_version_says_what_it_set(admin: Client, setup: PartnerSetup) -> None:
    admin.post(partner_url(setup), partner_form(ta1="always"))
    kept: Any = setup.partner.history.first()
    text = admin.get(
        reverse("admin:partners_partner_simple_history", args=[setup.partner.pk, kept.pk])
    ).content.decode()
    assert "Always" in text.split("Policies set here")[1]


def test_the_history_says_which_policies_changed(admin: Client, setup: PartnerSetup) -> None:
    admin.post(partner_url(setup), partner_form(ta1="always", duplicate_window_days="30"))
    text = admin.get(reverse("admin:partners_partner_history", args=[setup.partner.pk])).content.decode()
    assert "TA1: inherited; Interchange numbers count as used for: inherited" in text
    assert "TA1: Always; Interchange numbers count as used for: 30 days" in text
