"""What belongs to an agreement beside its own row: copied, exported and compared with it.

The apps above register what they assign to agreements, under a name that stands in exported files.
"""

from typing import Any, Protocol

from django.core.exceptions import ValidationError

from partners.models import Agreement, ExpectedDocument, Partner


class PartRefused(Exception):
    """A part cannot be made for the draft; the text says why."""


class AgreementPart(Protocol):
    """One part of agreements."""

    def told(self, agreement: Agreement) -> Any:
        """What the agreement has of it, as JSON without keys of this database; None for nothing."""

    def make(self, draft: Agreement, told: Any) -> None:
        """Give a saved draft what another agreement told. Raises PartRefused; within the caller's transaction."""

    def words(self, agreement: Agreement) -> list[tuple[str, str]]:
        """Labels and texts, to be compared by people; the same labels for every agreement."""


PARTS: dict[str, AgreementPart] = {}


def register_part(name: str, part: AgreementPart) -> None:
    """Add a part. Raises ValueError for a name that is taken by another kind of part."""
    if type(PARTS.get(name, part)) is not type(part):
        raise ValueError(f"{name} is registered already")
    PARTS[name] = part


def parts_told(agreement: Agreement) -> dict[str, Any]:
    """What the agreement has of each part, without those that it has nothing of."""
    told = {name: part.told(agreement) for name, part in PARTS.items()}
    return {name: value for name, value in told.items() if value}


def make_parts(draft: Agreement, told: dict[str, Any]) -> None:
    """Give a saved draft its parts, within the caller's transaction. Raises PartRefused."""
    for name, part in PARTS.items():
        if told.get(name):
            part.make(draft, told[name])


class ExpectedDocuments:
    """What the agreement awaits."""

    FIELDS = ("is_active", "occasion", "after_kind", "deadline", "hours", "weekdays")

    def told(self, agreement: Agreement) -> Any:
        return [
            {name: getattr(one, name) for name in self.FIELDS}
            | {"by": one.by.isoformat("minutes"), "after_partner": one.after_partner and one.after_partner.code}
            for one in agreement.expected_documents.select_related("after_partner")
        ]

    def make(self, draft: Agreement, told: Any) -> None:
        try:
            rows = [self._row(draft, dict(one)) for one in told]
            for row in rows:
                row.full_clean()
                row.save()
        except ValidationError as error:
            raise PartRefused(f"Expected documents: {' '.join(error.messages)}") from error
        except (TypeError, ValueError, AttributeError) as error:
            raise PartRefused(f"Expected documents: {error}") from error

    def _row(self, draft: Agreement, said: dict[str, Any]) -> ExpectedDocument:
        code = said.pop("after_partner", None)
        partner = Partner.objects.filter(code=code).first() if code else None
        if code and partner is None:
            raise PartRefused(f"Expected documents: there is no partner {code}.")
        return ExpectedDocument(agreement=draft, after_partner=partner, **said)

    def words(self, agreement: Agreement) -> list[tuple[str, str]]:
        rows = agreement.expected_documents.select_related("agreement__partner", "after_partner")
        return [("Expected documents", "; ".join(str(one) for one in rows if one.is_active))]


register_part("expected_documents", ExpectedDocuments())
