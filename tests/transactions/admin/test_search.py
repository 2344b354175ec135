"""Whatever number a partner names on the telephone, one box finds what it belongs to."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.core.ids import uuid7
from tests.factories import Made, make_file, make_partner, make_user
from transactions.models import Document, InboundFile

SEARCH = reverse("search")


def page_of(row: object) -> str:
    meta = row._meta  # type: ignore[attr-defined]  # a model's instance
    return reverse(f"admin:transactions_{meta.model_name}_change", args=[row.pk])  # type: ignore[attr-defined]


def groups(client: Client, term: str) -> dict[str, list[tuple[str, str]]]:
    """By title of the group: address and matched thing of each hit."""
    response = client.get(SEARCH, {"q": term})
    assert response.status_code == 200, response.headers
    return {group.title: [(hit.url, hit.what) for hit in group.results] for group in response.context["groups"]}


def test_a_number_that_one_document_has_leads_straight_to_it(admin: Client) -> None:
    made = make_file(documents=2, failing=1)
    for document in made.documents:  # the second has a case of its own, which its page shows
        for term in (document.business_key, f" {document.business_key.lower()} ", str(document.pk)):
            response = admin.get(SEARCH, {"q": term})
            assert (response.status_code, response.headers.get("Location")) == (302, page_of(document)), term


def test_a_name_as_our_pages_print_it_is_looked_for_by_its_last_word(admin: Client) -> None:
    made = make_file(documents=2, failing=1)
    for name in (f"850 {made.documents[0].business_key}", f"ISA {made.interchange.control_number}"):
        last_word = name.split()[1]
        response = admin.get(SEARCH, {"q": name})
        assert f"Nothing is called “{name}”: this is what “{last_word}” names." in response.content.decode()
        assert page_of(made.documents[0]) in [url for url, _ in groups(admin, name)["Documents"]]
    assert "Nothing is called “850 PO-77777”</h2>" in admin.get(SEARCH, {"q": "850 PO-77777"}).content.decode()


def test_an_id_leads_to_the_one_thing_that_has_it(admin: Client) -> None:
    made = make_file(documents=2, failing=1)
    for row in (made.file, made.cases[0], made.interchange, made.acknowledgment):
        for term in (str(row.pk), row.pk.hex):
            assert admin.get(SEARCH, {"q": term}).headers["Location"] == page_of(row)


def test_a_control_number_shows_all_that_carries_it_by_kind(admin: Client) -> None:
    made, _ = make_file(documents=2, failing=1), make_file()
    for term in (made.interchange.control_number, made.interchange.control_number.lstrip("0")):
        found = groups(admin, term)
        assert found["Files"] == [(page_of(made.file), "ISA control number")]
        assert found["Interchanges"] == [(page_of(made.interchange), "ISA control number")]
        assert found["Acknowledgments"] == [(page_of(made.acknowledgment), "answers ISA control number")]
        assert found["Exception cases"] == [(page_of(made.cases[0]), "ISA control number")]
        assert [url for url, _ in found["Documents"]] == [page_of(row) for row in reversed(made.documents)]


def test_other_formats_are_found_by_their_own_numbers(admin: Client) -> None:
    made = make_file()
    payload = "1767225600.77@shop.example"
    Document.objects.filter(pk=made.documents[0].pk).update(control_number=payload, format="xml")
    assert admin.get(SEARCH, {"q": payload}).headers["Location"] == page_of(made.documents[0])


@pytest.mark.parametrize(
    ("number", "terms"),
    [
        ("12345678901234567890", ["12345678901234567890", "000012345678901234567890"]),
        ("00000000000000000000000000004711", ["00000000000000000000000000004711"]),
        ("12345678901234567890123456789012", ["12345678901234567890123456789012"]),
        ("4500012345", ["4500012345", "00000000004500012345"]),
        ("0000004711", ["4711", "0000004711", "00004711"]),
        ("9" * 80, ["9" * 80, "9" * 90]),
        ("3f2b8c1e-7a64-4b0f-9c5d-2e1a6f7b8c9d", ["3f2b8c1e-7a64-4b0f-9c5d-2e1a6f7b8c9d"]),
    ],
)
def test_numbers_of_any_length_are_found(admin: Client, number: str, terms: list[str]) -> None:
    """Thirty-two digits are no id, an order may be called by one, and people leave out leading zeros or add some."""
    for field in ("business_key", "control_number"):
        document = make_file().documents[0]
        Document.objects.filter(pk=document.pk).update(**{field: number})
        for term in terms:
            assert admin.get(SEARCH, {"q": term}).headers.get("Location") == page_of(document), (field, term)
        Document.objects.filter(pk=document.pk).update(**{field: "another"})


def test_a_file_is_found_by_its_digest_and_by_how_its_name_begins(admin: Client) -> None:
    made, other = make_file(), make_file()
    InboundFile.objects.filter(pk=made.file.pk).update(name="Bestellung_Größe-1.csv")
    InboundFile.objects.filter(pk=other.file.pk).update(name="bestellt.csv")
    for term in ("Bestellung_Größe-1.csv", "Bestellung_G", made.file.sha256[:8].upper(), made.file.sha256):
        assert admin.get(SEARCH, {"q": term}).headers["Location"] == page_of(made.file), term
    assert groups(admin, "Größe") == {}
    assert groups(admin, "Be") == {}


def test_wildcards_are_letters_like_others(admin: Client) -> None:
    make_file()
    for term in ("ord%", "orders_1", "%%%", "___", "\\", "' OR 1=1 --"):
        assert groups(admin, term) == {}, term


def test_partners_are_found_by_code_name_and_identity(admin: Client) -> None:
    setup = make_partner("acme-retail", name="Acme Stores of Oslo")
    other = make_partner("zenith", name="Zenith Stores")
    url = reverse("admin:partners_partner_change", args=[setup.partner.pk])
    for term in ("acme-re", "ACME", "of oslo", setup.identity.value.lower()):
        assert admin.get(SEARCH, {"q": term}).headers["Location"] == url, term
    assert len(groups(admin, "stores")["Partners"]) == 2
    assert admin.get(SEARCH, {"q": "zenith"}).headers["Location"].endswith(f"/{other.partner.pk}/change/")


def test_ten_of_a_kind_are_shown_newest_first_and_the_list_has_all(admin: Client) -> None:
    made = make_file(documents=13)
    response = admin.get(SEARCH, {"q": made.interchange.control_number})
    (documents,) = (group for group in response.context["groups"] if group.title == "Documents")
    assert [hit.url for hit in documents.results] == [page_of(row) for row in reversed(made.documents)][:10]
    assert documents.total == "13"
    assert "All 13" in response.content.decode()
    listed = admin.get(documents.more_url).context["cl"].result_list
    assert [row.pk for row in listed] == [row.pk for row in reversed(made.documents)]


def test_nothing_found_and_nothing_asked_say_what_can_be_searched(admin: Client) -> None:
    assert "What can be searched" in admin.get(SEARCH).content.decode()
    text = admin.get(SEARCH, {"q": "<b>no such thing</b>"}).content.decode()
    assert "Nothing is called “&lt;b&gt;no such thing&lt;/b&gt;”" in text
    assert "payloadID" in text
    for odd in ("\x00", "  ", "x" * 5000, "0" * 300):
        assert admin.get(SEARCH, {"q": odd}).status_code == 200


def test_nobody_finds_what_they_may_not_see(made: Made) -> None:
    for permissions in ((), ("partners.view_partner",), ("transactions.view_event",)):
        client = Client()
        client.force_login(make_user(permissions=permissions))
        for term in (made.documents[1].business_key, str(made.file.pk), made.interchange.control_number):
            assert groups(client, term) == {}
    finance = Client()
    finance.force_login(make_user(permissions=("transactions.view_exceptioncase",)))
    assert finance.get(SEARCH, {"q": made.documents[1].business_key}).headers["Location"] == page_of(made.cases[0])
    assert set(groups(finance, str(uuid7()))) == set()


def test_the_box_is_on_every_page_and_nobody_outside_searches(admin: Client, client: Client, made: Made) -> None:
    for url in (reverse("admin:index"), page_of(made.file), reverse("admin:partners_partner_add")):
        assert f'action="{SEARCH}"' in admin.get(url).content.decode(), url
    assert client.get(SEARCH, {"q": "x"}).headers["Location"].startswith(reverse("admin:login"))


@pytest.mark.parametrize("term", ["000000001", "PO-1", "abcdef12", "orders", "0193b5a2-7f10-7c3e-9d51-2f6a8c4e1b70"])
def test_its_queries_are_few_whatever_there_is(admin: Client, term: str) -> None:
    def asked() -> list[str]:
        admin.get(SEARCH, {"q": term})
        with CaptureQueriesContext(connection) as captured:
            admin.get(SEARCH, {"q": term})
        return [query["sql"] for query in captured.captured_queries]

    asked_of_nothing = asked()
    for _ in range(4):
        make_file(documents=6, failing=3)
    asked_of_many = asked()
    assert len(asked_of_nothing) <= 30
    assert len(asked_of_many) <= 40
    for query in asked_of_many:
        if " LIKE " in query:
            assert 'FROM "partners_partner"' in query, query
        assert not re.search(r"COUNT\(", query) or "LIMIT" in query, query
