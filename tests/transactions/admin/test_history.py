"""History of configuration: kept versions are read, never written, by anybody."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin as django_admin
from django.test import Client
from django.urls import reverse
from simple_history.admin import SimpleHistoryAdmin

from config.core.admin.bases import HistoryAdmin
from partners.models import Connection, Partner
from tests.factories import Made, make_user
from tests.relationships import make_relationships


def admins_with_history() -> list[HistoryAdmin]:
    return [found for found in django_admin.site._registry.values() if isinstance(found, SimpleHistoryAdmin)]


def kept_versions(made: Made) -> Iterator[tuple[Any, str]]:
    make_relationships(made.setup.partner)
    for model_admin in admins_with_history():
        row: Any = model_admin.model._default_manager.first()
        assert row is not None, f"the test's data has no {model_admin.model.__name__}"
        name = f"admin:{model_admin.opts.app_label}_{model_admin.opts.model_name}_simple_history"
        yield row, reverse(name, args=[row.pk, row.history.first().pk])


def test_every_model_with_history_has_the_guarded_admin() -> None:
    for model, model_admin in django_admin.site._registry.items():
        assert hasattr(model, "history") == isinstance(model_admin, SimpleHistoryAdmin), model
        assert isinstance(model_admin, HistoryAdmin) or not hasattr(model, "history"), model


@pytest.mark.parametrize("rights", [{"permissions": ("*.view",)}, {"is_superuser": True}])
def test_a_kept_version_cannot_be_posted_to(rights: dict[str, object], made: Made) -> None:
    make_user()
    client = Client()
    client.force_login(make_user(**rights))  # type: ignore[arg-type]  # the keywords of make_user
    for row, url in kept_versions(made):
        before = row.history.count()
        assert client.post(url, {"name": "taken over", "code": "taken-over"}).status_code == 403, url
        assert row.history.count() == before, url


def test_the_page_of_a_kept_version_has_no_field_to_type_into(admin: Client, made: Made) -> None:
    for _, url in kept_versions(made):
        text = admin.get(url).content.decode()
        assert 'name="_save"' not in text, url
        assert "<textarea" not in text, url
        assert '<input type="text" name="name"' not in text, url


def test_a_change_is_kept_with_who_made_it_and_what_it_was(admin: Client, made: Made) -> None:
    partner = made.setup.partner
    page = reverse("admin:partners_partner_change", args=[partner.pk])
    shown = admin.get(page).context
    form = {name: value for name, value in shown["adminform"].form.initial.items() if value not in (None, [], {})}
    form |= {"name": "Renamed Stores", "is_active": "on"}
    for inline in shown["inline_admin_formsets"]:
        form |= {f"{inline.formset.prefix}-TOTAL_FORMS": "0", f"{inline.formset.prefix}-INITIAL_FORMS": "0"}
    assert admin.post(page, form).status_code == 302
    assert Partner.objects.get(pk=partner.pk).name == "Renamed Stores"
    latest = partner.history.first()
    assert latest.history_user.is_superuser
    history = admin.get(reverse("admin:partners_partner_history", args=[partner.pk])).content.decode()
    assert partner.name in history
    assert "Renamed Stores" in history


def test_what_nobody_kept_is_a_dash(admin: Client, made: Made) -> None:
    connection = Connection.objects.filter(partner=made.setup.partner).first()
    assert connection is not None
    connection.name = "Renamed by a program"
    connection.save()
    text = admin.get(reverse("admin:partners_connection_history", args=[connection.pk])).content.decode()
    assert "Renamed by a program" in text
    table = text[text.index('id="change-history"') :].partition("</table>")[0]
    assert re.search(r'data-label="By">–</td>\s*<td data-label="Reason">–</td>', table)
    assert "None" not in table
