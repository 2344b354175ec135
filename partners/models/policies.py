"""The field that keeps one layer of policies."""

from collections.abc import Sequence
from typing import Any

from django.db import models

from partners.policies.sealed import seal_layer


class PoliciesField(models.JSONField):
    """A JSON object whose secrets are sealed before it is written, whoever writes it."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """The record has the sealed text from then on, so that its history keeps the same. Raises VaultLocked."""
        sealed = _sealed(getattr(model_instance, self.attname))
        setattr(model_instance, self.attname, sealed)
        return sealed

    def get_prep_value(self, value: Any) -> Any:
        """Of `update()`, which saves no record. Raises VaultLocked."""
        return super().get_prep_value(_sealed(value))

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        """As the JSON field that it is in the database: migrations see what is stored."""
        name, _, args, options = super().deconstruct()
        return name, "django.db.models.JSONField", args, options


def _sealed(value: Any) -> Any:
    return seal_layer(value) if isinstance(value, dict) else value
