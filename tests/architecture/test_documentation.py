"""Somebody sets Onramp up from its documentation alone: what it names must exist, and what exists must be named."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [
    *(ROOT / "config" / "docs").rglob("*.md"),
    *(path for path in (ROOT / "README.md", ROOT / ".github" / "CONTRIBUTING.md") if path.exists()),
]


def test_every_variable_of_the_settings_is_documented() -> None:
    source = (ROOT / "config" / "settings.py").read_text() + (ROOT / "config" / "devserver" / "options.py").read_text()
    read = set(re.findall(r"env(?:ironment|iron)?\.\w+\(\s*\"([A-Z_]+)\"", source))
    operations = (ROOT / "config" / "docs" / "operations.md").read_text()
    assert "DATABASE_URL" in read
    assert {name for name in read if f"`{name}`" not in operations} == set()


def test_documented_limits_are_those_of_the_settings() -> None:
    source = (ROOT / "config" / "settings.py").read_text()
    defaults = re.findall(r"env\.(?:int|float)\(\s*\"([A-Z_]+)\", default=([\d_.]+)\)", source)
    operations = (ROOT / "config" / "docs" / "operations.md").read_text()
    documented = {
        name: float(number.replace(" ", ""))
        for name, number in re.findall(r"^\| `([A-Z_]+)` \| ([\d .]+) \|", operations, re.MULTILINE)
    }
    assert defaults
    assert {name: float(default) for name, default in defaults} == {name: documented.get(name) for name, _ in defaults}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_and_pictures_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", document.read_text())
    inside = [target for target in targets if not re.match(r"[a-z]+:", target)]
    assert [target for target in inside if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_make_targets_that_are_named_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`(?:[A-Z]+=\S+ )*make ([a-z-]+)`", document.read_text()))
    assert named - targets == set()
