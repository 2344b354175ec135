"""From a case to the page where its cause is mended: nobody has to look for it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from django.test import Client
from django.urls import reverse

from mappings.engine.findings import Code, finding
from mappings.engine.xml.envelope import Identity
from partners.models import Agreement
from tests.factories import Made, make_file, make_user
from transactions.admin.next_steps import next_steps
from transactions.models import ExceptionCase, WorkUnit
from transactions.pipeline.batches import XmlBatch
from transactions.pipeline.storable import storable_json
from transactions.states import CaseCategory, CaseStatus, UnitState


@pytest.fixture
def made(db: None) -> Made:
    return make_file(failing=1)


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(make_user(is_superuser=True))
    return client


def held(made: Made, code: Code, value: str = "") -> ExceptionCase:
    """The case about a group that is held for such a reason."""
    case = made.cases[0]
    case.document, case.group, case.interchange = None, made.group, made.interchange
    case.category, case.code = CaseCategory.UNROUTABLE, code.value
    case.finding = storable_json(finding(code, value=value))
    case.save()
    return case


def asked(url: str) -> dict[str, Any]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def test_an_unknown_sender_becomes_an_identity_without_typing(admin: Client, made: Made) -> None:
    step = next_steps(held(made, Code.SENDER_UNKNOWN, "ZZ:STRANGER"))[0]
    assert asked(step.url) == {"environment": "production", "kind": "isa", "qualifier": "ZZ", "value": "STRANGER"}
    assert 'value="STRANGER"' in admin.get(step.url).content.decode()


def test_each_sender_that_an_xml_document_names_becomes_an_identity_of_its_kind(admin: Client, made: Made) -> None:
    senders = (Identity("mailto:a@b.se", "ZZZ"), Identity("7300070011115", "GLN"), Identity("Acme", "SE:ORGNR"))
    case = held(made, Code.SENDER_UNKNOWN, "ZZZ:mailto:a@b.se, GLN:7300070011115, SE:ORGNR:Acme")
    assert case.group is not None
    case.group.format, case.group.header = "xml", msgspec.to_builtins(XmlBatch("UBL Order", senders))
    *given, new = next_steps(case)
    assert [asked(step.url) for step in given] == [
        {"environment": "production", "kind": "endpoint", "qualifier": "ZZZ", "value": "mailto:a@b.se"},
        {"environment": "production", "kind": "gln", "value": "7300070011115"},
        {"environment": "production", "kind": "endpoint", "qualifier": "SE:ORGNR", "value": "Acme"},
    ]
    assert [step.label for step in given][1] == "Give the identity GLN 7300070011115 to a partner"
    assert new.label == "Or set up a new partner"
    assert 'value="7300070011115"' in admin.get(given[1].url).content.decode()


def test_an_unknown_credential_of_cxml_becomes_a_credential(made: Made) -> None:
    case = held(made, Code.SENDER_UNKNOWN, "NetworkId:AN00000123")
    assert case.group is not None
    batch = XmlBatch("cXML OrderRequest", (Identity("AN00000123", "NetworkId"),))
    case.group.format, case.group.header = "xml", msgspec.to_builtins(batch)
    step = next_steps(case)[0]
    assert step.label == "Give this identity to a partner"
    wanted = {"environment": "production", "kind": "cxml", "qualifier": "NetworkId", "value": "AN00000123"}
    assert asked(step.url) == wanted


def test_a_missing_agreement_is_added_with_all_that_is_known(admin: Client, made: Made) -> None:
    step = next_steps(held(made, Code.AGREEMENT_MISSING, "855 004010VICS"))[0]
    assert asked(step.url)["set_id"] == "855"
    assert asked(step.url)["release"] == "004010VICS"
    text = admin.get(step.url).content.decode()
    assert 'value="004010VICS"' in text
    assert made.setup.partner.name in text


def test_an_analyst_is_offered_the_agreement_as_a_draft(made: Made) -> None:
    """Live is nothing that an analyst's form has: a link that chose it would show an empty status."""
    step = next_steps(held(made, Code.AGREEMENT_MISSING, "855 004010"))[0]
    assert "status" not in asked(step.url)
    rights = ("*.view", "partners.add_agreement", "mappings.add_assignment")
    client = Client()
    client.force_login(make_user(permissions=rights))
    assert '<option value="draft" selected' in client.get(step.url).content.decode()


