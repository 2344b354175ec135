"""The published schema is a promise to consumers. When one of these fails, their validation breaks without notice."""

import json

import jsonschema
import msgspec
import pytest

from mappings.engine.canonical.order import Order
from mappings.engine.canonical.schema import DIALECT, MODELS, json_schema, model, schema_path, schema_text
from mappings.engine.errors import DeclarationError

LEAST = {
    "model": "order/1",
    "number": "1",
    "purpose": "original",
    "type": "standard",
    "totals": {"computed": {"line_count": 0}},
}


@pytest.mark.parametrize("name", MODELS)
def test_published_schema_is_current(name: str) -> None:
    published = schema_path(name).read_text(encoding="utf-8")
    assert published == schema_text(name), "run python -m mappings.engine.canonical.schema"


def test_schemas_are_valid_and_named() -> None:
    """Whatever two models share is checked once, and is the same in both."""
    shared: dict[str, object] = {}
    for name in MODELS:
        schema = json_schema(name)
        assert (schema["$schema"], schema["$id"]) == (DIALECT, name)
        for struct, definition in schema.pop("$defs").items():
            assert shared.setdefault(struct, definition) == definition, f"{struct} in {name}"
        jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator.check_schema({"$schema": DIALECT, "$defs": shared})


@pytest.mark.parametrize("name", MODELS)
def test_everything_has_a_description(name: str) -> None:
    for struct, definition in json_schema(name)["$defs"].items():
        assert definition.get("description"), struct


def test_least_order_fits() -> None:
    jsonschema.Draft202012Validator(json_schema("order/1")).validate(LEAST)
    assert msgspec.convert(LEAST, Order).number == "1"


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": ""},
        {"purpose": "orginal"},
        {"issue_date": 20260302},
        {"currency": "usd"},
        {"lines": [{"key": 1, "quantity": {"value": "1,5"}}]},
        {"lines": [{"key": 1, "quantity": {"value": 1.5}}]},
        {"lines": [{"key": 1, "amount": "1E2"}]},
        {"lines": [{"key": 0}]},
        {"dates": [{"type": "other", "time": "8:30"}]},
    ],
)
def test_schema_refuses_what_the_model_refuses(wrong: dict[str, object]) -> None:
    assert list(jsonschema.Draft202012Validator(json_schema("order/1")).iter_errors(LEAST | wrong))


def test_consumers_tolerate_fields_that_come_later() -> None:
    jsonschema.Draft202012Validator(json_schema("order/1")).validate(LEAST | {"later": 1})
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(LEAST | {"later": 1}, Order)


def test_unknown_model_says_the_nearest() -> None:
    with pytest.raises(DeclarationError, match="did you mean 'order/1'"):
        model("orders/1")


def test_decimals_and_dates_survive_json_exactly() -> None:
    body = LEAST | {"issue_date": "2026-03-02", "lines": [{"key": 1, "quantity": {"value": "0012.50"[2:]}}]}
    assert json.loads(msgspec.json.encode(msgspec.convert(body, Order))) == body
