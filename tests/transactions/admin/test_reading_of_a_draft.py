"""The analyst says how a held file is to be read: the columns are shown anew, and the draft reads the file so."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from config.core.models import User
from config.core.roles import ANALYST
from mappings.models import MappingVersion
from mappings.services.draft_agreement import draft_agreement
from mappings.services.publish_version import publish_version
from mappings.services.submit_version import submit_version
from partners.models import Agreement, AgreementStatus
from tests.transactions.admin.test_unknown_layout import case_page, client_of, draft_url, fields, text_of
from tests.transactions.conftest import Send, drain
from transactions.models import Document, ExceptionCase, InboundFile
from transactions.services.unknown_layout import UnknownLayout
from transactions.states import DocumentOutcome

TITLES = (
    b"Export;from;ERP;of;4 July;page;1\nPlant;North;open;lines;only;all;EUR\nPO;Art;Menge;Preis\n"
    b"P1;A-1;1;1,50\nP1;A-2;2;2,50\nP2;A-3;3;3,50\n"
)
CYRILLIC = "Заказ;Артикул;Количество;Дата\nЗ-1;БОЛТ-1;5;04.05.2026\nЗ-1;ГАЙКА;6;04.05.2026\n".encode("windows-1251")
TEXTS = b"PO-A,Bowl,5,red\nPO-A,Jug,6,red\nPO-B,Bowl,7,blue\n"


@pytest.fixture
def analyst(db: None) -> Client:
    return client_of("ada", ANALYST)


def post(client: Client, file: InboundFile, **sent: str) -> tuple[str, UnknownLayout]:
    """What the page shows, after a form was sent with all that it held and what is said."""
    html = text_of(client, draft_url(file))
    names = re.findall(r'name="names" value="([^"]*)"', html)[0].replace("&quot;", '"')
    response = client.post(draft_url(file), {**fields(html), "names": names, **sent})
    assert response.status_code == 200
    return response.content.decode(), response.context["found"]


def names_of(layout: UnknownLayout) -> list[str]:
    return [column.name for column in layout.columns]


def kept(client: Client, file: InboundFile, **said: str) -> MappingVersion:
    """The draft that comes of the file as it is read so."""
    html, _ = post(client, file, do="read", **said)
    names = re.findall(r'name="names" value="([^"]*)"', html)[0].replace("&quot;", '"')
    chosen = {f"target-{place}": target for place, target in enumerate(("number", "sku", "quantity"))}
    sent = {**fields(html), **said, **chosen, "names": names, "do": "keep"}
    assert client.post(draft_url(file), sent).status_code == 302
    return MappingVersion.objects.get(mapping__standard="TEXT")


def test_what_was_found_is_shown_with_how_sure_onramp_is(send: Send, analyst: Client) -> None:
    file = send(CYRILLIC)
    html = text_of(analyst, draft_url(file))
    assert "As found: WINDOWS-1252" in html
    assert '<span class="or-doubtful">70 % sure</span>' in html
    assert '<span class="or-doubtful">70 % sure</span>' in text_of(analyst, case_page(file))


def test_the_row_of_names_is_said_and_the_columns_are_shown_anew(send: Send, analyst: Client) -> None:
    html, found = post(analyst, send(TITLES), do="read", **{"read-header_row": "3"})
    assert names_of(found) == ["PO", "Art", "Menge", "Preis"]
    assert found.columns[3].values == ["1,50", "2,50", "3,50"]
    assert 'value="3" placeholder' in html
    assert [fields(html)[f"target-{place}"] for place in range(4)] == ["number", "", "quantity", "price"]


def test_a_file_without_names_and_an_encoding(send: Send, analyst: Client) -> None:
    _, found = post(analyst, send(TEXTS), do="read", **{"read-header_row": "0"})
    assert names_of(found) == [f"column {number}" for number in range(1, 5)]
    _, found = post(analyst, send(CYRILLIC), do="read", **{"read-encoding": "windows-1251"})
    assert names_of(found) == ["Заказ", "Артикул", "Количество", "Дата"]


def test_numbers_and_dates_are_said_for_all_columns_that_they_fit(send: Send, analyst: Client) -> None:
    file = send(b'PO,Art,Pieces,Wanted on\nA1,X1,"1,234",04/05/2026\nA1,X2,6,04/05/2026\n')
    html = text_of(analyst, draft_url(file))
    assert "DD/MM/YYYY or MM/DD/YYYY" in html
    version = kept(analyst, file, **{"read-dates": "MM/DD/YYYY", "read-numbers": "1,234.56"})
    settings = version.declaration["source"]["settings"]
    assert set(settings["dates"].values()) == {"MM/DD/YYYY"}
    assert settings["numbers"]["Pieces"] == {"decimal": ".", "thousands": ","}


@pytest.mark.parametrize(
    ("content", "said", "settings"),
    [
        (TITLES, {"read-header_row": "3"}, {"header_row": 3}),
        (CYRILLIC, {"read-encoding": "windows-1251"}, {"encoding": "windows-1251"}),
        (b"PO|Art|Qty\nA;1|x|5\nA;1|y|6\nB;2|z|7\n", {"read-delimiter": "|", "read-quote": "none"}, {"quote": ""}),
        (TEXTS, {"read-header_row": "0"}, {"header_row": 0}),
    ],
    ids=["row of names", "encoding", "delimiter and quote", "no names"],
)
def test_the_draft_keeps_what_was_said_and_the_case_goes_on_with_it(
    content: bytes, said: dict[str, str], settings: dict[str, object], send: Send, analyst: Client
) -> None:
    file = send(content)
    said = said | {"code": "own"}
    version = kept(analyst, file, **said)
    source = version.declaration["source"]
    assert settings.items() <= source["settings"].items()
    assert "Draft another one" in text_of(analyst, case_page(file))
    assert version.mapping.test_cases.count() == 1


def test_what_cannot_be_is_told_and_nothing_is_kept(send: Send, analyst: Client) -> None:
    file = send(CYRILLIC)
    for said, told in (
        ({"read-encoding": "utf-8"}, "UTF-8 cannot read this file: byte C7 in line 1 is no character of it."),
        ({"read-encoding": "klingon"}, "There is no encoding &#x27;klingon&#x27;."),
        ({"read-encoding": "utf-16"}, "cannot read this file"),
        ({"read-delimiter": "||"}, "elimiter is one character"),
        ({"read-delimiter": "^"}, "Read like this, the file has a single column."),
        ({"read-header_row": "99"}, "There is no row 99 with names"),
        ({"read-header_row": "-1"}, "Give the number of the row, or 0"),
        ({"read-numbers": "12"}, "Show how the number 1234.56 is written"),
        ({"read-dates": "DD.MM"}, "A date pattern names year, month and day"),
    ):
        html, _ = post(analyst, file, do="keep", **said)
        assert told in html, said
        assert "The file cannot be read as you say" in html, said
    assert not MappingVersion.objects.filter(mapping__standard="TEXT").exists()


def test_a_draft_of_columns_that_nobody_saw_is_not_kept(send: Send, analyst: Client) -> None:
    file = send(TITLES)
    html, _ = post(analyst, file, do="keep", **{"read-header_row": "3"})
    assert "The file is read in another way now" in html
    assert not MappingVersion.objects.filter(mapping__standard="TEXT").exists()


def test_what_was_said_of_a_column_that_is_still_there_is_kept(send: Send, analyst: Client) -> None:
    file = send(b"PO,Art,Pieces\nPO,Item,Amount\nA1,X1,5\nA1,X2,6\n")
    html, _ = post(analyst, file, do="read", **{"read-header_row": "2", "target-0": "", "form-0": "x"})
    assert fields(html)["target-0"] == ""
    assert fields(html)["form-0"] == "x"
    assert fields(html)["target-1"] == "sku"


def test_bytes_that_are_no_characters_break_no_page(send: Send, analyst: Client) -> None:
    file = send("Заказ Ќ;Артикул;Количество\nЗ-1;Ќола Ђ ђ;5\n".encode("windows-1251"))
    for page in (draft_url(file), case_page(file)):
        assert "40 % sure" in text_of(analyst, page)


@pytest.mark.parametrize(
    ("content", "said", "numbers"),
    [
        (TITLES, {"read-header_row": "3"}, ["P1", "P2"]),
        (CYRILLIC, {"read-encoding": "windows-1251"}, ["З-1"]),
        (TEXTS, {"read-header_row": "0"}, ["PO-A", "PO-B"]),
    ],
    ids=["row of names", "encoding", "no names"],
)
def test_the_file_that_was_held_is_read_as_was_said(
    content: bytes, said: dict[str, str], numbers: list[str], send: Send, analyst: Client
) -> None:
    file = send(content)
    version = kept(analyst, file, **said)
    ada, bob = User.objects.get(username="ada"), User.objects.create_user("bob")
    version = publish_version(submit_version(version, by=ada), by=bob)
    assert file.partner is not None
    agreement = draft_agreement(version, file.partner, file.environment, by=ada).agreement
    Agreement.objects.filter(pk=agreement.pk).update(status=AgreementStatus.LIVE)
    case = ExceptionCase.objects.get(file=file)
    analyst.post(reverse("admin:transactions_exceptioncase_release", args=[case.pk]))
    drain()
    documents = Document.objects.filter(file=file).order_by("ordinal")
    assert [document.business_key for document in documents] == numbers
    assert {document.outcome for document in documents} == {DocumentOutcome.ACCEPTED}
