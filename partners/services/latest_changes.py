"""Who changed what may concern a partner's agreements, read from the history of all watched rows."""

from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import ObjectDoesNotExist

from partners.models import Agreement
from partners.readiness.registry import EVERYBODY, WATCHED
from partners.services.four_eyes import DECIDED

READ = 200  # latest rows of each kind
VERBS = {"+": "added", "~": "changed", "-": "removed"}
NOBODY = "a program"


class LatestChange(NamedTuple):
    """by: the user's name. what: such as "changed identity ZZ ACME"."""

    at: datetime
    by: str
    what: str


def latest_changes(agreement: Agreement, since: datetime, most: int = 5) -> list[LatestChange]:
    """What was saved since a moment that concerns the agreement, latest first. One query for each kind of row."""
    found = []
    for model, partners_of in WATCHED.items():
        history = model.history  # type: ignore[attr-defined]  # every watched model keeps its history
        rows = history.filter(history_date__gt=since).exclude(history_change_reason=DECIDED)
        for record in rows.select_related("history_user").order_by("-history_date")[:READ]:
            row = record.instance
            try:
                concerned = partners_of(row)
                if concerned is not EVERYBODY and agreement.partner_id not in concerned:
                    continue
                name = f"{model._meta.verbose_name} {row}"
            except ObjectDoesNotExist:  # what it belonged to is gone, and with it whom it concerned
                continue
            by = record.history_user.get_username() if record.history_user else NOBODY
            found.append(LatestChange(record.history_date, by, f"{VERBS[record.history_type]} {name}"))
    return sorted(found, reverse=True)[:most]
