"""Give many partners or agreements the same settings: first look at each, then change those that it fits."""

from collections.abc import Iterable
from copy import copy
from enum import StrEnum
from typing import Any, NamedTuple

from django.db import transaction

from config.core.audit import record_decision
from config.core.ids import uuid7
from config.core.models import User
from partners.models import Agreement, Partner
from partners.services.change import Refused, change, give
from partners.services.compare import Difference, compare
from partners.services.revisions import Outdated, revision_of

MOST = 500  # rows at once: what a page can show and a request can do
INHERIT = None  # as the value of a policy: it is no longer set here
SETTABLE: dict[type[Partner] | type[Agreement], tuple[str, ...]] = {
    Partner: ("business_owner", "technical_owner", "calendar", "service_level", "time_zone", "language", "is_active"),
    Agreement: ("business_owner", "technical_owner", "effective_until"),
}


class Outcome(StrEnum):
    CHANGE = "change"  # it would be changed, or was
    SAME = "same"  # it has these settings already
    REFUSED = "refused"


class Row(NamedTuple):
    """One record. differences: what changes, old on the left. said: why it is refused.

    revision: which one it was looked at; changing it is refused when there is a newer one by then.
    """

    record: Any
    outcome: Outcome
    differences: list[Difference]
    said: list[str]
    revision: str


def preview_many(records: Iterable[Any], values: dict[str, Any], policies: dict[str, Any], by: User) -> list[Row]:
    """What would come of each. Writes nothing.

    values: of SETTABLE fields; policies: by name, INHERIT takes one away, the others of the record stay. No secrets:
    what is set for many is shown and recorded.
    """
    return [_look(record, values, policies, by) for record in list(records)[:MOST]]


def change_many(
    records: Iterable[Any],
    values: dict[str, Any],
    policies: dict[str, Any],
    *,
    by: User,
    reason: str = "",
    revisions: dict[int, str] | None = None,
) -> list[Row]:
    """Change each by itself, with an entry in the audit chain for each; one that is refused harms no other.

    revisions: primary key → the revision that was looked at. Returns what came of each.
    """
    batch = str(uuid7())
    return [
        _do(row, values, policies, by, reason, (revisions or {}).get(row.record.pk), batch)
        for row in preview_many(records, values, policies, by)
    ]


def _look(record: Any, values: dict[str, Any], policies: dict[str, Any], by: User) -> Row:
    changed = copy(record)
    errors = give(changed, _values(record, values, policies), by)
    differences = [one for one in compare(record, changed) if one.is_changed]
    said = [sentence for each in errors.values() for sentence in each]
    outcome = Outcome.SAME if not differences else Outcome.REFUSED if said else Outcome.CHANGE
    return Row(record, outcome, differences, said if outcome == Outcome.REFUSED else [], revision_of(record))


def _do(
    row: Row, values: dict[str, Any], policies: dict[str, Any], by: User, reason: str, revision: str | None, batch: str
) -> Row:
    if row.outcome != Outcome.CHANGE:
        return row
    kind = type(row.record)._meta.model_name
    try:
        with transaction.atomic():
            wanted = _values(row.record, values, policies)
            kept = change(row.record, wanted, by=by, reason=reason, revision=revision or row.revision)
            changes = {one.name: [one.left, one.right] for one in row.differences}
            subject = f"partner {kept.code}" if isinstance(kept, Partner) else f"{kind} {kept.pk}"
            record_decision(f"{kind}.changed_with_others", subject, by.get_username(), changes=changes, batch=batch)
    except (Refused, Outdated) as refused:
        return row._replace(outcome=Outcome.REFUSED, said=[str(refused)])
    return row


def _values(record: Any, values: dict[str, Any], policies: dict[str, Any]) -> dict[str, Any]:
    if not policies:
        return dict(values)
    merged = {**record.policies, **policies}
    return {**values, "policies": {name: value for name, value in merged.items() if value is not INHERIT}}
