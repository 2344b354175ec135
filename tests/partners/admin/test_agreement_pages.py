"""Agreements compared, copied, and moved as files."""

import json
from datetime import time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from mappings.models import Assignment
from partners.models import Agreement, AgreementStatus, ExpectedDocument, Partner
from partners.services.agreement_file import NotImported, export_agreement, import_agreement
from partners.services.clone_agreement import NotCloned, clone_agreement
from tests.factories import PartnerSetup, make_partner, make_user


@pytest.fixture
def setup(db: None) -> PartnerSetup:
    setup = make_partner("acme", name="Acme Stores")
    setup.agreement.policies = {"unknown_codes": "reject", "segment_suffix": "lf"}
    setup.agreement.save()
    return setup


@pytest.fixture
def zenith(db: None) -> PartnerSetup:
    zenith = make_partner("zenith", name="Zenith")
    Partner.objects.filter(code="zenith").update(policies={"acknowledgment": "999"})
    return zenith


@pytest.fixture
def admin(db: None) -> Client:
    client = Client()
    client.force_login(make_user(is_superuser=True))
    return client


def url(agreement: Agreement, name: str) -> str:
    return reverse(f"admin:partners_agreement_{name}", args=[agreement.pk])


def test_two_agreements_are_compared_by_what_is_in_force(
    admin: Client, setup: PartnerSetup, zenith: PartnerSetup
) -> None:
    text = admin.get(url(setup.agreement, "compare_agreements"), {"with": zenith.agreement.pk}).content.decode()
    assert "<del>997</del>" in text
    assert "<ins>999</ins>" in text
    assert "<del>Line feed</del>" in text
    assert "Code that the standard does not list" not in text.split("other settings are the same")[0].split("<table")[1]
    assert admin.get(url(setup.agreement, "compare_agreements"), {"with": "0"}).status_code == 404


def test_a_copy_is_a_draft_for_another_partner(admin: Client, setup: PartnerSetup, zenith: PartnerSetup) -> None:
    sent = {"partner": zenith.partner.pk, "environment": "test", "release": "005010"}
    assert admin.post(url(setup.agreement, "clone"), sent).status_code == 302
    draft = Agreement.objects.latest("pk")
    assert (draft.partner, draft.status, draft.release) == (zenith.partner, AgreementStatus.DRAFT, "005010")
    assert draft.policies == setup.agreement.policies
    assert "Like Acme Stores" in draft.history.first().history_change_reason
    assert "overlaps with another" in admin.post(url(setup.agreement, "clone"), sent).content.decode()


def test_what_is_exported_is_imported_as_a_draft(admin: Client, setup: PartnerSetup, zenith: PartnerSetup) -> None:
    response = admin.get(url(setup.agreement, "export_json"))
    assert "attachment" in response["Content-Disposition"]
    said = json.loads(response.content) | {"environment": "test"}
    sent = {"partner": zenith.partner.pk, "file": SimpleUploadedFile("a.json", json.dumps(said).encode())}
    assert admin.post(reverse("admin:partners_agreement_import_json"), sent).status_code == 302
    draft = Agreement.objects.latest("pk")
    assert (draft.partner, draft.status, draft.policies) == (
        zenith.partner, AgreementStatus.DRAFT, setup.agreement.policies,
    )  # fmt: skip


RULE = {"at": "BEG02", "codes": ["NE"], "note": "new orders only"}


@pytest.fixture
def whole(setup: PartnerSetup) -> Agreement:
    """With rules beyond the standard, settings for text, and documents that are awaited."""
    setup.assignment.overlay = [RULE]
    setup.assignment.text_settings = {"encoding": "utf-8"}
    setup.assignment.save()
    other = Partner.objects.create(code="customer", name="Customer")
    ExpectedDocument.objects.create(agreement=setup.agreement, hours=48, after_partner=other)
    ExpectedDocument.objects.create(agreement=setup.agreement, occasion="schedule", by=time(9, 30), weekdays=[0, 2])
    return setup.agreement


def parts(agreement: Agreement) -> tuple[Any, ...]:
    assignment = Assignment.objects.get(agreement=agreement)
    awaited = agreement.expected_documents.values_list("occasion", "hours", "after_partner__code", "by", "weekdays")
    return assignment.version, assignment.overlay, assignment.text_settings, list(awaited)


