"""What differs between two versions of a record, or between two records of one kind?"""

from typing import Any, NamedTuple

from django.db.models import Field, ForeignKey, JSONField, Model

from partners.policies import WORDS, Policies
from partners.policies.sealed import SECRETS, is_same

NOT_COMPARED = frozenset({"id", "created_at", "uploaded_at"})


class Difference(NamedTuple):
    """One setting on both sides, as text for people. name: of the field, or of the policy behind "policies."."""

    name: str
    label: str
    left: str
    right: str

    @property
    def is_changed(self) -> bool:
        return self.left != self.right


def compare(
    left: Model, right: Model, policies: tuple[dict[str, Any], dict[str, Any]] | None = None
) -> list[Difference]:
    """Every field of two records of one model, in the order of the model; policies one by one.

    left, right: records, or versions of them as they are kept. policies: what to compare instead of the policies that
    the records themselves set, such as those in force.
    """
    found = []
    for field in _fields_of(left, right):
        if field.name == "policies":
            sides = policies or (left.policies, right.policies)  # type: ignore[attr-defined]
            found += compare_policies(*sides)
        else:
            label = str(field.verbose_name)
            found.append(Difference(field.name, label[:1].upper() + label[1:], _text(left, field), _text(right, field)))
    return found


def _fields_of(left: Model, right: Model) -> list[Field]:
    """What both have: a kept version lacks the secrets of its record."""
    model = getattr(type(left), "instance_type", None) or type(left)
    names = {f.name for f in left._meta.concrete_fields} & {f.name for f in right._meta.concrete_fields}
    return [f for f in model._meta.concrete_fields if f.name not in NOT_COMPARED and f.name in names]


def _text(record: Model, field: Field) -> str:
    if isinstance(field, ForeignKey):
        pk = getattr(record, field.attname)
        if pk is not None and field.is_cached(record):
            return str(getattr(record, field.name))
        target = field.related_model._default_manager.filter(pk=pk).first() if pk is not None else None
        return str(target) if target else f"no. {pk}, which is gone" if pk is not None else ""
    value = getattr(record, field.name)
    if isinstance(field, JSONField):
        return _json(value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return {True: "yes", False: "no", None: ""}.get(value, str(value)) if value in (True, False, None) else str(value)


def _json(value: Any) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_json(one)}" for name, one in sorted(value.items()))
    return ", ".join(_json(one) for one in value) if isinstance(value, list) else str(value)


def compare_policies(left: dict[str, Any], right: dict[str, Any]) -> list[Difference]:
    """Each policy that one of two layers has. Of secrets only whether they differ."""
    names = [name for name in Policies.__struct_fields__ if name in left or name in right]
    return [Difference(f"policies.{name}", WORDS[name].label, *_policy_pair(left, right, name)) for name in names]


def _policy_pair(left: dict[str, Any], right: dict[str, Any], name: str) -> tuple[str, str]:
    said = _policy(left, name), _policy(right, name)
    if name in SECRETS and left.get(name) and right.get(name) and not is_same(name, left[name], right[name]):
        return said[0], f"{said[1]} (another)"
    return said


def _policy(policies: dict[str, Any], name: str) -> str:
    if name not in policies:
        return "inherited"
    return WORDS[name].say(policies[name])
