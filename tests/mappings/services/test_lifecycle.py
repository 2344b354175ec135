"""If these fail, somebody publishes their own work, or a version that is in use is taken away."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from config.core.audit import verify_chain
from config.core.models import AuditEntry, User
from mappings.engine.errors import DeclarationError
from mappings.engine.rules.yaml import load_typed
from mappings.library import index
from mappings.models import Assignment, Mapping, MappingVersion, VersionStatus
from mappings.services.draft_agreement import AgreementRefused, draft_agreement
from mappings.services.draft_version import draft_version
from mappings.services.edit_draft import edit_draft, fault_of
from mappings.services.fitting_version import fitting_version
from mappings.services.publish_version import publish_version
from mappings.services.refused import VersionRefused
from mappings.services.retire_version import retire_version
from mappings.services.start_mapping import MappingRefused, start_mapping
from mappings.services.submit_version import submit_version
from mappings.services.suggest_code import suggest_code
from partners.models import AgreementStatus, Environment
from tests.factories import make_partner, make_user
from tests.transactions.formats import DECLARATION as GERMAN

pytestmark = pytest.mark.django_db
STANDARD = "csv-orders-lines"
DECLARATION: dict[str, Any] = dict(GERMAN)


@pytest.fixture
def ada() -> User:
    return make_user("ada")


@pytest.fixture
def bob() -> User:
    return make_user("bob")


@pytest.fixture
def draft() -> MappingVersion:
    mapping = Mapping.objects.create(
        code="acme-lines", name="Acme lines", canonical="order/1", standard="TEXT", set_id="purchase-order-lines"
    )
    return draft_version(mapping, index.declaration(STANDARD))


def test_nobody_publishes_what_they_submitted(draft: MappingVersion, ada: User, bob: User) -> None:
    submitted = submit_version(draft, by=ada)
    with pytest.raises(VersionRefused, match="somebody else"):
        publish_version(submitted, by=User.objects.get(pk=ada.pk))
    published = publish_version(submitted, by=bob)
    assert published.published_by == bob
    assert list(AuditEntry.objects.order_by("number").values_list("verb", "actor")) == [
        ("mapping.submitted", "ada"), ("mapping.published", "bob"),
    ]  # fmt: skip
    assert verify_chain().broken is None


def test_a_second_account_with_the_same_mailbox_does_not_publish_either(
    draft: MappingVersion, ada: User, bob: User
) -> None:
    User.objects.filter(pk=ada.pk).update(email="ada@ours.example")
    User.objects.filter(pk=bob.pk).update(email="Ada+approver@ours.example")
    submitted = submit_version(draft, by=User.objects.get(pk=ada.pk))
    with pytest.raises(VersionRefused, match="somebody else publishes it"):
        publish_version(submitted, by=User.objects.get(pk=bob.pk))


def test_nobody_publishes_what_they_drafted_for_somebody_else_to_submit(
    draft: MappingVersion, ada: User, bob: User
) -> None:
    draft._history_user = bob  # type: ignore[attr-defined]  # what the middleware notes of a request
    draft.save()
    submitted = submit_version(draft, by=ada)
    with pytest.raises(VersionRefused, match="drafted"):
        publish_version(submitted, by=bob)


def test_the_database_wants_four_eyes_too(draft: MappingVersion, ada: User) -> None:
    submit_version(draft, by=ada)
    with pytest.raises(IntegrityError), transaction.atomic():
        MappingVersion.objects.filter(pk=draft.pk).update(published_by=ada)


def test_a_version_in_use_is_not_retired(draft: MappingVersion, ada: User, bob: User) -> None:
    version = publish_version(submit_version(draft, by=ada), by=bob)
    partner = make_partner().partner
    agreement = draft_agreement(version, partner, Environment.TEST, by=ada).agreement
    with pytest.raises(VersionRefused, match="Agreements use it"):
        retire_version(version, by=bob, reason="old")
    agreement.status = AgreementStatus.RETIRED
    agreement.save()
    retired = retire_version(version, by=bob, reason="The partner left")
    assert retired.status == VersionStatus.RETIRED
    assert retired.history.first().history_change_reason == "The partner left"
    with pytest.raises(VersionRefused, match="retired already"):
        retire_version(version, by=bob, reason="again")


def test_an_agreement_is_drafted_once_and_then_given_the_newer_version(
    draft: MappingVersion, ada: User, bob: User
) -> None:
    partner = make_partner().partner
    with pytest.raises(AgreementRefused, match="published first"):
        draft_agreement(draft, partner, Environment.PRODUCTION, by=ada)
    first = publish_version(submit_version(draft, by=ada), by=bob)
    made = draft_agreement(first, partner, Environment.PRODUCTION, by=ada)
    assert (made.is_new, made.agreement.status, made.agreement.kind) == (True, AgreementStatus.DRAFT, "order")
    newer = dict(index.declaration(STANDARD)) | {"title": "Newer"}
    second = publish_version(submit_version(draft_version(draft.mapping, newer), by=ada), by=bob)
    again = draft_agreement(second, partner, Environment.PRODUCTION, by=ada)
    assert (again.is_new, again.agreement) == (False, made.agreement)
    assert Assignment.objects.get(agreement=made.agreement).version == second


def test_a_draft_is_edited_until_it_is_submitted(draft: MappingVersion, ada: User) -> None:
    broken: dict[str, Any] = {**index.declaration(STANDARD), "target": "no-such/1"}
    fault = fault_of(broken)
    assert fault is not None
    assert "no-such" in str(fault)
    edit_draft(draft, broken)
    edit_draft(draft, index.declaration(STANDARD))
    assert fault_of(MappingVersion.objects.get(pk=draft.pk).declaration) is None
    submit_version(draft, by=ada)
    with pytest.raises(VersionRefused, match="new version"):
        edit_draft(draft, broken)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: &x [1]\nb: *x", "line 2: aliases are not read"),
        ("a: {1: x}", "a: the name 1 is no text"),
        ("a: [2026-01-31]", "a\\[0\\]: 2026-01-31 is read as a date; put it in quotes"),
        ("a: .nan", "a: nan is no number"),
        ('a: "\\0"', "a: holds a character that cannot be stored"),
        ("- a", "not a mapping of names"),
        ("!!python/object:os.system {}", "not valid YAML"),
    ],
)
def test_typed_text_is_plain_data_that_every_database_holds(text: str, words: str) -> None:
    with pytest.raises(DeclarationError, match=words):
        load_typed(text)


def test_a_code_is_nobody_elses_and_a_layout_is_none_of_the_library() -> None:
    own = {**DECLARATION, "mapping": "acme-de"}
    version = start_mapping(own)
    assert (version.mapping.code, version.mapping.set_id, version.status) == ("acme-de", "de-orders", "draft")
    with pytest.raises(MappingRefused, match="There is a mapping acme-de already"):
        start_mapping(own)
    with pytest.raises(MappingRefused, match="small letters"):
        start_mapping({**own, "mapping": "Acme DE"})
    with pytest.raises(DeclarationError, match="standard library"):
        start_mapping(dict(index.declaration(STANDARD)) | {"mapping": "acme-lines"})
    assert suggest_code("Acme DE") == "acme-de-2"
    assert suggest_code("注文") == "orders"


def test_the_version_that_fits_a_header_is_found(ada: User, bob: User) -> None:
    columns = ["menge", "BESTELLUNG", "Artikel", "Sonst"]
    assert fitting_version(columns) is None
    first = start_mapping({**DECLARATION, "mapping": "acme-de"})
    assert fitting_version(columns) == first
    publish_version(submit_version(first, by=ada), by=bob)
    draft_version(first.mapping, DECLARATION)
    assert fitting_version(columns) == first, "the published one of a layout goes before its drafts"
    wider = {**DECLARATION, "mapping": "acme-wide", "source": {**DECLARATION["source"], "columns": [
        "Bestellung", "Artikel", "Menge", "Sonst"]}}  # fmt: skip
    assert fitting_version([*columns]) == first
    second = start_mapping(wider)
    assert fitting_version(columns) == second
    assert fitting_version(columns[:3]) == first
    retire_version(second, by=ada, reason="not this one")
    assert fitting_version(columns) == first
    broken = draft_version(first.mapping, {"source": {"format": "text", "layout": 7}})
    draft_version(first.mapping, {"source": "nonsense"})
    assert fitting_version(columns) == first, broken