def test_a_copy_and_a_file_take_the_mapping_its_rules_and_what_is_awaited(
    whole: Agreement, zenith: PartnerSetup
) -> None:
    copy = clone_agreement(whole, zenith.partner, "test", "004010")
    brought = import_agreement(export_agreement(whole).encode(), Partner.objects.get(code="customer"))
    for draft in (copy, brought):
        assert parts(Agreement.objects.get(pk=draft.pk)) == parts(whole)


def test_two_agreements_are_compared_by_their_rules_and_what_is_awaited(
    admin: Client, whole: Agreement, zenith: PartnerSetup
) -> None:
    text = admin.get(url(whole, "compare_agreements"), {"with": zenith.agreement.pk}).content.decode()
    assert "new orders only" in text
    assert "within 48 hours of the order of Customer" in text


@pytest.mark.parametrize(
    ("part", "told", "said"),
    [
        ("expected_documents", [{"occasion": "never"}], "Expected documents: .*not a valid choice"),
        ("expected_documents", [{"after_partner": "nobody"}], "there is no partner nobody"),
        ("expected_documents", [{"colour": "red"}], "Expected documents: .*colour"),
        ("expected_documents", 5, "Expected documents"),
        ("mapping", {"mapping": "gone", "checksum": "0", "overlay": [RULE]}, "mapping gone, of which no version"),
        ("mapping", {"overlay": [RULE]}, "not told as it must be"),
    ],
)
def test_a_part_that_cannot_be_taken_leaves_nothing(whole: Agreement, part: str, told: Any, said: str) -> None:
    content = json.loads(export_agreement(whole)) | {part: told}
    with pytest.raises(NotImported, match=said):
        import_agreement(json.dumps(content).encode(), Partner.objects.get(code="customer"))
    assert Agreement.objects.filter(partner__code="customer").count() == 0


def test_rules_that_do_not_fit_the_other_release_are_no_copy(whole: Agreement, zenith: PartnerSetup) -> None:
    Assignment.objects.filter(agreement=whole).update(overlay=[{"at": "BEG99", "use": "required"}])
    with pytest.raises(NotCloned, match="BEG has"):
        clone_agreement(whole, zenith.partner, "test", "005010")


def test_what_may_be_a_password_leaves_in_no_file(setup: PartnerSetup) -> None:
    """ISA04 travels in clear, yet some partners put a password there."""
    setup.agreement.policies = {
        "isa_security_qualifier": "01", "isa_security": "GEHEIM", "isa_authorization": "ALSO", "acknowledgment": "999",
    }  # fmt: skip
    setup.agreement.save()
    text = export_agreement(setup.agreement)
    assert "GEHEIM" not in text
    assert "ALSO" not in text
    assert json.loads(text)["policies"] == {"isa_security_qualifier": "01", "acknowledgment": "999"}


def test_a_mapping_that_is_not_here_is_chosen_by_hand(whole: Agreement) -> None:
    Assignment.objects.filter(agreement=whole).update(overlay=[], text_settings={})
    content = json.loads(export_agreement(whole))
    content["mapping"] |= {"mapping": "gone", "checksum": "0"}
    draft = import_agreement(json.dumps(content).encode(), Partner.objects.get(code="customer"))
    assert not Assignment.objects.filter(agreement=draft).exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"format": "x"}, "no exported agreement"),
        ({"colour": "red"}, "Unknown settings: colour"),
        ({"policies": {"unknown_codes": "perhaps"}}, "Invalid enum value"),
        ({"policies": {"ta1": "never"}}, "concerns whole interchanges"),
        ({"direction": "sideways"}, "not a valid choice"),
        ({"effective_from": "tomorrow"}, "date"),
        ({"policies": 5}, "object"),
        ({"environment": "production"}, "overlaps|has an agreement"),
    ],
)
def test_a_file_that_cannot_be_taken(setup: PartnerSetup, changed: dict[str, object], said: str) -> None:
    content = json.loads(export_agreement(setup.agreement)) | {"environment": "test"} | changed
    with pytest.raises(NotImported, match=said):
        import_agreement(json.dumps(content).encode(), setup.partner)
    for broken in (b"{", b"[" * 100_000):
        with pytest.raises(NotImported, match="not JSON"):
            import_agreement(broken, setup.partner)
    assert Agreement.objects.count() == 1
