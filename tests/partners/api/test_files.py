"""If these fail, a guide is lost or read by another partner, or an import writes what is wrong."""

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from config.core.models import AuditEntry
from partners.models import Agreement, Contact, Guide, Identity, Partner
from partners.services import add_guide as adding
from partners.services.issue_key import issue_key
from tests.factories import PartnerSetup, make_partner
from tests.partners.api.conftest import Caller
from tests.transactions.api.conftest import assert_problem


def sent(content: bytes, name: str) -> BytesIO:
    file = BytesIO(content)
    file.name = name
    return file


def test_a_guide_is_kept_in_versions_and_comes_back_as_it_was(analyst: Caller, setup: PartnerSetup) -> None:
    about = {"partner": setup.partner.pk, "title": "850", "effective_from": "2026-12-01", "note": "N1 loops"}
    first = analyst.form("guides", file=sent(b"%PDF one", "../850.pdf"), **about)
    assert first.status_code == 201, first.json()
    assert (first.json()["version"], first.json()["file_name"], first.json()["uploaded_by"]) == (
        1,
        "850.pdf",
        "analyst",
    )
    second = analyst.form("guides", file=sent(b"%PDF two", "850.pdf"), **about).json()
    assert second["version"] == 2
    assert_problem(analyst.form("guides", file=sent(b"%PDF two", "850.pdf"), **about), 409, "conflict")
    content = analyst.get(f"guides/{first.json()['id']}/content")
    assert b"".join(content.streaming_content) == b"%PDF one"
    assert content["Content-Disposition"] == 'attachment; filename="850.pdf"'
    assert [row["version"] for row in analyst.get("guides", title="850").json()["results"]] == [2, 1]
    problem = assert_problem(analyst.form("guides", partner=setup.partner.pk, title="x"), 400, "invalid")
    assert list(problem["errors"]) == ["file"]


def test_a_guide_that_is_too_large_is_refused_and_not_kept(
    analyst: Caller, setup: PartnerSetup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "LIMIT", 5)
    refused = analyst.form("guides", partner=setup.partner.pk, title="850", file=sent(b"123456", "a.pdf"))
    assert assert_problem(refused, 413, "payload-too-large")["limit"] == 5
    assert not Guide.objects.exists()


def test_a_partners_key_reads_its_own_guides_only(analyst: Caller, setup: PartnerSetup) -> None:
    other = make_partner("other").partner
    own, foreign = (
        analyst.form("guides", partner=partner.pk, title="850", file=sent(b"a guide", "a.pdf")).json()["id"]
        for partner in (setup.partner, other)
    )
    program = Caller(issue_key(setup.connection, "ERP").secret)
    assert [row["id"] for row in program.get("guides").json()["results"]] == [own]
    assert "uploaded_by" not in program.get(f"guides/{own}").json()
    assert program.get(f"guides/{own}/content").status_code == 200
    for path in (f"guides/{foreign}", f"guides/{foreign}/content"):
        assert_problem(program.get(path), 404, "not-found")
    assert program.form("guides", partner=setup.partner.pk, title="x", file=sent(b"x", "x")).status_code == 403


ROWS = b"""code,name,isa,contact_name,contact_email
new,New Ltd,ZZ:NEW,Eve,eve@new.example
Bad Code,,ZZ:BAD,,
acme,Acme Inc,,,
"""


def test_an_import_is_looked_at_first_and_names_each_wrong_row(analyst: Caller, setup: PartnerSetup) -> None:
    looked = analyst.form("partners/import", file=sent(ROWS, "partners.csv"))
    assert looked.status_code == 200, looked.json()
    said = looked.json()
    assert (said["preview"], said["created"], said["changed"], said["left_out"]) == (True, 1, 1, 1)
    assert {(fault["row"], fault["code"]) for fault in said["faults"]} == {(3, "Bad Code")}
    assert {fault["said"].partition(":")[0] for fault in said["faults"]} == {"name", "code"}
    assert not Partner.objects.filter(code="new").exists(), "a preview writes nothing"
    done = analyst.form("partners/import", file=sent(ROWS, "partners.csv"), preview="false").json()
    assert (done["preview"], done["created"], done["changed"], done["left_out"]) == (False, 1, 1, 1)
    assert done["faults"] == said["faults"]
    partner = Partner.objects.get(code="new")
    assert Identity.objects.get(partner=partner).value == "NEW"
    assert Contact.objects.get(partner=partner).email == "eve@new.example"
    assert partner.history.get().history_user.get_username() == "analyst"
    assert AuditEntry.objects.filter(verb="partners.imported", actor="analyst").count() == 1


