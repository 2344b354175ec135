"""Roles are groups that Onramp keeps in order, without touching what an operator made."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from config.core.models import User
from config.core.role_groups import declared_grants, update_role_groups
from config.core.roles import ANALYST, APPROVER, AUDITOR, FINANCE, PARTNER_USER, ROLES, SUPPORT
from tests.factories import make_user

CHANGING = ("add_", "change_", "delete_", "work_", "submit_", "publish_", "activate_", "issue_", "revoke_", "release_")


def codenames(name: str) -> set[tuple[str, str]]:
    permissions = Permission.objects.filter(group__name=name)
    return set(permissions.values_list("content_type__app_label", "codename"))


def test_a_migrated_database_has_the_groups_with_what_is_declared(db: None) -> None:
    assert {role.name: codenames(role.name) for role in ROLES} == {
        role.name: grants for role, grants in declared_grants().items()
    }


def test_a_second_time_repairs_the_roles_and_leaves_the_rest(db: None) -> None:
    view, delete = (Permission.objects.get(codename=f"{verb}_partner") for verb in ("view", "delete"))
    own = Group.objects.create(name="Our own")
    own.permissions.add(view, delete)
    analysts = Group.objects.get(name=ANALYST.name)
    analysts.permissions.add(delete)
    user = make_user()
    user.groups.add(own, analysts)
    update_role_groups()
    assert ("partners", "delete_partner") not in codenames(ANALYST.name)
    assert codenames("Our own") == {("partners", "view_partner"), ("partners", "delete_partner")}
    assert set(user.groups.all()) == {own, analysts}
    assert Group.objects.count() == len(ROLES) + 1


def test_a_second_time_writes_nothing(db: None) -> None:
    with CaptureQueriesContext(connection) as queries:
        update_role_groups()
    assert [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))] == []


def test_duties_are_apart() -> None:
    grants = {role: {codename for _, codename in pairs} for role, pairs in declared_grants().items()}
    assert grants[PARTNER_USER] == set()
    assert not [name for name in grants[AUDITOR] if name.startswith(CHANGING)]
    assert grants[ANALYST] & {"activate_agreement", "publish_mappingversion", "work_finance_cases"} == set()
    assert grants[APPROVER] & {"change_agreement", "add_mappingversion", "submit_mappingversion"} == set()
    assert [role for role in ROLES if "work_finance_cases" in grants[role]] == [FINANCE]
    assert [role for role in ROLES if "download_raw" in grants[role]] == [ANALYST, SUPPORT]
    assert not [role for role in ROLES if any(name.startswith("delete_") for name in grants[role])]
    assert not [role for role in ROLES if grants[role] & {"change_user", "add_user", "change_group"}]


@pytest.fixture
def root(db: None) -> Client:
    client = Client()
    client.force_login(make_user("root", is_superuser=True))
    return client


def test_the_form_of_a_person_says_what_each_role_is_for(root: Client) -> None:
    user = make_user("new")
    url = reverse("admin:core_user_change", args=[user.pk])
    text = root.get(url).content.decode()
    assert [role.name for role in ROLES if escape(role.description) not in text] == []
    finance = Group.objects.get(name=FINANCE.name)
    data = {"username": "new", "is_active": "on", "date_joined_0": "2026-01-01", "date_joined_1": "10:00:00"}
    assert "tick “staff status” too" in root.post(url, data | {"groups": finance.pk}).content.decode()
    assert root.post(url, data | {"groups": finance.pk, "is_staff": "on"}).status_code == 302
    assert list(User.objects.get(pk=user.pk).groups.all()) == [finance]
    partner = Group.objects.get(name=PARTNER_USER.name)
    assert "no place in the admin" in root.post(url, data | {"groups": partner.pk, "is_staff": "on"}).content.decode()


def test_what_a_role_may_do_is_not_edited_by_hand(root: Client) -> None:
    for page in ("change", "delete"):
        own = reverse(f"admin:auth_group_{page}", args=[Group.objects.get(name=SUPPORT.name).pk])
        assert root.post(own, {"name": "x", "post": "yes"}).status_code == 403
