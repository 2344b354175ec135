"""Paths say what analysts mean. A path read wrongly maps the wrong element, silently."""

import pytest

from mappings.engine.errors import DeclarationError
from mappings.engine.rules.paths import FieldFilter, Filter, SourcePath, Step, parse_source, parse_target


@pytest.mark.parametrize(
    ("text", "steps", "element", "component"),
    [
        ("BEG03", (Step("BEG"),), 3, 0),
        ("BEG/03", (Step("BEG"),), 3, 0),
        ("CTP05-1", (Step("CTP"),), 5, 1),
        ("N104", (Step("N1"),), 4, 0),
        ("REF[01=DP]/02", (Step("REF", (Filter(1, ("DP",)),)),), 2, 0),
        ("REF[01!=DP|IA]/02", (Step("REF", (Filter(1, ("DP", "IA"), negated=True),)),), 2, 0),
        ("N1[01=ST]/N104", (Step("N1", (Filter(1, ("ST",)),)), Step("N1")), 4, 0),
        (
            "N1[01=ST][03=92]/N4/N401",
            (Step("N1", (Filter(1, ("ST",)), Filter(3, ("92",)))), Step("N4"), Step("N4")),
            1,
            0,
        ),
        ("PO1Loop1/PID05", (Step("PO1Loop1"), Step("PID")), 5, 0),
        ("REF[01=A/B]/02", (Step("REF", (Filter(1, ("A/B",)),)),), 2, 0),
        ("N9", (Step("N9"),), 0, 0),
    ],
)
def test_source_path(text: str, steps: tuple[Step, ...], element: int, component: int) -> None:
    path = parse_source(text, "rules.x")
    assert (path.steps, path.element, path.component) == (steps, element, component)


def test_scopes_groups_and_envelope() -> None:
    assert parse_source("../N104", "r").up == 1
    assert parse_source("/BEG03", "r").absolute
    assert parse_source("$2", "r") == SourcePath("$2", group=2)
    assert parse_source("@set.id", "r") == SourcePath("@set.id", context="set.id")


@pytest.mark.parametrize(
    "text",
    ["", "beg03", "BEG00", "BEG03-0", "/", "BEG//03", "REF[]/02", "REF[1=A]/02", "REF[01=]/02", "$0", "$x", "@", "A B"],
)
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(DeclarationError) as error:
        parse_source(text, "rules.number")
    assert error.value.rule == "rules.number"


def test_target_paths() -> None:
    lines, amount = parse_target("lines[!parent_key][relation=add]/amount", "r")
    assert lines.filters == (FieldFilter("parent_key", absent=True), FieldFilter("relation", "add"))
    assert amount.name == "amount"


@pytest.mark.parametrize("text", ["", "Lines", "lines[", "lines[!a=b]", "lines//amount", "lines[=x]"])
def test_what_is_no_target_path_is_refused(text: str) -> None:
    with pytest.raises(DeclarationError):
        parse_target(text, "rules.totals")
