"""Demo people: one who may do all, one who works with partners and exceptions."""

from typing import NamedTuple

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

from config.core.models import User

ANALYSTS = "Onboarding analysts"
APPS = ("partners", "mappings", "transactions")
# Beyond looking at everything: what analysts set up, and what they do with traffic.
MAY_ADD_AND_CHANGE = (
    "partner",
    "identity",
    "connection",
    "apikey",
    "agreement",
    "mapping",
    "mappingversion",
    "assignment",
)
MAY_ALSO = ("add_inboundfile", "change_document", "change_exceptioncase")


class Login(NamedTuple):
    """password: "" when the person was there before; only they know it then."""

    username: str
    password: str
    role: str


def load_people() -> list[Login]:
    """Make the demo people that are missing. Existing ones keep their passwords and rights."""
    with transaction.atomic():
        return [
            _load("admin", "administrator: may do everything", is_superuser=True),
            _load("analyst", "onboarding analyst: sets up partners, works on exceptions", is_superuser=False),
        ]


def password_of(username: str) -> str:
    """The password that a demo person begins with."""
    return f"onramp-{username}-demo"


def _load(username: str, role: str, *, is_superuser: bool) -> Login:
    user = User.objects.filter(username=username).first()
    if user is None:
        user = User.objects.create_user(
            username, password=password_of(username), is_staff=True, is_superuser=is_superuser
        )
        if not is_superuser:
            user.groups.add(_analysts())
    password = password_of(username)
    return Login(username, password if user.check_password(password) else "", role)


def _analysts() -> Group:
    group, is_new = Group.objects.get_or_create(name=ANALYSTS)
    if is_new:
        group.permissions.set(Permission.objects.filter(_rights(), content_type__app_label__in=APPS))
    return group


def _rights() -> Q:
    set_up = [f"{verb}_{model}" for verb in ("add", "change") for model in MAY_ADD_AND_CHANGE]
    return Q(codename__startswith="view_") | Q(codename__in=[*set_up, *MAY_ALSO])
