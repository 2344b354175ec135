"""If these fail, a list of partners is taken in half, twice, or with somebody else's identity."""

import csv
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from config.core.models import AuditEntry, User
from partners.models import Contact, Identity, Partner, PartnerGroup, Tag
from partners.services.export_partners import export_partners
from partners.services.import_partners import import_partners, preview_import
from partners.services.partner_csv import Unreadable, read_rows
from tests.factories import make_user
from tests.spreadsheets import HOSTILE, calculated

pytestmark = pytest.mark.django_db
HEADING = "code,name,roles,active,time_zone,parent,groups,tags,isa,gln,contact_name,contact_email"
IDS = "ZZ:acme;01:123456789"
ACME = f"acme,Acme Stores,customer;supplier,yes,America/Chicago,,Retail,edi;big box,{IDS},,Eve,eve@acme.example"


def file(*rows: str, heading: str = HEADING) -> bytes:
    return "\r\n".join((heading, *rows)).encode()


@pytest.fixture
def ann() -> User:
    PartnerGroup.objects.create(name="Retail")
    return make_user("ann")


def test_a_row_becomes_a_partner_with_all_that_belongs_to_it(ann: User) -> None:
    child = "acme-east,Acme East,,no,,acme,,,,4012345000009,,"
    assert import_partners(file(child, ACME), ann)[:3] == (2, 0, 0)
    acme, east = Partner.objects.get(code="acme"), Partner.objects.get(code="acme-east")
    assert (acme.roles, acme.time_zone, east.is_active, east.parent) == (
        ["customer", "supplier"], "America/Chicago", False, acme,
    )  # fmt: skip
    assert {str(identity) for identity in acme.identities.all()} == {"ZZ:ACME", "01:123456789"}
    assert [tag.name for tag in acme.tags.order_by("name")] == ["big-box", "edi"]
    assert [group.name for group in acme.groups.all()] == ["Retail"]
    assert Contact.objects.get().email == "eve@acme.example"
    first = acme.history.last()
    assert (first.history_user, first.history_change_reason) == (ann, "Imported from CSV")
    assert AuditEntry.objects.get().data == {"created": 2, "changed": 0, "left_out": 0}


def test_again_changes_only_what_differs_and_keeps_what_is_not_said(ann: User) -> None:
    import_partners(file(ACME), ann)
    assert import_partners(file(ACME), ann)[:3] == (0, 0, 0)
    assert import_partners(file("acme,Acme Inc", heading="code,name"), ann)[:3] == (0, 1, 0)
    acme = Partner.objects.get()
    assert (acme.name, acme.time_zone, Identity.objects.count(), Contact.objects.count()) == (
        "Acme Inc", "America/Chicago", 2, 1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",No code,,,,,,,,,,", "code: is missing"),
        ("Acme!,A,,,,,,,,,,", "lower-case"),
        ("a,A,butcher,,,,,,,,,", "there is no butcher"),
        ("a,A,,maybe,,,,,,,,", "yes or no"),
        ("a,A,,,Mars/Base,,,,,,,", "no time zone"),
        ("a,A,,,,nobody,,,,,,", "no other partner nobody"),
        ("a,A,,,,a,,,,,,", "no other partner a"),
        ("a,A,,,,,Clubs,,,,,", "there is no Clubs"),
        ("a,A,,,,,,,99:X,,,", "ISA05 has no code 99"),
        ("a,A,,,,,,,,4012345000001,,", "check digit"),
        ("a,A,,,,,,,ZZ:TAKEN,,,", "belongs to other"),
        ("a,A,,,,,,,,,Eve,", "e-mail address or a telephone"),
        ("a,A,,,,,,,,,Eve,eve at acme", "is no address"),
        ("a,A,,,,,,,,,Eve,eve@acme@example", "is no address"),
        (f"a,A,,,,,,,,,Eve,eve@{'a.' * 130}example", "is no address"),
    ],
)
def test_a_wrong_row_is_left_out_with_its_reason(ann: User, row: str, said: str) -> None:
    other = Partner.objects.create(code="other", name="Other")
    Identity.objects.create(partner=other, qualifier="ZZ", value="TAKEN")
    preview = preview_import(file(ACME, row))
    assert [fault.number for fault in preview.faults] == [3]
    assert said in preview.faults[0].said
    assert import_partners(file(ACME, row), ann).left_out == 1
    assert set(Partner.objects.values_list("code", flat=True)) == {"acme", "other"}


