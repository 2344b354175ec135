"""Partners as a CSV file that an import takes back."""

import csv
from collections.abc import Iterator
from io import StringIO

from django.db.models import Prefetch, QuerySet

from partners.models import Identity, Partner
from partners.services.partner_csv import COLUMNS, IDENTITY_COLUMNS, safe_cell

# Whoever may not look at one of these gets no file that holds it.
SEEN_IN_EXPORT = ("partners.view_partner", "partners.view_identity", "partners.view_contact")


def export_partners(partners: QuerySet[Partner]) -> Iterator[str]:
    """The lines of the file with its heading; a fixed number of queries for each 500 partners."""
    production = Identity.objects.filter(environment="production").order_by("pk")
    yield _line(COLUMNS)
    rows = partners.select_related("parent").prefetch_related(
        "groups", "tags", "contacts", Prefetch("identities", queryset=production, to_attr="in_production")
    )
    for partner in rows.iterator(chunk_size=500):
        yield _line([safe_cell(_cells(partner)[column]) for column in COLUMNS])


def _cells(partner: Partner) -> dict[str, str]:
    contact = next(iter(partner.contacts.all()), None)
    identities: list[Identity] = partner.in_production  # type: ignore[attr-defined]  # prefetched above
    return {
        "code": partner.code,
        "name": partner.name,
        "roles": ";".join(partner.roles),
        "active": "yes" if partner.is_active else "no",
        "time_zone": partner.time_zone,
        "language": partner.language,
        "parent": partner.parent.code if partner.parent else "",
        "groups": ";".join(group.name for group in partner.groups.all()),
        "tags": ";".join(tag.name for tag in partner.tags.all()),
        "notes": partner.notes,
        "contact_name": contact.name if contact else "",
        "contact_email": contact.email if contact else "",
        "contact_phone": contact.phone if contact else "",
        **{kind: ";".join(str(one) for one in identities if one.kind == kind) for kind in IDENTITY_COLUMNS},
    }


def _line(values: object) -> str:
    out = StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(values)  # type: ignore[arg-type]  # a sequence of texts
    return out.getvalue()
