"""The direction of imports holds for the database too: a foreign key named in a string is an import as well.

Whoever puts partners above mappings, even in one field, can no longer delete, test or move the lower app alone.
"""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db.models import Field, ForeignObjectRel, Model

# From the top down; each app may refer to itself and to those after it.
LAYERS = ("transactions", "mappings", "partners", "core")
OURS = [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in LAYERS]


def relations(model: type[Model]) -> Iterator[tuple[str, str]]:
    """Each relation that this model declares: its name and the app that it leads to."""
    for field in model._meta.get_fields(include_hidden=True):
        target = field.related_model
        if isinstance(field, Field) and not isinstance(field, ForeignObjectRel) and isinstance(target, type):
            yield field.name, target._meta.app_label


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_relations_lead_downwards(model: type[Model]) -> None:
    level = LAYERS.index(model._meta.app_label)
    upwards = [f"{name} → {app}" for name, app in relations(model) if app in LAYERS and LAYERS.index(app) < level]
    assert upwards == []


def test_the_walk_sees_relations() -> None:
    """A walk that finds nothing would let everything pass."""
    seen = {(model._meta.app_label, app) for model in OURS for _, app in relations(model)}
    assert {("transactions", "partners"), ("mappings", "partners"), ("partners", "core")} <= seen
