"""The mapping of an agreement and its rules beyond the standard go with it when it is copied, moved or compared."""

import json
from typing import Any

from django.core.exceptions import ValidationError

from mappings.models import Assignment, MappingVersion, VersionStatus
from partners.models import Agreement
from partners.services.agreement_parts import PartRefused


class AssignedMapping:
    """Told by the mapping's code, number and checksum, which mean the same in another Onramp."""

    def told(self, agreement: Agreement) -> Any:
        assignment = _assignment(agreement)
        if assignment is None:
            return None
        version = assignment.version
        return {
            "mapping": version.mapping.code,
            "number": version.number,
            "checksum": version.checksum,
            "text_settings": assignment.text_settings,
            "overlay": assignment.overlay,
        }

    def make(self, draft: Agreement, told: Any) -> None:
        """The version with the same checksum, else the newest published one of the mapping.

        Without any, a mapping is chosen by hand; settings and rules, which belong to it, are never left behind.
        """
        try:
            code, checksum = str(told["mapping"]), str(told["checksum"])
            settings, overlay = told.get("text_settings") or {}, told.get("overlay") or []
        except (TypeError, KeyError, AttributeError) as error:
            raise PartRefused(f"The mapping is not told as it must be: {error}") from error
        published = MappingVersion.objects.filter(mapping__code=code, status=VersionStatus.PUBLISHED)
        version = published.filter(checksum=checksum).first() or published.order_by("-number").first()
        if version is None:
            if settings or overlay:
                raise PartRefused(f"Its rules belong to the mapping {code}, of which no version is published here.")
            return
        assignment = Assignment(agreement=draft, version=version, text_settings=settings, overlay=overlay)
        try:
            assignment.full_clean()
        except ValidationError as error:
            raise PartRefused(f"Mapping: {' '.join(error.messages)}") from error
        assignment.save()

    def words(self, agreement: Agreement) -> list[tuple[str, str]]:
        assignment = _assignment(agreement)
        rules = assignment.overlay if assignment else []
        settings = assignment.text_settings if assignment else {}
        return [
            ("Mapping", str(assignment.version) if assignment else ""),
            ("Rules beyond the standard", "; ".join(json.dumps(rule, ensure_ascii=False) for rule in rules)),
            ("Text settings", json.dumps(settings, ensure_ascii=False, sort_keys=True) if settings else ""),
        ]


def _assignment(agreement: Agreement) -> Assignment | None:
    rows = Assignment.objects.filter(agreement=agreement).select_related("version__mapping")
    return rows.defer("version__declaration").first()
