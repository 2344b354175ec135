"""If these fail, programs set up the wrong thing, or one overwrites what another saved."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from config.core.models import User
from partners.models import Contact, Identity, Partner, PartnerGroup, Tag
from tests.factories import PartnerSetup
from tests.partners.api.conftest import Caller
from tests.transactions.api.conftest import assert_problem


def test_a_partner_is_made_read_found_and_changed(analyst: Caller, setup: PartnerSetup) -> None:
    PartnerGroup.objects.create(name="Retail")
    Tag.objects.create(name="edi")
    body = {
        "code": "zephyr", "name": "Zephyr", "roles": ["customer"], "groups": ["Retail"], "tags": ["edi"],
        "time_zone": "America/Chicago", "business_owner": "analyst", "policies": {"ta1": "always"},
        "change_reason": "CRM 4711",
    }  # fmt: skip
    made = analyst.post("partners", body)
    assert made.status_code == 201, made.json()
    path = made["Location"].removeprefix("/api/v1/")
    said = analyst.get(path)
    assert said.json() == made.json()
    assert said["ETag"] == made["ETag"] == f'"{said.json()["revision"]}"'
    for name in ("name", "roles", "groups", "tags", "time_zone", "business_owner", "policies"):
        assert said.json()[name] == body[name]
    partner = Partner.objects.get(code="zephyr")
    first = partner.history.order_by("history_id").first()
    assert (first.history_user.get_username(), first.history_change_reason) == ("analyst", "CRM 4711")

    changed = analyst.patch(path, {"name": "Zephyr Ltd", "tags": []}, match=said["ETag"])
    assert changed.status_code == 200, changed.json()
    assert (changed.json()["name"], changed.json()["tags"], changed.json()["groups"]) == ("Zephyr Ltd", [], ["Retail"])
    assert [row["code"] for row in analyst.get("partners", q="zeph").json()["results"]] == ["zephyr"]
    assert [row["code"] for row in analyst.get("partners", group="Retail").json()["results"]] == ["zephyr"]
    assert [row["code"] for row in analyst.get("partners", code="acme").json()["results"]] == ["acme"]
    assert {row["code"] for row in analyst.get("partners", is_own="false").json()["results"]} == {"zephyr", "acme"}


def test_who_saves_on_an_old_revision_is_told_and_changes_nothing(analyst: Caller, setup: PartnerSetup) -> None:
    path = f"partners/{setup.partner.pk}"
    read = analyst.get(path)["ETag"]
    assert analyst.patch(path, {"name": "First"}, match=read).status_code == 200
    newest = analyst.get(path).json()["revision"]
    refused = assert_problem(analyst.patch(path, {"name": "Second"}, match=read), 412, "outdated")
    assert refused["revision"] == newest
    assert_problem(analyst.patch(path, {"name": "Third"}, match=""), 428, "revision-needed")
    setup.partner.refresh_from_db()
    assert setup.partner.name == "First"
    assert analyst.patch(path, {"name": "Last"}, match="*").status_code == 200


CONTRADICTION = {"isa_control_start": 900, "control_maximum": 500}


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("partners", {"code": "Not A Code", "name": "X"}, "code"),
        ("partners", {"code": "x", "name": "X", "time_zone": "Mars/Base"}, "time_zone"),
        ("partners", {"code": "x", "name": "X", "policies": {"no_such": 1}}, "policies"),
        ("partners", {"code": "x", "name": "X", "policies": CONTRADICTION}, "policies"),
        ("partners", {"code": "x", "name": "X", "nmae": "typing error"}, "nmae"),
        ("partners", {"code": "acme", "name": "A second Acme"}, "code"),
        ("partners", {"code": "x", "name": "X", "groups": ["None such"]}, "groups"),
        ("identities", {"kind": "isa", "qualifier": "01", "value": "A" * 20}, "value"),
        ("identities", {"kind": "gln", "value": "4012345000000"}, "value"),
        ("contacts", {"name": "Eve", "purposes": ["technical"]}, "email"),
        ("contacts", {"name": "Eve", "email": "eve@acme.example", "purposes": ["gossip"]}, "purposes"),
        ("calendars", {"name": "Odd", "weekdays": [9]}, "weekdays"),
        ("calendars", {"name": "Odd", "weekdays": [1], "opens": "17:00", "closes": "09:00"}, "closes"),
        ("calendars", {"name": "Odd", "weekdays": [1], "holidays": {"Christmas": "25"}}, "holidays"),
        ("service-levels", {"name": "Never", "resolve_hours": 0}, "resolve_hours"),
        ("connections", {"name": "x", "protocol": "webhook", "settings": {"url": "https://10.0.0.1/"}}, "settings"),
        ("connections", {"name": "x", "protocol": "sftp", "settings": {"host": "h"}}, "settings"),
        ("connections", {"name": "x", "protocol": "webhook", "settings": {"nope": 1}, "is_enabled": False}, "settings"),
        ("connections", {"name": "x", "protocol": "api", "secrets": {"password": "x"}}, "secrets"),
        ("agreements", {"status": "live"}, "status"),
        ("agreements", {"release": "005010", "policies": {"ta1": "always"}}, "policies"),
    ],
)  # fmt: skip
def test_what_the_admin_refuses_the_api_refuses(
    analyst: Caller, setup: PartnerSetup, path: str, body: dict[str, Any], field: str
) -> None:
    """And says at which field."""
    if path in ("identities", "contacts", "connections", "agreements"):
        body = {"partner": setup.partner.pk} | body
    before = Partner.objects.count(), Identity.objects.count(), Contact.objects.count()
    problem = assert_problem(analyst.post(path, body), 400, "invalid")
    assert list(problem["errors"]) == [field], problem
    assert (Partner.objects.count(), Identity.objects.count(), Contact.objects.count()) == before


def test_an_identity_of_another_partner_is_refused_by_name(analyst: Caller, setup: PartnerSetup) -> None:
    other = Partner.objects.create(code="other", name="Other")
    taken = {"partner": other.pk, "kind": "isa", "qualifier": "zz", "value": setup.identity.value.lower()}
    problem = assert_problem(analyst.post("identities", taken), 400, "invalid")
    assert problem["errors"] == {"value": ["Acme Stores (acme) has this identity in this environment."]}


def test_identities_are_normalised_and_what_is_unusual_is_said(analyst: Caller, setup: PartnerSetup) -> None:
    made = analyst.post(
        "identities", {"partner": setup.partner.pk, "kind": "isa", "qualifier": "01", "value": " acme1 "}
    )
    assert made.status_code == 201, made.json()
    assert made.json()["value"] == "ACME1"
    assert "is not a D-U-N-S number" in made.json()["warnings"][0]
    path = f"identities/{made.json()['id']}"
    assert analyst.delete(path).status_code == 403, "analysts delete nothing, in the admin neither"


def test_parts_of_a_partner_are_removed_by_who_may_delete(person: Callable[..., Caller], setup: PartnerSetup) -> None:
    root = person("root")
    path = f"identities/{setup.identity.pk}"
    read = root.get(path)["ETag"]
    assert root.patch(path, {"value": "RENAMED"}, match=read).status_code == 200
    assert_problem(root.delete(path, match=read), 412, "outdated")
    assert root.delete(path, match=root.get(path)["ETag"]).status_code == 204
    assert not Identity.objects.filter(pk=setup.identity.pk).exists()
    assert Identity.history.filter(id=setup.identity.pk, history_type="-").exists()


def test_what_was_made_with_a_record_stays(analyst: Caller, setup: PartnerSetup) -> None:
    problem = assert_problem(analyst.patch(f"partners/{setup.partner.pk}", {"code": "new"}), 400, "invalid")
    assert list(problem["errors"]) == ["code"]
    problem = assert_problem(analyst.patch(f"connections/{setup.connection.pk}", {"protocol": "sftp"}), 400, "invalid")
    assert list(problem["errors"]) == ["protocol"]


def test_versions_say_who_changed_what_and_come_back(analyst: Caller, setup: PartnerSetup) -> None:
    path = f"partners/{setup.partner.pk}"
    before = analyst.get(path).json()["revision"]
    analyst.patch(path, {"name": "Renamed", "change_reason": "A typing error"})
    newest, first = analyst.get(f"{path}/versions").json()["versions"]
    assert (newest["by"], newest["reason"], newest["verb"]) == ("analyst", "A typing error", "changed")
    assert newest["changes"] == [{"name": "name", "label": "Name", "left": "Acme Stores", "right": "Renamed"}]
    assert first["verb"] == "made"
    assert_problem(analyst.post(f"{path}/restore", {"revision": int(before)}, match='"0"'), 412, "outdated")
    back = analyst.post(f"{path}/restore", {"revision": int(before)}, match="*")
    assert back.json()["name"] == "Acme Stores"
    assert_problem(analyst.post(f"{path}/restore", {"revision": 999_999}, match="*"), 404, "not-found")


def test_any_two_versions_are_compared(analyst: Caller, person: Callable[..., Caller], setup: PartnerSetup) -> None:
    path = f"partners/{setup.partner.pk}"
    for name in ("Second", "Third"):
        analyst.patch(path, {"name": name})
    revisions = [version["revision"] for version in analyst.get(f"{path}/versions").json()["versions"]]
    said = analyst.get(f"{path}/versions/compare", left=revisions[2], right=revisions[0]).json()
    assert said["differences"] == [{"name": "name", "label": "Name", "left": "Acme Stores", "right": "Third"}]
    assert_problem(analyst.get(f"{path}/versions/compare", left=revisions[0]), 400, "invalid")
    assert_problem(analyst.get(f"{path}/versions/compare", left=revisions[0], right=999_999), 404, "not-found")
    other = Partner.objects.create(code="other", name="Other")
    foreign = other.history.get().pk
    assert_problem(analyst.get(f"{path}/versions/compare", left=revisions[0], right=foreign), 404, "not-found")
    root = person("root")
    house = root.get("house-policies").json()
    root.patch("house-policies", {"policies": {"ta1": "always"}})
    newest, first = root.get("house-policies/versions").json()["versions"]
    [told] = root.get("house-policies/versions/compare", left=first["revision"], right=newest["revision"]).json()[
        "differences"
    ]
    assert (told["name"], told["left"], told["right"]) == ("policies.ta1", "inherited", "Always")
    back = root.post("house-policies/restore", {"revision": int(house["revision"])}, match="*")
    assert back.json()["policies"] == {}


LISTS = ("partners", "identities", "contacts", "connections", "certificates", "agreements", "groups", "tags")


def test_a_list_takes_a_fixed_number_of_queries(analyst: Caller, setup: PartnerSetup) -> None:
    """Else it gets slower with every partner."""
    group, tag, owner = PartnerGroup.objects.create(name="g"), Tag.objects.create(name="t"), User.objects.get()

    def fill(count: int) -> None:
        for number in range(count):
            partner = Partner.objects.create(
                code=f"p{Partner.objects.count()}", name=f"P {number}", technical_owner=owner
            )
            partner.groups.add(group)
            partner.tags.add(tag)
            Identity.objects.create(partner=partner, qualifier="ZZ", value=partner.code)
            Contact.objects.create(partner=partner, name="Eve", email="e@x.example", purposes=["business"])
            connection = partner.connections.create(protocol="api", name="API")
            connection.carries.add(setup.partner)
            partner.agreements.create(kind="order", technical_owner=owner)

    fill(1)
    analyst.get("partners")  # the first use of a token is noted in its row
    few = {path: queries(analyst, path) for path in LISTS}
    fill(8)
    assert {path: queries(analyst, path) for path in LISTS} == few
    assert max(few.values()) <= 7, few


def queries(caller: Caller, path: str) -> int:
    with CaptureQueriesContext(database) as seen:
        assert caller.get(path, limit=200).status_code == 200
    return len(seen)


def test_a_list_is_walked_by_cursor_to_its_end(analyst: Caller, db: None) -> None:
    for number in range(5):
        Partner.objects.create(code=f"p{number}", name=f"P {number}")
    seen, page = [], analyst.get("partners", limit=2).json()
    while True:
        seen += [row["code"] for row in page["results"]]
        if page["next"] is None:
            break
        page = analyst.client.get(page["next"]).json()
    assert seen == ["p4", "p3", "p2", "p1", "p0"]
    for cursor in ("nonsense", "cD1hYmM=", "cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk="):
        assert analyst.get("partners", cursor=cursor).status_code == 404
    assert_problem(analyst.get("partners", limit="many"), 400, "invalid")
    assert_problem(analyst.get("identities", kind="nonsense"), 400, "invalid")
    assert_problem(analyst.get("identities", partner=10**30), 400, "invalid")


def test_what_an_agreement_awaits_is_set_up(analyst: Caller, setup: PartnerSetup) -> None:
    rule = {"agreement": setup.agreement.pk, "occasion": "schedule", "by": "18:00", "weekdays": [0, 4]}
    made = analyst.post("expected-documents", rule)
    assert made.status_code == 201, made.json()
    assert (made.json()["by"], made.json()["weekdays"]) == ("18:00:00", [0, 4])
    listed = analyst.get(f"expected-documents?agreement={setup.agreement.pk}").json()["results"]
    assert [row["id"] for row in listed] == [made.json()["id"]]
    wrong = analyst.post("expected-documents", {"agreement": setup.agreement.pk, "deadline": "hours", "hours": None})
    assert list(assert_problem(wrong, 400, "invalid")["errors"]) == ["hours"]


@pytest.mark.parametrize(
    "path",
    [
        *("partners", "identities", "contacts", "agreements", "connections", "certificates", "guides", "notices"),
        *("members", "invitations", "proposals", "submissions", "onboarding-cases", "expected-documents"),
        *("mapping-versions", "certifications", "our-test-documents", "freeze-periods", "partners/export"),
        *("connections/{connection}/tests", "groups", "onboarding-templates", "template-tasks"),
    ],
)
def test_a_parameter_that_is_none_is_refused(person: Callable[..., Caller], setup: PartnerSetup, path: str) -> None:
    """A list that a typing error did not narrow would be taken for the answer."""
    root = person("root")
    path = path.format(connection=setup.connection.pk)
    if root.get(path).status_code == 404:
        pytest.fail(f"there is no {path}")
    refused = root.get(path, limit=5, partnr=setup.partner.pk)
    assert refused.status_code == 400, refused.content
    assert list(refused.json()["errors"]) == ["partnr"]
    assert "Known here: " in refused.json()["errors"]["partnr"][0]
