"""Demo people: one for each role, two of partners, and one who may do all."""

from typing import NamedTuple

from django.contrib.auth.models import Group
from django.db import transaction

from config.core.models import User
from config.core.roles import ANALYST, APPROVER, AUDITOR, FINANCE, PARTNER_USER, SUPPORT, Role
from partners.models import Member, Partner
from transactions.demo.newcomer import CODE

MEMBER_OF = {"partner": "acme-retail", "newcomer": CODE}
PEOPLE = {
    "analyst": (ANALYST, "onboarding analyst: sets up partners, works on cases"),
    "approver": (APPROVER, "approver: puts agreements live, publishes mappings"),
    "support": (SUPPORT, "integration support: traces, reprocesses, releases"),
    "finance": (FINANCE, "finance: the cases of the finance queue"),
    "auditor": (AUDITOR, "auditor: reads everything, changes nothing"),
    "partner": (PARTNER_USER, "staff of Acme Retail: the portal only"),
    "newcomer": (PARTNER_USER, "staff of Fjord Lighting, which is in certification: the portal only"),
}


class Login(NamedTuple):
    """password: "" when the person was there before; only they know it then."""

    username: str
    password: str
    role: str


def load_people() -> list[Login]:
    """Make the demo people that are missing. Existing ones keep their passwords and rights."""
    with transaction.atomic():
        logins = [_load("admin", "administrator: may do everything", None)]
        logins += [_load(username, words, role) for username, (role, words) in PEOPLE.items()]
    return logins


def password_of(username: str) -> str:
    """The password that a demo person begins with."""
    return f"onramp-{username}-demo"


def _load(username: str, words: str, role: Role | None) -> Login:
    """role: None for the administrator."""
    password = password_of(username)
    user = User.objects.filter(username=username).first()
    if user is not None:
        return Login(username, password if user.check_password(password) else "", words)
    user = User.objects.create_user(
        username,
        f"{username}@onramp.example",  # reserved (RFC 2606): a mail to it reaches nobody
        password,
        is_staff=role is None or role.uses_admin,
        is_superuser=role is None,
    )
    if role is not None:
        user.groups.add(Group.objects.get(name=role.name))
    if role == PARTNER_USER:
        Member.objects.create(partner=Partner.objects.get(code=MEMBER_OF[username]), user=user)
    return Login(username, password, words)
