"""Consumers upgrade when they like: what would break them must be named before it is published."""

import json
from pathlib import Path
from typing import Literal

import msgspec
import pytest

from mappings.engine.canonical.compatibility import breaks, main
from mappings.engine.canonical.parts import Note, Number, Part, Text
from mappings.engine.canonical.schema import MODELS, json_schema


class Old(Part, frozen=True, kw_only=True):
    name: Text
    kind: Literal["a", "b"] | None = None
    amount: Number | None = None
    tags: list[Literal["x"]] = []
    notes: list[Note] = []


def schema(**differs: object) -> dict[str, object]:
    """The schema of the struct above with fields changed, added, or (None) taken away."""
    fields = {field.encode_name: (field.type, _default(field)) for field in msgspec.structs.fields(Old)} | differs
    rows = [(name, *spec) for name, spec in fields.items() if spec]  # type: ignore[misc]
    rows = [row[:2] if row[2] is msgspec.NODEFAULT else row for row in rows]
    made = msgspec.defstruct("Old", rows, bases=(Part,), frozen=True, kw_only=True)
    return {"$defs": msgspec.json.schema_components([made], ref_template="#/$defs/{name}")[1]}


def _default(field: msgspec.structs.FieldInfo) -> object:
    return [] if field.default_factory is list else field.default


BEFORE = schema()


@pytest.mark.parametrize(
    "after",
    [
        {},
        {"later": (Text | None, None)},
        {"kind": (Literal["a"] | None, None)},
        {"amount": (Number, msgspec.NODEFAULT)},
    ],
)
def test_what_consumers_do_not_notice(after: dict[str, object]) -> None:
    assert breaks(BEFORE, schema(**after)) == []


@pytest.mark.parametrize(
    ("after", "told"),
    [
        ({"amount": None}, "Old.amount is gone"),
        ({"name": (Text | None, None)}, "Old.name may be missing"),
        ({"kind": (Literal["a", "b", "c"] | None, None)}, "Old.kind may be 'c'"),
        ({"tags": (list[Literal["x", "y"]], [])}, "Old.tags[] may be 'y'"),
        ({"amount": (int | None, None)}, "Old.amount may be type integer"),
    ],
)
def test_what_breaks_consumers_is_named(after: dict[str, object], told: str) -> None:
    assert [f"{one.place} {one.why}" for one in breaks(BEFORE, schema(**after))] == [told]


def test_what_a_list_holds_must_stay() -> None:
    told = [f"{one.place} {one.why}" for one in breaks(BEFORE, schema(notes=(list[Text], [])))]
    assert told == ["Old.notes[] may be type string, minLength 1", "Note is gone"]


def test_a_struct_that_is_gone_is_named() -> None:
    assert [one.place for one in breaks(BEFORE, {"$defs": {}})] == list(BEFORE["$defs"])  # type: ignore[call-overload]


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_compatible_with_itself(name: str) -> None:
    schema = json_schema(name)
    assert breaks(schema, schema) == []


def test_the_command_fails_where_something_breaks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps(BEFORE))
    new.write_text(json.dumps(schema(amount=None)))
    assert main(str(old), str(old)) == 0
    assert main(str(old), str(new)) == 1
    assert capsys.readouterr().out == "Old.amount is gone\n"
