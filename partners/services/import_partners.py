"""Take in partners from a CSV file: first look at every row, then write those that are right."""

from collections import Counter
from typing import Any, NamedTuple

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from config.core.audit import record_decision
from partners.models import Contact, Identity, Partner, PartnerGroup
from partners.services.import_relations import loops, relate
from partners.services.partner_csv import Row, faults_of, read_rows

BATCH = 500


class RowFault(NamedTuple):
    """number: of the row in the file, the heading being 1."""

    number: int
    code: str
    said: str


class Preview(NamedTuple):
    """What an import would do. rows: those that are right."""

    rows: list[Row]
    new: int
    existing: int
    faults: list[RowFault]

    @property
    def wrong_rows(self) -> int:
        return len({fault.number for fault in self.faults})


def preview_import(content: bytes) -> Preview:
    """Check every row by itself, against the others and against what is there. Writes nothing. Raises Unreadable."""
    rows = read_rows(content)
    partners = dict(Partner.objects.values_list("code", "pk"))
    holders = {
        (kind, qualifier, value): code
        for kind, qualifier, value, code in Identity.objects.filter(environment="production").values_list(
            "kind", "qualifier", "value", "partner__code"
        )
    }
    groups = set(PartnerGroup.objects.values_list("name", flat=True))
    codes = Counter(row.cells.get("code", "") for row in rows)
    claimed = Counter(identity for row in rows for identity in row.identities())
    known_codes = partners.keys() | codes.keys()
    looping = loops(rows, dict(Partner.objects.values_list("code", "parent__code")))
    good, faults = [], []
    for row in rows:
        code = row.cells.get("code", "")
        said = list(faults_of(row))
        if codes[code] > 1 and code:
            said.append(f"code: {code} stands in {codes[code]} rows.")
        if row.cells.get("parent") and (row.cells["parent"] not in known_codes or row.cells["parent"] == code):
            said.append(f"parent: there is no other partner {row.cells['parent']}.")
        if chain := looping.get(code):
            said.append(f"parent: {code} would belong to itself ({chain}).")
        if unknown := sorted(set(row.words("groups")) - groups):
            said.append(f"groups: there is no {', '.join(unknown)}.")
        for identity in row.identities():
            holder = holders.get(identity)
            if holder not in (None, code):
                said.append(f"{identity[0]}: {identity[2]} belongs to {holder}.")
            if claimed[identity] > 1:
                said.append(f"{identity[0]}: {identity[2]} stands in {claimed[identity]} rows.")
        faults += [RowFault(row.number, code, one) for one in said]
        if not said:
            good.append(row)
    existing = sum(row.cells["code"] in partners for row in good)
    return Preview(good, len(good) - existing, existing, faults)


class Imported(NamedTuple):
    """left_out: rows; faults: why."""

    created: int
    changed: int
    left_out: int
    faults: list[RowFault]


def import_partners(content: bytes, user: Any) -> Imported:
    """Write all rows that are right; the others are left out. What a file does not say of a partner stays.

    user: who imports, for histories and the chain of decisions. All or nothing. Raises Unreadable.
    """
    with transaction.atomic():
        preview = preview_import(content)
        existing = Partner.objects.in_bulk([row.cells["code"] for row in preview.rows], field_name="code")
        reason = "Imported from CSV"
        fresh = [
            _filled(Partner(code=row.cells["code"]), row) for row in preview.rows if row.cells["code"] not in existing
        ]
        Partner.objects.bulk_create(fresh, batch_size=BATCH)
        changed = 0
        for row in preview.rows:
            partner = existing.get(row.cells["code"])
            if partner is not None and _differs(partner, row):
                _filled(partner, row)._change_reason = reason  # type: ignore[attr-defined]  # read by simple-history
                partner.save()
                changed += 1
        partners = Partner.objects.in_bulk([row.cells["code"] for row in preview.rows], field_name="code")
        _add_identities(preview.rows, partners, user, reason)
        _add_contacts(preview.rows, partners, user, reason)
        relate(preview.rows, partners, {partner.code for partner in fresh}, user, reason)
        record_decision(
            "partners.imported",
            "partners",
            str(user),
            created=len(fresh),
            changed=changed,
            left_out=preview.wrong_rows,
        )
    return Imported(len(fresh), changed, preview.wrong_rows, preview.faults)


def _filled(partner: Partner, row: Row) -> Partner:
    for name, value in _values(row).items():
        setattr(partner, name, value)
    return partner


def _differs(partner: Partner, row: Row) -> bool:
    return any(getattr(partner, name) != value for name, value in _values(row).items())


def _values(row: Row) -> dict[str, Any]:
    """Plain columns that the row says something about."""
    said: dict[str, Any] = {
        name: row.cells[name] for name in ("name", "time_zone", "language", "notes") if row.cells.get(name)
    }
    if roles := row.words("roles"):
        said["roles"] = roles
    if row.cells.get("active"):
        said["is_active"] = row.cells["active"] == "yes"
    return said


def _add_identities(rows: list[Row], partners: dict[str, Partner], user: Any, reason: str) -> None:
    there = set(Identity.objects.filter(environment="production").values_list("kind", "qualifier", "value"))
    fresh = [
        Identity(partner=partners[row.cells["code"]], kind=kind, qualifier=qualifier, value=value)
        for row in rows
        for kind, qualifier, value in row.identities()
        if (kind, qualifier, value) not in there
    ]
    bulk_create_with_history(fresh, Identity, batch_size=BATCH, default_user=user, default_change_reason=reason)


def _add_contacts(rows: list[Row], partners: dict[str, Partner], user: Any, reason: str) -> None:
    there = set(Contact.objects.values_list("partner__code", "name"))
    fresh = [
        Contact(
            partner=partners[row.cells["code"]],
            name=row.cells["contact_name"][:120],
            email=row.cells.get("contact_email", ""),
            phone=row.cells.get("contact_phone", "")[:40],
            purposes=["business"],
        )
        for row in rows
        if row.cells.get("contact_name") and (row.cells["code"], row.cells["contact_name"][:120]) not in there
    ]
    bulk_create_with_history(fresh, Contact, batch_size=BATCH, default_user=user, default_change_reason=reason)
