"""The layouts that a partner's text files may have."""

import msgspec

from mappings.engine.rules.text_source import TabularSource
from mappings.engine.text.layouts import KnownLayouts
from mappings.engine.text.settings import Layout, TextSettings
from mappings.library import index
from mappings.models import Assignment
from mappings.services.compiled import compiled
from partners.models import AgreementStatus, Direction, Partner

TEXT = "TEXT"


def known_layouts(partner: Partner | None, environment: str) -> KnownLayouts:
    """The partner's own layouts in an environment, with what is agreed about how its files are read; the library's.

    Raises DeclarationError when a mapping that is assigned does not compile.
    """
    standard = [layout for _, layout in index.layouts().values()]
    return KnownLayouts(_agreed(partner, environment) if partner else [], standard)


def _agreed(partner: Partner, environment: str) -> list[tuple[Layout, TextSettings]]:
    assignments = Assignment.objects.filter(
        agreement__partner=partner,
        agreement__environment=environment,
        agreement__direction=Direction.INBOUND,
        agreement__standard=TEXT,
        agreement__status__in=[AgreementStatus.LIVE, AgreementStatus.SUSPENDED],
    ).select_related("version")
    found = []
    for assignment in assignments.defer("version__declaration").order_by("pk"):
        source = compiled(assignment.version).source
        if isinstance(source, TabularSource):
            found.append((source.layout, msgspec.convert(assignment.text_settings, TextSettings)))
    return found
