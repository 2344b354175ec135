"""Set up or change a record of configuration: the same checks for whoever asks."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction

from config.core.models import User
from config.core.vault import VaultLocked
from partners.models import Agreement, AgreementStatus, Connection, HousePolicies, Partner, Protocol
from partners.protocols import settings_faults, type_faults
from partners.services.check_policies import check_policies
from partners.services.revisions import refuse_outdated
from partners.services.secrets import UnknownSecret, keep_secret

Record = TypeVar("Record", bound=models.Model)
ACTIVATE = "partners.activate_agreement"
# What an approver agreed to. Policies may follow a partner's needs, and the history says who changed them.
SUBJECT = ("partner", "direction", "kind", "standard", "set_id", "release", "environment")
# What folders, URLs, settings and secrets hang on.
STAYS: dict[type[models.Model], tuple[str, ...]] = {Partner: ("code",), Connection: ("protocol",)}


class Refused(Exception):
    """errors: field ("" for the whole record) → sentences."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(" ".join(said for each in errors.values() for said in each))
        self.errors = errors


def change(
    record: Record, values: dict[str, Any], *, by: User, reason: str = "", revision: str | None = None
) -> Record:
    """Give a record these values and save it; one that was never saved is made.

    values: by field; rows for many-to-many fields; for a connection also "secrets", name → text ("" removes one).
    revision: which one they were decided on; None = whichever. Raises Refused, with nothing changed, and Outdated.
    """
    try:
        with transaction.atomic():
            return _change(record, dict(values), by, reason, revision)
    except IntegrityError as error:  # somebody else was faster by less than the checks take
        raise Refused({"": ["Another record has this already."]}) from error


def _change(record: Record, values: dict[str, Any], by: User, reason: str, revision: str | None) -> Record:
    model = type(record)
    secrets = values.pop("secrets", {})
    stored = record
    if record.pk is not None:
        stored = model._default_manager.select_for_update().get(pk=record.pk)
        refuse_outdated(stored, revision)
    many = {name: values.pop(name) for name in [f.name for f in model._meta.many_to_many] if name in values}
    if errors := give(stored, values, by):
        raise Refused(errors)
    stored._change_reason = reason[:100] or None  # type: ignore[attr-defined]  # read by simple-history
    stored._history_user = by  # type: ignore[attr-defined]  # so is this
    stored.save()
    for name, rows in many.items():
        getattr(stored, name).set(rows)
    if isinstance(stored, Connection):
        _keep_secrets(stored, secrets)
    return stored


def give(record: models.Model, values: dict[str, Any], by: User) -> dict[str, list[str]]:
    """Set plain fields; what is wrong with the record now: field ("" for the whole) → sentences. Saves nothing."""
    before = _now(record, values)
    for name, value in values.items():
        setattr(record, name, value)
    changed = [name for name, value in _now(record, values).items() if value != before[name]]
    errors = _faults(record, changed if record.pk is not None else None, before, by)
    try:
        record.full_clean()
    except ValidationError as error:
        for name, said in error.message_dict.items():
            errors.setdefault("" if name == NON_FIELD_ERRORS else name, []).extend(said)
    return errors


def _now(record: models.Model, names: Iterable[str]) -> dict[str, Any]:
    fields = {field.name: field for field in record._meta.concrete_fields}
    return {name: fields[name].value_from_object(record) for name in names}


def moved_while_live(changed: list[str], was: str, by: User) -> list[str]:
    """What of an agreement may not change since it was live, in sentences."""
    if was != AgreementStatus.LIVE or not set(changed) & set(SUBJECT) or by.has_perm(ACTIVATE):
        return []
    return ["A live agreement keeps what it is about. Retire it and draft another, or ask an approver."]


def connection_faults(connection: Connection) -> list[str]:
    """What is wrong with its settings, in sentences. While it is not enabled, they may be half done."""
    if not connection.is_enabled:
        return type_faults(connection.protocol, connection.settings)
    return settings_faults(connection.protocol, connection.settings) + _log_in_taken(connection)


def _log_in_taken(connection: Connection) -> list[str]:
    """Who logs in to our SFTP server is known by the name alone."""
    name = connection.settings.get("user", "")
    if connection.protocol != Protocol.SFTP_HOSTED or not name:
        return []
    others = Connection.objects.filter(protocol=Protocol.SFTP_HOSTED, is_enabled=True, settings__user=name)
    other = others.exclude(pk=connection.pk).select_related("partner").first()
    return [f"{other} logs in as {name} already."] if other else []


def _faults(record: models.Model, changed: list[str] | None, before: dict[str, Any], by: User) -> dict[str, list[str]]:
    """changed: None for a record that is being made."""
    errors: dict[str, list[str]] = {}
    for name in STAYS.get(type(record), ()):
        if changed and name in changed:
            errors[name] = ["It stays as it is: make another record instead."]
    if isinstance(record, Agreement):
        was = before.get("status", record.status) if changed is not None else AgreementStatus.DRAFT
        if moved := moved_while_live(changed or [], was, by):
            errors[""] = moved
        if record.status == AgreementStatus.LIVE and was != AgreementStatus.LIVE:
            errors["status"] = ["An approver puts it live, which is an action of its own."]
    if isinstance(record, Connection) and (said := connection_faults(record)):
        errors["settings"] = said
    if isinstance(record, (Partner, Agreement, HousePolicies)) and (changed is None or "policies" in changed):
        errors |= _policy_faults(record)
    return errors


def _policy_faults(record: Partner | Agreement | HousePolicies) -> dict[str, list[str]]:
    try:
        type(record)._meta.get_field("policies").run_validators(record.policies)
    except ValidationError:
        return {}  # full_clean says so
    partner = record.partner if isinstance(record, Agreement) and record.partner_id else None
    said = check_policies(record.policies, partner, is_house=isinstance(record, HousePolicies))
    return {"policies": said} if said else {}


def _keep_secrets(connection: Connection, secrets: dict[str, str]) -> None:
    for name, value in secrets.items():
        try:
            keep_secret(connection, name, value)
        except (UnknownSecret, VaultLocked) as error:
            raise Refused({"secrets": [str(error)]}) from error
