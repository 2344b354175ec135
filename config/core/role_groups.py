"""Groups made of the roles that the apps declare, so that a role is given like any group."""

from collections import defaultdict
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed
from django.contrib.auth.models import Group, Permission
from django.db import DEFAULT_DB_ALIAS, router
from django.db.models.signals import post_migrate
from django.utils.module_loading import module_has_submodule

from config.core.roles import AUDITOR, ROLES, Grants, Role

# Apps that are not ours declare no roles; what a role may do with their models stands here.
OTHER_GRANTS: dict[str, Grants] = {"auth": {AUDITOR: ("view_group",)}}


def declared_grants() -> dict[Role, set[tuple[str, str]]]:
    """What each role may do: pairs of app label and codename, from the `roles` module of every app that has one."""
    grants: dict[Role, set[tuple[str, str]]] = {role: set() for role in ROLES}
    for label, by_role in _declarations():
        for role, codenames in by_role.items():
            grants[role].update((label, codename) for codename in codenames)
    return grants


def update_role_groups(using: str = DEFAULT_DB_ALIAS) -> None:
    """Make each role's group have what is declared and nothing else. Other groups, and who is in which, stay."""
    known: dict[tuple[str, str], list[Permission]] = defaultdict(list)
    for permission in Permission.objects.using(using).select_related("content_type"):
        known[permission.content_type.app_label, permission.codename].append(permission)
    for role, pairs in declared_grants().items():
        group, _ = Group.objects.using(using).get_or_create(name=role.name)
        # A database that was migrated half-way lacks some; they come with the rest of the migrations.
        group.permissions.set([permission for pair in pairs for permission in known[pair]])


def update_after_migrations() -> None:
    """Call `update_role_groups` at the end of every migrate (and flush): when the last app has its permissions."""
    last = [config for config in installed.get_app_configs() if config.models_module is not None][-1]
    post_migrate.connect(_after_migrations, sender=last, dispatch_uid="config.core.role_groups")


def _after_migrations(sender: AppConfig, using: str, apps: Any = installed, **kwargs: Any) -> None:
    try:
        group = apps.get_model("auth", "Group")
    except LookupError:
        return  # migrated back to before there were groups
    if router.allow_migrate_model(using, group):
        update_role_groups(using)


def _declarations() -> Iterable[tuple[str, Grants]]:
    for config in installed.get_app_configs():
        if config.module is not None and module_has_submodule(config.module, "roles"):
            yield config.label, import_module(f"{config.name}.roles").GRANTS
    yield from OTHER_GRANTS.items()
