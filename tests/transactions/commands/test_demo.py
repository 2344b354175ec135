"""If these fail, a first look at Onramp shows nothing, or a second start spoils what the first one made."""

import io
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings

from config.core.models import User
from config.core.roles import ROLES
from mappings.library.index import entries
from partners.models import Agreement, ApiKey, Partner
from partners.services.authenticate import authenticate
from tests.benchmarks.world import published
from tests.transactions.conftest import drain
from transactions.demo.credentials import credentials_path
from transactions.demo.newcomer import CODE
from transactions.demo.people import PEOPLE
from transactions.demo.traffic import SAMPLES
from transactions.models import Document, ExceptionCase, InboundFile
from transactions.services.certification_state import states
from transactions.services.certify_due import certify_due
from transactions.states import DocumentOutcome, FileStage

Rings = list[tuple[str, UUID, str]]


class Demo(NamedTuple):
    """A first start. printed: what it said; folder: its data."""

    printed: str
    folder: Path


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Loaded once, in a transaction that each test continues, and none of them commits."""
    folder = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), transaction.atomic():
        for name in entries():
            published(name)
        with override_settings(DEBUG=True, DATA_DIR=folder, DROP_DIR=folder / "drop"):
            printed = load_demo()
        yield Demo(printed, folder)
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded: Demo, db: None, settings: Any, tmp_path: Path, rings: Rings) -> Demo:
    folder = tmp_path / "data"
    shutil.copytree(loaded.folder, folder)
    settings.DEBUG, settings.DATA_DIR, settings.DROP_DIR = True, folder, folder / "drop"
    return loaded._replace(folder=folder)


def load_demo() -> str:
    printed = io.StringIO()
    call_command("load_demo", stdout=printed)
    return printed.getvalue()


def test_the_keys_are_shown_once_and_kept_from_others(demo: Demo) -> None:
    secrets = [line.split()[1] for line in credentials_path().read_text().splitlines()]
    assert len(secrets) == 3
    assert all(secret in demo.printed for secret in secrets)
    assert all(authenticate(secret) for secret in secrets)
    assert stat.S_IMODE(credentials_path().stat().st_mode) == 0o600
    again = load_demo()
    assert not any(secret in again for secret in secrets)
    assert ApiKey.objects.count() == 3


@pytest.mark.usefixtures("demo")
def test_lost_keys_are_renewed_and_the_old_ones_end() -> None:
    lost = [line.split()[1] for line in credentials_path().read_text().splitlines()]
    credentials_path().unlink()
    load_demo()
    assert not any(authenticate(secret) for secret in lost)
    assert all(authenticate(line.split()[1]) for line in credentials_path().read_text().splitlines())


def test_the_log_ins_that_are_shown_work(demo: Demo) -> None:
    lines = demo.printed.splitlines()[1 : 2 + len(PEOPLE)]
    assert [line.split()[0] for line in lines] == ["admin", *PEOPLE]
    for line in lines:
        username, password = line.split()[:2]
        assert Client().login(username=username, password=password)
    analyst = User.objects.get(username="analyst")
    assert analyst.has_perm("transactions.work_cases")
    assert analyst.has_perm("partners.add_agreement")
    assert not analyst.has_perm("core.change_user")
    assert not analyst.has_perm("transactions.delete_inboundfile")


@pytest.mark.usefixtures("demo")
def test_there_is_one_person_of_each_role() -> None:
    groups = {user.username: [group.name for group in user.groups.all()] for user in User.objects.all()}
    assert groups == {"admin": [], **{name: [role.name] for name, (role, _) in PEOPLE.items()}}
    assert {role for role, _ in PEOPLE.values()} == set(ROLES)
    assert set(User.objects.filter(is_superuser=True)) == {User.objects.get(username="admin")}
    member = User.objects.get(username="partner")
    assert not member.is_staff
    assert [membership.partner.code for membership in member.memberships.all()] == ["acme-retail"]


@pytest.mark.usefixtures("demo")
def test_what_people_changed_stays_changed() -> None:
    partner = Partner.objects.get(code="acme-retail")
    partner.name = "Acme Retail of Duluth"
    partner.save()
    admin = User.objects.get(username="admin")
    admin.set_password("my own secret")
    admin.save()
    rows = Partner.history.count()
    printed = load_demo()
    assert Partner.objects.get(code="acme-retail").name == "Acme Retail of Duluth"
    assert Partner.history.count() == rows
    assert "its own password" in printed
    assert User.objects.get(username="admin").check_password("my own secret")


@pytest.mark.usefixtures("demo")
def test_the_sample_files_show_each_fate_once() -> None:
    call_command("demo_traffic", stdout=io.StringIO())
    drain()
    files = InboundFile.objects.all()
    assert files.count() == len(list(SAMPLES.glob("*/*.*")))
    assert not files.exclude(stage__in=[FileStage.FINISHED, FileStage.HELD]).exists()
    assert set(files.values_list("outcome", flat=True)) == {"", "accepted", "partly", "rejected", "unreadable"}
    outcomes = set(Document.objects.values_list("outcome", flat=True))
    assert outcomes == {DocumentOutcome.ACCEPTED, DocumentOutcome.REJECTED, DocumentOutcome.DUPLICATE}
    categories = set(ExceptionCase.objects.values_list("category", flat=True))
    assert {"unroutable", "duplicate", "business", "syntax", "envelope", "unreadable"} <= categories
    before = files.count(), sum(file.events.count() for file in files)
    call_command("demo_traffic", stdout=io.StringIO())
    assert (files.count(), sum(file.events.count() for file in files)) == before


@pytest.mark.usefixtures("demo")
def test_the_first_files_of_all_partners_come_before_the_same_order_again() -> None:
    call_command("demo_traffic", stdout=io.StringIO())
    names = list(InboundFile.objects.order_by("id").values_list("name", flat=True))
    assert names.index("02-same-order-again.edi") >= names.index("01-clean-order.edi") + 3


@pytest.mark.usefixtures("demo")
def test_a_partner_is_in_certification() -> None:
    call_command("demo_traffic", stdout=io.StringIO())
    drain()
    certify_due()
    agreement = Agreement.objects.select_related("partner").get(partner__code=CODE, environment="production")
    found = {one.scenario.code: one.word for one in states(agreement) if one.word != "not-asked"}
    assert found == {
        "valid": "passed", "several-lines": "failed", "duplicate": "open", "allowance": "open", "cancel": "left-out",
    }  # fmt: skip
    assert agreement.coverage.stage == "certification"
    assert [one.partner.code for one in User.objects.get(username="newcomer").memberships.all()] == [CODE]