def test_two_rows_with_one_code_or_one_identity_are_both_wrong(ann: User) -> None:
    preview = preview_import(
        file(ACME, ACME.replace("Acme Stores", "Acme Two"), "b,B,,,,,,,ZZ:X,,,", "c,C,,,,,,,ZZ:X,,,")
    )
    assert preview.wrong_rows == 4
    assert preview.rows == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"code,name,shoe size\n", "Unknown columns: shoe size"),
        (b"code\nacme\n", "missing: name"),
        ("code,name\na,Ä\n".encode("latin-1"), "not UTF-8"),
        (b"code,name\na,A\0B\n", "no text"),
        (b'code,name\na,"' + b"x" * 200_000, "cannot be read as CSV"),
    ],
)
def test_a_file_that_cannot_be_taken(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        read_rows(content)


def test_semicolons_and_a_byte_order_mark_are_understood() -> None:
    (row,) = read_rows(b"\xef\xbb\xbfcode;name\r\nacme;Acme, Inc\r\n\r\n")
    assert (row.number, row.cells) == (2, {"code": "acme", "name": "Acme, Inc"})


def test_what_is_exported_is_imported_again_without_a_change(ann: User) -> None:
    import_partners(file(ACME, "evil,=cmd|'/c calc'!A1,,,,,,,,,,"), ann)
    text = "".join(export_partners(Partner.objects.order_by("code")))
    cells = list(csv.reader(StringIO(text)))
    assert [row[:2] for row in cells[1:]] == [["acme", "Acme Stores"], ["evil", "'=cmd|'/c calc'!A1"]]
    assert import_partners(text.encode(), ann)[:3] == (0, 0, 0)


def test_an_export_calculates_nothing_and_comes_back_as_it_was(ann: User) -> None:
    notes = {f"p{number}": text for number, text in enumerate(HOSTILE)}
    for code, text in notes.items():
        partner = Partner.objects.create(code=code, name=text, notes=text)
        partner.tags.add(Tag.objects.create(name=f"a{code};{text}"))
    text = "".join(export_partners(Partner.objects.order_by("code")))
    assert calculated(text) == []
    again = {row.cells["code"]: row.cells["notes"].strip() for row in read_rows(text.encode())}
    assert again == {code: text.strip() for code, text in notes.items()}


def many(count: int, wrong: int) -> bytes:
    row = "p{0},Partner {0},,,America/Chicago,{1},Retail,edi;t{2},ZZ:P{0},,Eve {0},eve@p{0}.example"
    rows = [row.format(number, "p1" if number % 10 == 9 else "", number % 5) for number in range(count)]
    for number in range(wrong):
        rows[number * (count // wrong)] = f"p{number * (count // wrong)},,,,,,,,,,,"
    return file(*rows)


@pytest.mark.thorough
def test_ten_thousand_rows_of_which_37_are_wrong(django_assert_max_num_queries: Callable[..., Any]) -> None:
    PartnerGroup.objects.create(name="Retail")
    with django_assert_max_num_queries(5):
        preview = preview_import(many(10_000, 37))
    assert (preview.new, preview.wrong_rows, len(preview.faults)) == (9_963, 37, 37)


def test_the_cost_of_an_import_grows_with_its_batches(
    ann: User, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    """With parents, groups, tags, identities and contacts; each partner's history has them all."""
    with django_assert_max_num_queries(150):
        assert import_partners(many(1_000, 4), ann)[:3] == (996, 0, 4)
    partner = Partner.objects.get(code="p19")
    [version] = partner.history.all()
    assert (version.history_user, version.parent.code) == (ann, "p1")
    assert [row.partnergroup.name for row in version.groups.all()] == ["Retail"]
    assert sorted(row.tag.name for row in version.tags.all()) == ["edi", "t4"]


def test_partners_that_would_belong_to_themselves_are_wrong_rows(ann: User) -> None:
    import_partners(file("a,A,,,,b,,,,,,", "b,B,,,,,,,,,,"), ann)
    preview = preview_import(file("b,B,,,,c,,,,,,", "c,C,,,,a,,,,,,", "d,D,,,,a,,,,,,"))
    assert [(fault.code, fault.said) for fault in preview.faults] == [
        ("b", "parent: b would belong to itself (b → c → a → b)."),
        ("c", "parent: c would belong to itself (c → a → b → c)."),
    ]
    assert import_partners(file("b,B,,,,c,,,,,,", "c,C,,,,a,,,,,,", "d,D,,,,a,,,,,,"), ann).left_out == 2


def test_the_pages_show_first_and_write_then(ann: User) -> None:
    client = Client()
    client.force_login(make_user("boss", is_superuser=True))
    url = reverse("admin:partners_partner_import_csv")
    sent = client.post(url, {"file": SimpleUploadedFile("p.csv", file(ACME, "b,,,,,,,,,,,"))})
    text = sent.content.decode()
    assert "name: is missing." in text
    assert "Import the right rows (1)" in text
    assert not Partner.objects.exists()
    done = client.post(url, {"token": sent.context["token"]}, follow=True).content.decode()
    assert "1 partner is new" in done
    assert "1 row was left out" in done
    assert "too old" in client.post(url, {"token": "forged"}, follow=True).content.decode()
    assert "Unknown columns" in client.post(url, {"file": SimpleUploadedFile("p.csv", b"shoe,size\n")}).content.decode()
    exported = client.get(reverse("admin:partners_partner_export_csv"))
    assert b"acme,Acme Stores" in exported.getvalue()
    assert "attachment" in exported["Content-Disposition"]