@pytest.mark.parametrize(("format_", "standard"), [("x12", "X12"), ("xml", "XML"), ("text", "TEXT")])
def test_a_missing_agreement_is_of_the_standard_that_came(made: Made, format_: str, standard: str) -> None:
    case = held(made, Code.AGREEMENT_MISSING, "UBL Order")
    assert case.group is not None
    case.group.format = format_
    assert asked(next_steps(case)[0].url)["standard"] == standard


def test_a_suspended_agreement_is_looked_at_and_no_second_one_is_set_up(made: Made) -> None:
    WorkUnit.objects.filter(pk=made.unit.pk).update(state=UnitState.HELD, agreement=made.setup.agreement)
    (step,) = next_steps(held(made, Code.AGREEMENT_STOPPED, "850 004010"))
    assert step.url == reverse("admin:partners_agreement_change", args=[made.setup.agreement.pk])


def test_an_inactive_partner_is_looked_at_and_no_agreement_is_set_up(made: Made) -> None:
    (step,) = next_steps(held(made, Code.PARTNER_INACTIVE))
    assert step.url == reverse("admin:partners_partner_change", args=[made.setup.partner.pk])


def test_a_missing_mapping_leads_to_the_agreement(made: Made) -> None:
    WorkUnit.objects.filter(pk=made.unit.pk).update(state=UnitState.HELD, agreement=made.setup.agreement)
    (step,) = next_steps(held(made, Code.MAPPING_MISSING))
    assert reverse("admin:partners_agreement_change", args=[made.setup.agreement.pk]) in step.url


@pytest.mark.parametrize("code", [Code.SENDER_NOT_ALLOWED, Code.ENVIRONMENT_CONFLICT])
def test_what_came_the_wrong_way_leads_to_the_connection(made: Made, code: Code) -> None:
    (step,) = next_steps(held(made, code))
    assert step.url == reverse("admin:partners_connection_change", args=[made.setup.connection.pk])


@pytest.mark.parametrize(("environment", "words"), [("production", "live documents"), ("test", "tests")])
def test_the_wrong_environment_leads_to_the_agreement_and_to_a_copy_of_it(
    made: Made, environment: str, words: str
) -> None:
    agreement = made.setup.agreement
    Agreement.objects.filter(pk=agreement.pk).update(environment=environment)
    case = held(made, Code.ENVIRONMENT_MISMATCH, "850 004010")
    case.environment = "test" if environment == "production" else "production"
    look, copy = next_steps(case)
    assert look.label == f"Look at the agreement for {words}"
    assert look.url == reverse("admin:partners_agreement_change", args=[agreement.pk])
    assert copy.url == reverse("admin:partners_agreement_clone", args=[agreement.pk])


def test_a_duplicate_leads_to_the_documents_of_that_number(admin: Client, made: Made) -> None:
    case = made.cases[0]
    case.category = CaseCategory.DUPLICATE
    (step,) = next_steps(case)
    assert made.documents[0].business_key in admin.get(step.url).content.decode()


def test_the_page_says_what_to_do_next_while_the_case_is_open(admin: Client, made: Made) -> None:
    case = held(made, Code.SENDER_UNKNOWN, "ZZ:STRANGER")
    page = reverse("admin:transactions_exceptioncase_change", args=[case.pk])
    text = admin.get(page).content.decode()
    assert "Give this identity to a partner" in text
    assert "release what is held" in text
    ExceptionCase.objects.update(status=CaseStatus.CLOSED)
    assert "What to do next" not in admin.get(page).content.decode()
