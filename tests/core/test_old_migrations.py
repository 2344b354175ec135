"""If these fail, a database of before 0.1.0 goes on without tables that pages need, or one that is fine is refused."""

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db.migrations.recorder import MigrationRecorder

from config.core.old_migrations import SECOND_AND_LAST, no_database_stopped_half_way

Applied = Callable[[dict[str, tuple[str, ...]]], None]


@pytest.fixture
def applied(monkeypatch: pytest.MonkeyPatch) -> Applied:
    """Calling it with names per app makes these the migrations that the database has on record."""

    def has(names: dict[str, tuple[str, ...]]) -> None:
        record = {(app, name): None for app, all_of_it in names.items() for name in all_of_it}
        monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda self: record)

    return has


def test_one_that_stopped_half_way_is_not_migrated_and_told_what_to_do(db: None, applied: Applied) -> None:
    applied({app: ("0001_initial", second) for app, (second, _) in SECOND_AND_LAST.items()})
    with pytest.raises(SystemCheckError, match=r"core\.E001.*0016_carries") as refused:
        call_command("migrate", "--plan", skip_checks=False)
    assert str(refused.value).count("Begin with an empty database") == len(SECOND_AND_LAST)


def test_one_that_had_them_all_goes_on(applied: Applied) -> None:
    applied({app: ("0001_initial", *names) for app, names in SECOND_AND_LAST.items()})
    assert no_database_stopped_half_way(["default"]) == []


def test_a_new_one_goes_on(applied: Applied) -> None:
    applied({})
    assert no_database_stopped_half_way(["default"]) == []
    applied({app: ("0001_initial",) for app in SECOND_AND_LAST})
    assert no_database_stopped_half_way(["default"]) == []


def test_where_no_database_is_looked_at_there_is_nothing_to_say() -> None:
    assert no_database_stopped_half_way() == []
