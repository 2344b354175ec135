"""If these fail, a partner's password stands somewhere for everybody to read, or our interchanges go out without it."""

import json

import pytest
from django.db import connection as database
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from config.core.models import AuditEntry
from config.core.vault import VaultLocked, new_key
from partners.models import Agreement, HousePolicies, Partner
from partners.policies import validate_policies
from partners.policies.sealed import MASK, is_sealed, opened
from partners.services.agreement_file import export_agreement
from partners.services.change import change
from partners.services.clone_agreement import clone_agreement
from partners.services.compare import compare
from partners.services.effective_policies import effective_policies
from partners.services.evidence import read_evidence
from partners.services.restore import restore
from partners.services.secrets import rotate_secrets
from tests.factories import PartnerSetup, make_partner, make_user
from tests.partners.admin.test_policies import agreement_form
from tests.partners.api.conftest import Caller
from tests.readiness import make_ready, submitted
from tests.transactions.api.conftest import assert_problem

SECRET = "GEHEIM1"
WITH = {"isa_security_qualifier": "01", "isa_security": SECRET}


@pytest.fixture
def agreement(setup: PartnerSetup) -> Agreement:
    change(setup.agreement, {"policies": WITH}, by=make_user())
    return Agreement.objects.get(pk=setup.agreement.pk)


def everything_kept() -> str:
    """All texts of the tables that keep policies and decisions."""
    said = []
    with database.cursor() as cursor:
        for model in (Agreement, Partner, HousePolicies):
            for table in (model._meta.db_table, model.history.model._meta.db_table):
                cursor.execute(f"SELECT policies FROM {table}")  # noqa: S608  # a table of ours
                said += [str(row[0]) for row in cursor.fetchall()]
    return "".join(said) + json.dumps(list(AuditEntry.objects.values_list("data", flat=True)))


def kept(agreement: Agreement) -> str:
    """The secret in force, in clear."""
    stored = Agreement.objects.select_related("partner").get(pk=agreement.pk)
    return opened("isa_security", effective_policies(stored.partner, stored).isa_security)


def test_whoever_writes_it_it_is_sealed_in_row_and_history(setup: PartnerSetup, agreement: Agreement) -> None:
    Partner.objects.create(code="one", name="One", policies=WITH)
    Partner.objects.bulk_create([Partner(code="two", name="Two", policies=WITH)])
    Partner.objects.filter(code="two").update(policies={**WITH, "isa_security": SECRET + "2"})
    HousePolicies.objects.create(pk=HousePolicies.ONLY, policies=WITH)
    assert SECRET not in everything_kept()
    newest = agreement.history.first()
    assert is_sealed(newest.policies["isa_security"])
    assert newest.policies == agreement.policies, "one sealed text, so that nothing seems changed"
    assert kept(agreement) == SECRET
    assert opened("isa_security", Partner.objects.get(code="two").policies["isa_security"]) == SECRET + "2"


def test_a_comparison_says_that_it_changed_and_never_what_it_is(agreement: Agreement) -> None:
    before = agreement.history.first()
    change(agreement, {"policies": {**WITH, "isa_security": "OTHER"}}, by=make_user())
    [row] = [one for one in compare(before, agreement.history.first()) if one.is_changed]
    assert (row.name, row.left, row.right) == ("policies.isa_security", MASK, f"{MASK} (another)")
    change(agreement, {"policies": {**WITH, "isa_security": "OTHER"}}, by=make_user())
    newest, last = agreement.history.all()[:2]
    assert newest.policies != last.policies
    assert not [one for one in compare(last, newest) if one.is_changed], "the same secret, sealed anew"


def test_a_version_comes_back_with_its_secret(agreement: Agreement) -> None:
    before = agreement.history.first()
    change(agreement, {"policies": {**WITH, "isa_security": "OTHER"}}, by=make_user())
    assert kept(agreement) == "OTHER"
    restore(before, "ann")
    assert kept(agreement) == SECRET


def test_a_copy_has_it_and_a_file_has_not(agreement: Agreement) -> None:
    draft = clone_agreement(agreement, agreement.partner, "test", agreement.release)
    assert kept(draft) == SECRET
    text = export_agreement(agreement)
    assert SECRET not in text
    assert 'isa_security"' not in text


