"""ISA02 and ISA04 of what is set up already, and of its histories, are sealed."""

from typing import Any

from django.db import migrations
from django.db.models import Q

from partners.policies.sealed import SECRETS, opened, seal_layer

MODELS = ("partner", "agreement", "housepolicies")


def _each(apps: Any, change: Any) -> None:
    for name in [*MODELS, *(f"historical{model}" for model in MODELS)]:
        model = apps.get_model("partners", name)
        with_secrets = Q()
        for secret in sorted(SECRETS):
            with_secrets |= Q(policies__has_key=secret)
        for row in model.objects.filter(with_secrets).only("policies").iterator():
            changed = change(row.policies)
            if changed != row.policies:
                model.objects.filter(pk=row.pk).update(policies=changed)


def seal_all(apps: Any, schema_editor: Any) -> None:
    """Raises VaultLocked where something is to be sealed and there is no key: the text says what to set."""
    _each(apps, seal_layer)


def open_all(apps: Any, schema_editor: Any) -> None:
    """The way back: as earlier releases keep it."""
    _each(apps, lambda layer: {n: opened(n, v) if n in SECRETS else v for n, v in layer.items()})


class Migration(migrations.Migration):
    dependencies = [("partners", "0014_retests")]
    operations = [migrations.RunPython(seal_all, open_all)]