@pytest.mark.parametrize("content", [b"", b"code\n", b"code,name,nope\n", b"code,name\n\xff\n"])
def test_a_file_that_is_none_is_refused_as_a_whole(analyst: Caller, setup: PartnerSetup, content: bytes) -> None:
    refused = analyst.form("partners/import", file=sent(content or b"\n", "x.csv"), preview="false")
    assert list(assert_problem(refused, 400, "invalid")["errors"]) == ["file"]
    assert Partner.objects.count() == 1


def test_an_export_is_narrowed_as_the_list_is_and_holds_no_formula(
    analyst: Caller, person: Callable[..., Caller], setup: PartnerSetup
) -> None:
    Partner.objects.create(code="evil", name="=cmd|' /c calc'!A1")
    lines = b"".join(analyst.get("partners/export", q="evil").streaming_content).decode().splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("evil,'=cmd")
    assert len(b"".join(analyst.get("partners/export").streaming_content).splitlines()) == 3
    assert_problem(person("finance").get("partners/export"), 403, "permission-denied")
    assert_problem(analyst.post("partners/export"), 405, "method-not-allowed")


def test_an_agreement_goes_to_another_partner_as_a_file(analyst: Caller, setup: PartnerSetup) -> None:
    other = make_partner("other")
    Agreement.objects.filter(partner=other.partner).delete()
    file = analyst.get(f"agreements/{setup.agreement.pk}/export")
    assert file["Content-Disposition"].startswith("attachment")
    exported = json.loads(file.content)
    assert (exported["partner"], exported["policies"]) == ("acme", {"unknown_codes": "reject"})
    made = analyst.post("agreements/import", {"partner": other.partner.pk, "agreement": exported})
    assert made.status_code == 201, made.json()
    assert (made.json()["partner"], made.json()["status"]) == (other.partner.pk, "draft")
    assert Agreement.objects.get(pk=made.json()["id"]).assignment.version == setup.version
    broken: dict[str, Any] = {"partner": other.partner.pk, "agreement": exported | {"direction": "sideways"}}
    refused = assert_problem(analyst.post("agreements/import", broken), 400, "invalid")
    assert "sideways" in refused["errors"]["agreement"][0]


def test_a_double_is_merged_after_a_look_by_who_may_delete(
    analyst: Caller, person: Callable[..., Caller], setup: PartnerSetup
) -> None:
    double = Partner.objects.create(code="acme-2", name="Acme")
    Identity.objects.create(partner=double, qualifier="01", value="012345675")
    path, root = f"partners/{double.pk}/merge", person("root")
    assert_problem(analyst.post(path, {"into": setup.partner.pk}), 403, "permission-denied")
    looked = root.post(path, {"into": setup.partner.pk})
    assert looked.json() == {
        "preview": True, "into": setup.partner.pk, "moving": [{"name": "identities", "rows": 1}], "conflicts": [],
    }  # fmt: skip
    assert Identity.objects.filter(partner=double).exists(), "a preview moves nothing"
    now = {"into": setup.partner.pk, "preview": False}
    assert_problem(root.post(path, now), 428, "revision-needed")
    assert_problem(root.post(path, now, match='"0"'), 412, "outdated")
    revision = root.get(f"partners/{double.pk}")["ETag"]
    assert_problem(root.post(path, now | {"into": double.pk}, match=revision), 409, "conflict")
    assert root.post(path, now, match=revision).status_code == 200
    assert not Partner.objects.filter(pk=double.pk).exists()
    assert Identity.objects.filter(partner=setup.partner, value="012345675").exists()
    assert AuditEntry.objects.filter(verb="partner.merged", actor="root").count() == 1
