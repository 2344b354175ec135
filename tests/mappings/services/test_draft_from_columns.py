"""If these fail, an analyst gets a wrong mapping from a sample, or none because of what a partner calls things."""

import csv
import io
import json
from typing import Any

import pytest

from mappings.engine.rules.compiler import compile_mapping
from mappings.engine.rules.yaml import dump, load
from mappings.engine.text.reader import DocumentFound, scan
from mappings.engine.text.record import Record
from mappings.engine.text.settings import Layout
from mappings.library.columns import targets
from mappings.library.index import resolve
from mappings.services.draft_from_columns import (
    NUMBER_FORMS,
    Column,
    Drafted,
    Sample,
    draft_from_columns,
    found_forms,
    number_form,
    style_of_form,
)
from mappings.services.guess_columns import guess_columns

GERMAN = (
    "Bestellnummer;Bestelldatum;Kundennr.;Straße;PLZ;Ort;Pos;Artikelnr.;EAN;Bezeichnung;Menge;Einheit;Einzelpreis;"
    "Währung;Wunschtermin;Bemerkung\n"
    "A1;04.07.2026;77;Hauptstr. 1;80331;München;1;X-1;4006381333931;Dübel;1.200,5;EA;2,50;eur;05.12.2026;a\n"
    "A1;04.07.2026;77;Hauptstr. 1;80331;München;2;X-2;4006381333931;Nagel;3;EA;1,00;eur;06.12.2026;b\n"
)


def sample_of(text: str, delimiter: str = ";") -> Sample:
    names, *rows = csv.reader(io.StringIO(text), delimiter=delimiter)
    return Sample(names, rows)


def guessed(sample: Sample) -> list[Column]:
    return [Column(*pair) for pair in zip(sample.names, guess_columns(sample.names, sample.rows), strict=True)]


def drafted(text: str, delimiter: str = ";") -> Drafted:
    sample = sample_of(text, delimiter)
    return draft_from_columns("acme", "Acme", guessed(sample), sample)


def orders(declaration: dict[str, Any], text: str) -> list[Any]:
    """What the compiled declaration makes of a file, after a round trip through YAML and JSON."""
    again = load(dump(declaration))
    assert again == declaration
    mapping = compile_mapping(resolve(json.loads(json.dumps(again))))
    layout: Layout = mapping.source.layout  # type: ignore[attr-defined]  # it is text
    found = [event for event in scan(io.BytesIO(text.encode()), layouts=[layout]) if isinstance(event, DocumentFound)]
    return [mapping.apply(record.node, {}, record).body for record in map(Record, found)]


def test_a_german_export_is_understood_without_a_word() -> None:
    result = drafted(GERMAN)
    assert result.problems == []
    assert result.declaration is not None
    (order,) = orders(result.declaration, GERMAN)
    assert (order["number"], order["issue_date"], order["currency"]) == ("A1", "2026-07-04", "EUR")
    by_role = {party["role"]: party for party in order["parties"]}
    assert by_role["buyer"]["identifiers"] == [{"value": "77", "scheme": "seller_assigned"}]
    assert by_role["ship_to"]["address"] == {"lines": ["Hauptstr. 1"], "city": "München", "postal_code": "80331"}
    first, second = order["lines"]
    assert (first["quantity"]["value"], first["quantity"]["unit"], first["amount"]) == ("1200.5", "EA", "3001.250")
    assert [entry["date"] for entry in second["dates"]] == ["2026-12-06"]
    assert {one["scheme"] for one in first["identifiers"]} == {"sku", "gtin"}
    assert order["totals"]["computed"]["lines_amount"] == "3004.250"


COMMON = ["number", "sku", "quantity", "price", "description"]


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("PO Number,SKU,Qty Ordered,UOM,Unit Price", ["number", "sku", "quantity", "unit", "price"]),
        ("OrderID,ItemNumber,Quantity,ShipDate,EAN", ["number", "sku", "quantity", "line_ship", "gtin"]),
        ("N° Commande,Référence article,Qté,Prix unitaire,Désignation", COMMON),
        ("Nº pedido,Código artículo,Cantidad,Precio,Descripción", COMMON),
        ("Numero ordine,Codice articolo,Quantità,Prezzo,Descrizione", COMMON),
        ("Bestelnummer,Artikelcode,Aantal,Prijs,Omschrijving", COMMON),
        ("Nr zamówienia,Indeks,Ilość,Cena netto,Nazwa", COMMON),
        ("Customer order number,Vendor part number,Pieces,Foo,Bar", ["number", "seller_item", "quantity", "", ""]),
    ],
)  # fmt: skip
def test_columns_are_guessed_in_several_languages(header: str, wanted: list[str]) -> None:
    assert guess_columns(header.split(","), []) == wanted