def test_the_api_shows_a_mask_which_sent_back_changes_nothing(analyst: Caller, agreement: Agreement) -> None:
    path = f"agreements/{agreement.pk}"
    said = analyst.get(path).json()["policies"]
    assert said == {"isa_security_qualifier": "01", "isa_security": MASK}
    changed = analyst.patch(path, {"policies": said | {"acknowledgment": "999"}})
    assert changed.json()["policies"] == said | {"acknowledgment": "999"}
    assert kept(agreement) == SECRET
    analyst.patch(path, {"policies": WITH | {"isa_security": "FRESH"}})
    assert kept(agreement) == "FRESH"
    for address in (path, f"{path}/policies", f"{path}/versions", f"{path}/export"):
        content = analyst.get(address).content.decode()
        assert SECRET not in content, address
        assert "FRESH" not in content, address
        assert "v1." not in content, address
    analyst.patch(path, {"policies": {"isa_security_qualifier": "01"}})
    assert kept(agreement) == ""
    assert_problem(analyst.patch(path, {"policies": said}), 400, "invalid")  # a mask of nothing
    assert_problem(analyst.patch(path, {"policies": WITH | {"isa_security": "ELEVEN CHAR"}}), 400, "invalid")
    many = {"ids": [agreement.pk], "policies": {"isa_security": "X"}}
    refused = assert_problem(analyst.post("agreements/change", many), 400, "invalid")
    assert "set on each by itself" in refused["errors"]["policies"][0]


def test_the_admin_takes_it_in_and_never_gives_it_out(setup: PartnerSetup, agreement: Agreement) -> None:
    client = Client()
    client.force_login(make_user("boss", is_superuser=True))
    page = reverse("admin:partners_agreement_change", args=[agreement.pk])

    def saved(**policies: str) -> str:
        form = agreement_form(setup, isa_security_qualifier="01", **policies)
        answer = client.post(page, form)
        if answer.status_code == 200:
            return answer.content.decode()
        return kept(agreement)

    shown = client.get(page).content.decode()
    assert SECRET not in shown
    assert agreement.policies["isa_security"] not in shown
    assert "Set. Leave it empty to keep it." in shown
    assert saved() == SECRET
    assert saved(isa_security="FRESH") == "FRESH"
    refused = saved(isa_security="MUCH TOO LONG")
    assert "Security information: it cannot be this." in refused
    assert "MUCH TOO LONG" not in refused
    history = client.get(reverse("admin:partners_agreement_history", args=[agreement.pk])).content.decode()
    assert MASK in history
    for text in (SECRET, "FRESH", "v1."):
        assert text not in history
    assert saved(**{"isa_security-away": "1"}) == ""


def test_an_approval_covers_that_there_is_one_and_not_which(db: None, settings: Settings) -> None:
    settings.SECRET_KEYS = [new_key()]
    ready = make_ready(make_partner()).agreement
    Agreement.objects.filter(pk=ready.pk).update(policies=WITH)
    submission = submitted(Agreement.objects.get(pk=ready.pk))
    assert SECRET not in submission.evidence
    assert "v1." not in submission.evidence
    assert read_evidence(submission)["material"]["policies"]["isa_security"] == MASK
    submission.evidence = submission.evidence.replace(MASK, SECRET)  # as older evidence has it
    assert read_evidence(submission)["material"]["policies"]["isa_security"] == MASK


def test_after_a_rotation_rows_and_histories_open_with_the_new_key_alone(
    agreement: Agreement, settings: Settings
) -> None:
    change(agreement, {"policies": {**WITH, "isa_security": "OTHER"}}, by=make_user())
    fresh = new_key()
    settings.SECRET_KEYS = [fresh, *settings.SECRET_KEYS]
    assert rotate_secrets() == 3, "the row and two versions"
    settings.SECRET_KEYS = [fresh]
    assert rotate_secrets() == 0
    assert kept(agreement) == "OTHER"
    restore(agreement.history.all()[1], "ann")
    assert kept(agreement) == SECRET


def test_without_a_key_nothing_is_kept_in_clear(setup: PartnerSetup, agreement: Agreement, settings: Settings) -> None:
    settings.SECRET_KEYS, settings.MAKE_SECRET_KEY_FILE, settings.SECRET_KEY_FILE = [], False, "/nowhere"
    with pytest.raises(Exception, match="No key for secrets"):
        validate_policies(WITH)
    with pytest.raises(VaultLocked):
        kept(agreement)
    with pytest.raises(VaultLocked):
        Partner.objects.create(code="x", name="X", policies=WITH)
