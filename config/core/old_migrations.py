"""Databases from before 0.1.0, whose many migrations are one per app now: one that stopped half-way cannot go on."""

from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

# The second and the last that each app had. Who has the second and not the last stands between them.
SECOND_AND_LAST = {
    "core": ("0002_saved_filters", "0007_second_factor"),
    "partners": ("0002_members_and_identities", "0016_carries"),
    "mappings": ("0002_text_settings", "0006_onboarding"),
    "transactions": ("0002_formats_and_cases", "0015_sent_by_others"),
}


def no_database_stopped_half_way(databases: Sequence[str] | None = None, **kwargs: Any) -> list[checks.CheckMessage]:
    """One error per app whose old migrations are not all there; `migrate` stops at it. Needs a database to look at."""
    return [
        checks.Error(
            f"Database {using} comes from an unreleased Onramp: {label} stopped before its migration {last}, and all "
            "of them are 0001_initial now, which counts as applied.",
            hint="Begin with an empty database; or bring this one up to date with the last source that has them "
            f"(the parent of the commit that `git log -1 -- '*{label}/migrations/{last}.py'` names: check it "
            f"out, migrate), and come back.",
            id="core.E001",
        )
        for using in databases or ()
        for applied in [MigrationRecorder(connections[using]).applied_migrations()]
        for label, (second, last) in SECOND_AND_LAST.items()
        if (label, second) in applied and (label, last) not in applied
    ]
