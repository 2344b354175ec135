"""Every admin page as every kind of user: a hole here shows, or lets somebody do, what is not theirs."""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from django.contrib import admin as django_admin
from django.contrib.admin import ModelAdmin
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client
from django.urls import NoReverseMatch, reverse

from config.core.admin.bases import TrafficAdmin
from partners.models import ApiKey
from tests.factories import Made, make_user
from transactions.models import Attempt, Event, ExceptionCase

LOGIN = reverse("admin:login")
# Pages that do something: their name ends so. Who may only view gets none of them.
DOING = (
    "_add",
    "_delete",
    "_issue_key",
    "_revoke",
    "_reprocess",
    "_release",
    "_close",
    "_receive_file",
    "_password_change",
)


class Page(NamedTuple):
    name: str
    url: str
    model_admin: ModelAdmin

    @property
    def does_something(self) -> bool:
        return self.name.endswith(DOING)

    @property
    def is_closed_to_all(self) -> bool:
        """Nobody adds or deletes traffic, not even a superuser; keys and versions have services."""
        guarded = isinstance(self.model_admin, TrafficAdmin) or self.model_admin.opts.model_name in {
            "apikey",
            "mappingversion",
        }
        return guarded and self.name.endswith(("_add", "_delete"))


def pages() -> Iterator[Page]:
    """Every named page of every registered model, for the first row of the model."""
    for model, model_admin in django_admin.site._registry.items():
        row = model._default_manager.first()
        assert row is not None, f"the test's data has no {model.__name__}"
        for pattern in model_admin.get_urls():
            if pattern.name:
                yield Page(pattern.name, _url(pattern.name, row), model_admin)


def _url(name: str, row: Model) -> str:
    tries: list[list[object]] = [[], [row.pk]]
    if hasattr(row, "history"):
        tries.append([row.pk, row.history.first().pk])
    for args in tries:
        try:
            return reverse(f"admin:{name}", args=args)
        except NoReverseMatch:
            continue
    raise AssertionError(f"no URL for {name}")


@pytest.fixture
def world(made: Made) -> Made:
    Group.objects.create(name="analysts")
    make_user()
    return made


def test_a_superuser_opens_every_page_and_reading_changes_nothing(admin: Client, world: Made) -> None:
    before = _state()
    wrong = []
    for page in pages():
        status = admin.get(page.url).status_code
        expected = {403} if page.is_closed_to_all else {200, 302}
        # Reprocessing an accepted document is offered nowhere, but its page exists.
        if status not in expected:
            wrong.append((page.name, page.url, status))
    assert not wrong
    assert _state() == before


def test_who_may_only_view_sees_pages_and_can_do_nothing(viewer: Client, world: Made) -> None:
    before = _state()
    wrong = []
    for page in pages():
        expected = 403 if page.does_something else 200
        status = viewer.get(page.url, follow=True).status_code
        if status != expected:
            wrong.append((page.name, page.url, status))
        if (
            page.does_something
            and (posted := viewer.post(page.url, {"resolution": "x", "label": "x"}).status_code) != 403
        ):
            wrong.append((page.name, "POST", posted))
    assert not wrong
    assert _state() == before


def test_who_may_only_view_is_offered_no_action(viewer: Client, world: Made) -> None:
    for page in pages():
        if page.does_something or page.url.endswith("/download/"):
            continue
        text = b"".join(viewer.get(page.url, follow=True)).decode()
        offered = [
            name
            for name in ("/reprocess/", "/release/", "/close/", "/issue-key/", "/revoke/", "/receive/")
            if name in text
        ]
        assert not offered, page.url


def test_staff_without_permission_see_nothing(stranger: Client, world: Made) -> None:
    wrong = [(page.name, status) for page in pages() if (status := stranger.get(page.url).status_code) != 403]
    assert not wrong


def test_nobody_comes_in_without_logging_in(client: Client, world: Made) -> None:
    for page in pages():
        response = client.get(page.url)
        assert response.status_code == 302, page.url
        assert response.headers["Location"].startswith(LOGIN), page.url


def test_nobody_edits_traffic_by_posting_to_its_pages(admin: Client, world: Made) -> None:
    before = _state()
    for page in pages():
        if isinstance(page.model_admin, TrafficAdmin) and page.name.endswith(("_change", "_add", "_delete")):
            assert admin.post(page.url, {"stage": "finished", "post": "yes"}).status_code == 403, page.url
    assert _state() == before


def _state() -> tuple[object, ...]:
    """What an action would change."""
    return (
        Event.objects.count(),
        Attempt.objects.count(),
        list(ExceptionCase.objects.values_list("pk", "status")),
        list(ApiKey.objects.values_list("pk", "revoked_at")),
    )
