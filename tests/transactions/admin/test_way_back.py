"""From a row back to its list: filtered, searched and on the page that it was left on."""

from html import unescape
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import Made

LIST = reverse("admin:transactions_exceptioncase_changelist")
QUERY = "queue__exact=customer-service&q=PO-7&p=1"


def case_url(made: Made, action: str = "change") -> str:
    page = reverse(f"admin:transactions_exceptioncase_{action}", args=[made.cases[0].pk])
    return f"{page}?{urlencode({'_changelist_filters': QUERY})}"


@pytest.mark.parametrize("action", ["change", "close", "assign"])
def test_the_title_leads_to_the_list_as_it_was_left(admin: Client, made: Made, action: str) -> None:
    text = unescape(admin.get(case_url(made, action)).content.decode())
    assert f'href="{LIST}?{QUERY}"' in text
    assert f'href="{case_url(made)}"' in text


def test_what_can_be_done_with_a_case_keeps_the_way_back(admin: Client, made: Made) -> None:
    text = unescape(admin.get(case_url(made)).content.decode())
    kept = case_url(made).partition("?")[2]
    for sent_to in ("../close/", "/comment/", "/take/"):
        assert f'{sent_to}?{kept}"' in text, sent_to
    answer = admin.post(case_url(made, "comment"), {"body": "Their buyer mends it"})
    assert answer["Location"] == case_url(made)


def test_a_row_opened_from_elsewhere_leads_to_the_whole_list(admin: Client, made: Made) -> None:
    text = admin.get(case_url(made).partition("?")[0]).content.decode()
    assert f'href="{LIST}"' in text
    assert f"{LIST}?q" not in text


def test_the_way_back_stays_in_the_list(admin: Client, made: Made) -> None:
    page = case_url(made).partition("?")[0]
    text = admin.get(page, {"_changelist_filters": '//elsewhere.example/"><script>&q=a b'}).content.decode()
    assert f'href="{LIST}?q=a+b"' in text
    assert "//elsewhere" not in text
    assert "<script>&" not in text


def test_a_new_row_leads_to_the_list_as_it_was_left(admin: Client) -> None:
    partners = reverse("admin:partners_partner_changelist")
    text = admin.get(reverse("admin:partners_partner_add"), {"_changelist_filters": "q=acme"}).content.decode()
    assert f'href="{partners}?q=acme"' in text
