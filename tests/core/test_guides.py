"""The guides inside the screens. If these fail, a reader meets a dead link or picture, or another reader's guide."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from config.core.guides import HOW_TOS, HowTo, html_of, picture_of
from tests.factories import make_user

NAMES = [one.name for one in HOW_TOS]


@pytest.mark.parametrize("guide", HOW_TOS, ids=NAMES)
def test_every_guide_is_there_with_its_pictures_and_links(guide: HowTo) -> None:
    html = html_of(guide.name, for_partners=guide.is_for_partners, pictures="/p/")
    assert html is not None
    assert html.startswith("<h1>")
    for picture in re.findall(r'<img src="([^"]+)"', html):
        assert picture.startswith("/p/")
        assert picture_of(picture.removeprefix("/p/")) is not None, picture
    known = {one.name for one in HOW_TOS if one.is_for_partners == guide.is_for_partners}
    for target in re.findall(r'<a href="([^"]+)"', html):
        assert target.removeprefix("../").rstrip("/") in known, target


def test_a_reader_gets_the_guides_for_them_and_no_other_file() -> None:
    assert html_of("onboard-a-partner", for_partners=True, pictures="/p/") is None
    assert html_of("join-as-a-partner", for_partners=False, pictures="/p/") is None
    assert html_of("../changelog", for_partners=False, pictures="/p/") is None
    assert picture_of("../operations.md") is None
    assert picture_of("no-such.png") is None


@pytest.mark.django_db
def test_they_are_reached_from_the_sidebar() -> None:
    client = Client()
    client.force_login(make_user("ann"))
    home = client.get(reverse("admin:index")).content.decode()
    assert f'href="{reverse("how-to")}"' in home
    page = client.get(reverse("how-to-guide", args=["set-up-a-partner"])).content.decode()
    assert "<h2>1. The partner</h2>" in page
    assert client.get(reverse("how-to-guide", args=["no-such"])).status_code == 404
    assert client.get(reverse("guide-picture", args=["board.png"]))["Content-Type"] == "image/png"
