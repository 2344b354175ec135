"""If these fail, a mapping that makes something else than before is published unseen."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from config.core.blobs import BlobTooLarge
from mappings.models import MappingTestCase, MappingTestRun, MappingVersion
from mappings.services.add_test_case import CaseRefused, add_test_case
from mappings.services.draft_version import draft_version
from mappings.services.edit_draft import edit_draft
from mappings.services.expect_output import expect_output
from mappings.services.publish_version import publish_version
from mappings.services.refused import VersionRefused
from mappings.services.run_tests import failures, run_tests
from mappings.services.start_mapping import start_mapping
from mappings.services.submit_version import submit_version
from partners.models import Agreement
from partners.readiness.registry import judge
from tests.factories import make_partner, make_user
from tests.transactions.formats import DECLARATION as GERMAN

pytestmark = pytest.mark.django_db
DECLARATION: dict[str, Any] = dict(GERMAN)
ORDERS = b"Bestellung;Artikel;Menge\nB-1;ITEM-1;2\nB-1;ITEM-2;3\n"


@pytest.fixture
def draft() -> MappingVersion:
    return start_mapping({**DECLARATION, "mapping": "acme-de"})


@pytest.fixture
def case(draft: MappingVersion) -> MappingTestCase:
    return add_test_case(draft.mapping, "two lines", [ORDERS])


def changed(**rules: Any) -> dict[str, Any]:
    return {**DECLARATION, "mapping": "acme-de", "rules": {**DECLARATION["rules"], **rules}}


def test_a_case_without_expectation_wants_no_errors(draft: MappingVersion, case: MappingTestCase) -> None:
    run = run_tests(draft, by="ann")
    assert run is not None
    assert (run.is_ok, run.results[0]["said"], run.by) == (True, "1 accepted", "ann"), run.results
    add_test_case(draft.mapping, "no header", [b"x;y\n1;2\n"])
    again = run_tests(draft)
    assert again is not None
    assert "Test cases fail: no header" in failures(again)


def test_a_case_with_expectation_wants_just_that(draft: MappingVersion, case: MappingTestCase) -> None:
    ann = make_user("ann")
    expected = expect_output(case, draft, by=ann)
    assert [len(body["lines"]) for body in expected.expected or ()] == [2]
    assert expected.history.first().history_user == ann
    submit_version(draft, by=ann)
    second = draft_version(draft.mapping, changed(type={"constant": "blanket"}))
    with pytest.raises(VersionRefused, match=r"Test cases fail: two lines \(1 difference\)"):
        submit_version(second, by=ann)
    run = MappingTestRun.objects.filter(version=second).get()
    assert run.results[0]["differences"] == [{"at": "/0/type", "expected": "standard", "made": "blanket"}]
    edit_draft(second, changed())
    assert submit_version(second, by=ann).status == "submitted"


def test_readiness_wants_a_run_of_this_version_with_the_cases_of_now(
    draft: MappingVersion, case: MappingTestCase
) -> None:
    version = publish_version(submit_version(draft, by=make_user()), by=make_user())
    setup = make_partner()
    setup.assignment.version = version
    setup.assignment.save()

    def said() -> tuple[bool, str]:
        agreement = Agreement.objects.get(pk=setup.agreement.pk)
        [one] = [one for one in judge(agreement) if one.name == "mapping-tested"]
        return one.is_ok, one.reason

    assert said() == (True, "1 of 1 test cases pass.")
    add_test_case(version.mapping, "another", [ORDERS])
    assert said() == (False, f"The test cases were not run on {version} as they are now.")
    run_tests(version)
    assert said() == (True, "2 of 2 test cases pass.")
    MappingTestCase.objects.all().delete()
    assert said()[0] is False


def test_a_case_has_a_name_of_its_own_and_a_size(draft: MappingVersion, case: MappingTestCase) -> None:
    with pytest.raises(CaseRefused, match="test case of this name"):
        add_test_case(draft.mapping, "two lines", [b"x"])
    with pytest.raises(BlobTooLarge):
        add_test_case(draft.mapping, "large", [b"x" * 4_000_001])
    with pytest.raises(VersionRefused, match="no document"):
        expect_output(add_test_case(draft.mapping, "empty", [b""]), draft, by=make_user())


def test_the_pages_show_what_differs(draft: MappingVersion, case: MappingTestCase) -> None:
    client = Client()
    client.force_login(make_user("boss", is_superuser=True))
    page = reverse("admin:mappings_mappingtestcase_change", args=[case.pk])
    assert "Passes" in client.get(page).content.decode()
    client.post(page.replace("change/", "expect/"))
    case.refresh_from_db()
    assert case.expected is not None
    edit_draft(draft, changed(type={"constant": "blanket"}))
    html = client.get(page).content.decode()
    assert "Fails" in html
    assert "<code>/0/type</code>" in html
    run_page = client.post(reverse("admin:mappings_mappingversion_run_tests", args=[draft.pk])).headers["Location"]
    assert "1 difference" in client.get(run_page).content.decode()
