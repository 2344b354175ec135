"""What every test has."""

import gc
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations
from django.template import Context
from django.template.base import Template
from django.test.signals import template_rendered
from hypothesis import settings

# How many examples a property is tried with. By hand: pytest --hypothesis-profile=thorough -m hypothesis
settings.register_profile("unit", max_examples=25, deadline=None)
settings.register_profile("thorough", max_examples=500, deadline=None)
settings.load_profile("unit")


def _render(template: Template, context: Context) -> str:
    if context.template is template:
        template_rendered.send(sender=template, template=template, context=context)
    return template.nodelist.render(context)


ELSEWHERE = {"browser", "services", "walk", "server", "thorough", "benchmark"}
KINDS = {"unit", "database", *ELSEWHERE}
OF_MODULE = re.compile(r"^pytestmark = (\[.*?\]|.*?$)", re.DOTALL | re.MULTILINE)

gc.disable()  # while modules are imported, of which nothing goes; `_garbage_is_collected_rarely` turns it on


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Who asks for some kinds (`-m unit`) waits for no import of modules that say that they have none of them."""
    kinds = set(config.option.markexpr.split()) - {"or"}
    if not kinds or not kinds <= KINDS or not collection_path.match("test_*.py"):
        return None
    if any(config.invocation_params.dir / name.partition("::")[0] == collection_path for name in config.args):
        return None
    text = collection_path.read_text(encoding="utf-8")
    of_module = OF_MODULE.search(text)
    marks = set(re.findall(r"mark\.(\w+)", of_module[1])) if of_module else set()
    if kinds <= ELSEWHERE:
        has_some = any(f"mark.{kind}" in text for kind in kinds)
    elif marks & ELSEWHERE:
        has_some = bool(marks & kinds)
    else:
        has_some = "database" in kinds or "django_db" not in marks
    return None if has_some else True


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what `make test` runs: `unit`, and `database` for whatever touches one, pages and API among it."""
    for item in items:
        if any(item.get_closest_marker(name) for name in ELSEWHERE):
            continue
        names = set(getattr(item, "fixturenames", ()))
        touches = item.get_closest_marker("django_db") or names & {"db", "transactional_db"}
        item.add_marker("database" if touches else "unit")


@pytest.fixture(scope="session", autouse=True)
def _pages_keep_their_own_context(django_test_environment: None) -> Iterator[None]:
    """`response.context` is that of the page. Django would keep a copy for every part included as well, each row and
    icon of a list: a fifth of the time of the admin's tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", _render)
        yield


@pytest.fixture(scope="session", autouse=True)
def _garbage_is_collected_rarely() -> None:
    """Most objects of a test run are modules and structures that stay; looking through them finds nothing."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)
    gc.enable()


@pytest.fixture(scope="session", autouse=True)
def _postgresql_is_emptied_by_deleting() -> Iterator[None]:
    """After a test that commits. TRUNCATE makes new files for every table and index, seconds for the hundred there are;
    a few rows are deleted in no time, in any order, since foreign keys are checked at the end."""

    def deleting(self: DatabaseOperations, style: object, tables: list[str], **options: object) -> list[str]:
        return [f"DELETE FROM {self.quote_name(table)}" for table in tables]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", deleting)
        yield
