"""Roles are Django's groups; its word for them stays out of what people read."""

import re

from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from config.core.roles import FINANCE
from tests.factories import make_user


def test_the_trail_above_a_role_says_roles(db: None) -> None:
    client = Client()
    client.force_login(make_user(is_superuser=True))
    role = Group.objects.get(name=FINANCE.name)
    for url in (reverse("admin:auth_group_changelist"), reverse("admin:auth_group_change", args=[role.pk])):
        text = client.get(url).content.decode()
        trail = [part.strip() for part in re.findall(r'tracking-tight"[^>]*>([^<]*)<', text)]
        assert trail[:1] == ["Roles"], url
        assert "Authentication and Authorization" not in text, url