@pytest.mark.parametrize(
    ("price", "total", "expected"),
    [
        ("Price (USD)", "Line Total (USD)", "USD"),
        ("Einzelpreis EUR", "Gesamtpreis", "EUR"),
        ("Unit price €", "Line total", "EUR"),
        ("Price (USD)", "Line total (EUR)", None),
        ("Price $", "Line total", None),
    ],
)
def test_a_currency_in_the_names_of_amounts_is_that_of_the_orders(price: str, total: str, expected: str | None) -> None:
    text = f"PO Number;SKU;Quantity;{price};{total}\nA1;X;2;1,50;3,00\n"
    result = drafted(text)
    assert result.declaration is not None
    assert orders(result.declaration, text)[0].get("currency") == expected


def test_dates_that_a_spreadsheet_counts_are_understood() -> None:
    text = "PO Number;PO Date;SKU;Quantity\nA1;46361;X;2\n"
    result = drafted(text)
    assert result.problems == []
    assert result.declaration is not None
    assert orders(result.declaration, text)[0]["issue_date"] == "2026-12-05"


def test_what_repeats_is_the_order_number_when_no_name_says_so() -> None:
    rows = [["1", "K-7", "a"], ["2", "K-7", "b"], ["3", "K-8", "c"]]
    assert guess_columns(["Foo", "Bar", "Baz"], rows) == ["", "number", ""]
    assert guess_columns(["Foo", "Bar", "Baz"], rows[:1]) == ["", "", ""]


def test_a_name_is_not_believed_when_the_values_deny_it() -> None:
    assert guess_columns(["Order", "Quantity", "Date"], [["A1", "many", "soon"]]) == ["number", "", ""]


def test_what_differs_within_an_order_belongs_to_its_lines_or_is_said() -> None:
    text = "Order;SKU;Qty;Store\nA1;x;1;N\nA1;y;2;S\n"
    sample = sample_of(text)
    assert guess_columns(sample.names, sample.rows) == ["number", "sku", "quantity", "line_ship_to_id"]
    chosen = [*guessed(sample)[:3], Column("Store", "ship_to_id")]
    (problem,) = draft_from_columns("acme", "Acme", chosen, sample).problems
    assert (problem.column, problem.is_fatal) == ("Store", False)
    assert "differs between the rows of one order" in problem.text


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ([Column("A", "sku")], "Choose the column with the order number"),
        ([Column("A", "number"), Column("B", "number")], "only one can be"),
        ([Column("A", "number"), Column("B", "unit")], "without a column for “Quantity”"),
        ([Column("A", "number"), Column("a", "sku")], "same name but for case"),
        ([Column("A", "number"), Column("B", "nothing-known")], "from the list"),
        ([Column("A", "number"), Column("B", "quantity", "12.50")], "how the number 1234.56 is written"),
        ([Column("A", "number"), Column("B", "issue_date", "MM/YYYY")], "names year, month and day"),
    ],
)
def test_choices_that_make_no_mapping_say_why(columns: list[Column], words: str) -> None:
    result = draft_from_columns("acme", "Acme", columns, Sample([column.name for column in columns], []))
    assert result.declaration is None
    assert any(words in problem.text and problem.is_fatal for problem in result.problems)


def test_dates_with_two_readings_are_asked_for_and_then_read_as_said() -> None:
    text = "Order,SKU,Qty,Order date\nA1,x,1,03/04/2026\n"
    result = drafted(text, ",")
    assert [problem.text for problem in result.problems] == [
        "Its dates can be read as DD/MM/YYYY or MM/DD/YYYY; say which."
    ]
    sample = sample_of(text, ",")
    chosen = [*guessed(sample)[:3], Column("Order date", "issue_date", "MM/DD/YYYY")]
    said = draft_from_columns("acme", "Acme", chosen, sample)
    assert said.problems == []
    assert said.declaration is not None
    assert orders(said.declaration, text)[0]["issue_date"] == "2026-03-04"


