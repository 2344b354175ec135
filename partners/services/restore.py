"""Bring a record back to a version that the history keeps."""

from django.core.exceptions import ValidationError
from django.db import models, transaction

from config.core.audit import record_decision
from partners.models import AgreementStatus
from partners.models.agreement import KEY

# What is live is decided by those who may put live, on its evidence, and never by bringing back old settings.
KEEPS = frozenset({"id", "created_at", "status"})


class NotRestored(Exception):
    """The version cannot come back; the text says why."""


def restore(version: models.Model, actor: str) -> models.Model:
    """Give the record the values of this version and save it, which makes a new version. Returns the record.

    version: a row of the history of a record that still exists. actor: who decided, for the chain of decisions.
    Raises NotRestored when the record is gone, or the values no longer fit together with others.
    """
    model: type[models.Model] = version.instance_type  # type: ignore[attr-defined]  # a row of simple-history
    with transaction.atomic():
        record = model._default_manager.select_for_update().filter(pk=version.instance.pk).first()  # type: ignore[attr-defined]
        if record is None:
            raise NotRestored("The record was deleted; make it anew.")
        if getattr(record, "status", "") == AgreementStatus.LIVE and any(
            getattr(record, name) != getattr(version, name) for name in KEY
        ):
            raise NotRestored("A live agreement keeps what it is about. Retire it, and draft another.")
        for field in version.tracked_fields:  # type: ignore[attr-defined]
            if field.name not in KEEPS:
                setattr(record, field.attname, getattr(version, field.attname))
        try:
            record.full_clean()
        except ValidationError as error:
            raise NotRestored(" ".join(error.messages)) from error
        at = version.history_date  # type: ignore[attr-defined]
        record._change_reason = f"Restored the version of {at:%Y-%m-%d %H:%M} UTC"  # type: ignore[attr-defined]
        record.save()
        record_decision(
            f"{model._meta.model_name}.restored",
            f"{model._meta.verbose_name} {record.pk}: {record}"[:200],
            actor,
            version=version.pk,
            of=at.isoformat(),
        )
    return record
