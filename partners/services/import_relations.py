"""Parents, groups and tags of imported partners: many rows in few statements, histories as if each was saved."""

from collections import defaultdict
from typing import Any

from django.apps import apps
from django.db import models

from partners.models import Partner, PartnerGroup, Tag
from partners.services.partner_csv import Row

BATCH = 500
MANY = ("groups", "tags")


def loops(rows: list[Row], parents: dict[str, str | None]) -> dict[str, str]:
    """Partners that would belong to themselves: code → the chain, in words. parents: of the partners that are there."""
    wanted = parents | {row.cells["code"]: row.cells["parent"] for row in rows if row.cells.get("parent")}
    found = {}
    for row in rows:
        chain = [row.cells.get("code", "")]
        above = wanted.get(chain[0])
        while above and above not in chain:
            chain.append(above)
            above = wanted.get(above)
        if above == chain[0] and len(chain) > 1:
            found[chain[0]] = " → ".join([*chain, above])
    return found


def relate(rows: list[Row], partners: dict[str, Partner], fresh: set[str], user: Any, reason: str) -> None:
    """fresh: codes of partners that were just made and have no history yet; it is written here, relations and all."""
    groups = {group.name: group for group in PartnerGroup.objects.all()}
    tags = _tags(rows)
    others = {row.cells["parent"] for row in rows if row.cells.get("parent")} - partners.keys()
    known = partners | Partner.objects.in_bulk(list(others), field_name="code")
    new_rows = [row for row in rows if row.cells["code"] in fresh]
    made = [partners[row.cells["code"]] for row in new_rows]
    for row, partner in zip(new_rows, made, strict=True):
        if row.cells.get("parent"):
            partner.parent = known[row.cells["parent"]]
    Partner.objects.bulk_update([one for one in made if one.parent_id], ["parent"], batch_size=BATCH)
    chosen = {
        "groups": _chosen(new_rows, partners, "groups", groups),
        "tags": _chosen(new_rows, partners, "tags", tags),
    }
    _write_histories(made, chosen, user, reason)
    _change_others([row for row in rows if row.cells["code"] not in fresh], known, groups, tags, reason)


def _tags(rows: list[Row]) -> dict[str, Tag]:
    """Tags by name; those that nobody used yet are made."""
    return {
        name: Tag.objects.get_or_create(name=name)[0] for name in {tag for row in rows for tag in _names(row, "tags")}
    }


def _names(row: Row, column: str) -> list[str]:
    words = row.words(column)
    return words if column == "groups" else [word.lower().replace(" ", "-")[:40] for word in words]


def _chosen(rows: list[Row], partners: dict[str, Partner], column: str, by_name: dict[str, Any]) -> list[Any]:
    """The rows of the relation, written."""
    through: Any = getattr(Partner, column).through
    target = {"groups": "partnergroup_id", "tags": "tag_id"}[column]
    wanted = [
        through(partner_id=partners[row.cells["code"]].pk, **{target: by_name[name].pk})
        for row in rows
        for name in dict.fromkeys(_names(row, column))
    ]
    return list(through.objects.bulk_create(wanted, batch_size=BATCH))


def _write_histories(made: list[Partner], chosen: dict[str, list[Any]], user: Any, reason: str) -> None:
    history: Any = Partner.history
    kept = history.bulk_history_create(made, BATCH, default_user=user, default_change_reason=reason)
    by_partner = {row.id: row for row in kept}
    for column in MANY:
        kept_model: type[models.Model] = apps.get_model("partners", f"HistoricalPartner_{column}")
        rows = [
            kept_model(
                history=by_partner[one.partner_id], **{f.attname: getattr(one, f.attname) for f in one._meta.fields}
            )
            for one in chosen[column]
        ]
        kept_model._default_manager.bulk_create(rows, batch_size=BATCH)


def _change_others(
    rows: list[Row], known: dict[str, Partner], groups: dict[str, Any], tags: dict[str, Any], reason: str
) -> None:
    """Partners that were there already: only what they lack."""
    has: dict[str, dict[int, set[int]]] = {}
    pks = [known[row.cells["code"]].pk for row in rows]
    for column in MANY:
        has[column] = defaultdict(set)
        for start in range(0, len(pks), BATCH):
            pairs = Partner.objects.filter(pk__in=pks[start : start + BATCH]).values_list("pk", f"{column}__pk")
            for pk, other in pairs:
                has[column][pk].add(other)
    for row in rows:
        partner = known[row.cells["code"]]
        partner._change_reason = reason  # type: ignore[attr-defined]  # read by simple-history
        if row.cells.get("parent") and partner.parent_id != known[row.cells["parent"]].pk:
            partner.parent = known[row.cells["parent"]]
            partner.save()
        for column, by_name in (("groups", groups), ("tags", tags)):
            missing = [by_name[name] for name in _names(row, column) if by_name[name].pk not in has[column][partner.pk]]
            if missing:
                getattr(partner, column).add(*missing)