@pytest.mark.parametrize("form", NUMBER_FORMS)
def test_a_number_style_is_shown_and_read_by_an_example(form: str) -> None:
    style = style_of_form(form)
    assert style is not None
    assert number_form(style) == form


@pytest.mark.parametrize("form", ["", "1,234,5", "12", "1.234.56", "=1+1", "1,234,56"])
def test_what_is_no_example_is_no_style(form: str) -> None:
    assert style_of_form(form) is None


HOSTILE = [
    "@id", "/etc", "../up", "./here", ".", "rows", "=HYPERLINK(\"http://x\")", "+1", "-", "a: b", "{x: y}", "[z]",
    "&a", "*a",
    "!!python/object", "yes", "null", "1e3", "'q", '"dq', "#c", "%TAG", "|", ">", "?", "a\u2028b", "${x}", "$", "$name",
    "{{ x }}", "<b>", "__class__", "when", "constant", "\\", "\u202eevil", "💥", "x" * 200,
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_column_may_be_called_anything(name: str) -> None:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["Order no", name, "Qty"], ["A1", "VALUE", "2"], ["A1", "OTHER", "3"]])
    text = buffer.getvalue()
    sample = sample_of(text, ",")
    columns = [Column("Order no", "number"), Column(sample.names[1], "line_note"), Column("Qty", "quantity")]
    result = draft_from_columns("acme", "Acme", columns, sample)
    assert result.declaration is not None
    found = orders(result.declaration, text)
    assert [line["notes"][0]["text"] for line in found[0]["lines"]] == ["VALUE", "OTHER"]


def test_five_hundred_columns_make_one_mapping() -> None:
    names = ["Order", "SKU", "Qty", *(f"note {number}" for number in range(497))]
    text = ",".join(names) + "\n" + ",".join(["A1", "x", "1", *["n"] * 497]) + "\n"
    result = drafted(text, ",")
    assert result.declaration is not None
    assert len(orders(result.declaration, text)[0]["lines"][0]["notes"]) == 497


def test_a_file_without_a_header_is_read_by_places() -> None:
    sample = Sample(["column 1", "column 2"], [["A1", "5"], ["A1", "6"]], has_header=False)
    chosen = [Column("column 1", "number"), Column("column 2", "quantity")]
    result = draft_from_columns("acme", "Acme", chosen, sample)
    assert result.declaration is not None
    assert result.declaration["source"]["settings"]["header_row"] == 0
    assert len(orders(result.declaration, "A1,5\nA1,6\n")[0]["lines"]) == 2


def test_only_what_the_values_prove_is_stated() -> None:
    sample = sample_of("A;B;C;D\n1;1,5;1.234;05.12.2026\n")
    assert found_forms(sample) == {"B": "1234,56", "D": "DD.MM.YYYY"}


@pytest.mark.parametrize("target", [name for name in targets() if name != "number"])
def test_every_target_compiles(target: str) -> None:
    about = targets()[target]
    names = ["Order", "It", *(["Needed"] if about.needs else [])]
    columns = [Column("Order", "number"), Column("It", target)]
    columns += [Column("Needed", about.needs)] if about.needs else []
    result = draft_from_columns("acme", "Acme", columns, Sample(names, []))
    assert result.declaration is not None
    compile_mapping(resolve(result.declaration))


def test_no_name_stands_for_two_things() -> None:
    names = [name for about in targets().values() for name in about.names]
    assert len(names) == len(set(names))


def test_an_address_of_whoever_is_billed_is_not_guessed_as_the_place_of_delivery() -> None:
    names = ["Order", "SKU", "Qty", "Billing Street", "Billing Zip", "Shipping Street", "Shipping Zip", "Shipping Cost"]
    guesses = guess_columns(names, [["1", "A", "2", "1 Main", "10001", "9 Elm", "90210", "4.50"]])
    assert guesses == ["number", "sku", "quantity", "", "", "ship_to_street", "ship_to_postal_code", ""]
