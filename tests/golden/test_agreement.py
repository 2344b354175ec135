"""What other projects expect of their own documents, and what we make of them: where both differ, the reason is here.

Theirs is flattened to the fields that they have; ours is put under the same names. A difference without a reason fails,
and so does a reason without a difference.
"""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from mappings.library import index
from tests.mappings.engine.x12.test_corpus import CORPUS
from tests.mappings.library import golden

Fields = dict[str, Any]
SAMPLES = Path("jf-tech+omniparser/extensions/omniv21/samples/edi")
NODE = Path("ahuggins-nhs+node-x12/test/test-data")
with_corpus = pytest.mark.parametrize("corpus", [CORPUS] if CORPUS.is_dir() else [])

REASONS_214 = {
    "zone": "omniparser makes an offset of Pacific and Mountain time; a time gains no zone here, and its code is kept",
}
REASONS_210 = {
    "amount": "B307 and L104 have two implied decimals (X12 type N2): 1700 is 17.00; omniparser takes the digits",
    "product": "it stands in the fourth part of N907, a place of UPS's own that the standard mapping leaves out",
}
REASONS_850 = {
    "Date": "node-x12's map names BEG04, the release number, which is empty; the date of the order is BEG05",
}


def bodies(path: Path, mapping: str) -> list[Fields]:
    compiled = index.compiled(mapping)
    return [golden.mapped(compiled, document).body for document in golden.documents(path)]


def snapshots(corpus: Path, name: str) -> list[Fields]:
    return [record["TransformedRecord"] for record in json.loads((corpus / SAMPLES / ".snapshots" / name).read_text())]


def differing(theirs: list[Fields], ours: list[Fields]) -> set[str]:
    """The kinds of fields that differ: the name without the numbers of items."""
    assert len(theirs) == len(ours)
    found = set()
    for mine, other in zip(ours, theirs, strict=True):
        for name in mine.keys() | other.keys():
            if mine.get(name) != other.get(name):
                found.add(name.rpartition("/")[2])
    return found


def party(body: Fields, role: str) -> Fields:
    return next((one for one in body.get("parties", []) if one["role"] == role), {})


def statuses_of_omniparser(corpus: Path) -> Iterator[Fields]:
    for record in snapshots(corpus, "Test1_CanadaPost_EDI_214"):
        fields = {
            "number": record["tracking_number"],
            "weight": Decimal(record["weight"]),
            "unit": record["weight_uom"],
        }
        fields |= {f"to/{name}": record["dest"].get(name) for name in ("city", "state", "zip", "country")}
        for number, event in enumerate(record["events"]):
            fields[f"{number}/time"] = event["date"][:19]
            fields[f"{number}/zone"] = event["date"][19:] or None
            fields |= {f"{number}/{name}": event["location"].get(name) for name in ("city", "state", "country")}
        yield fields


def statuses_of_ours(corpus: Path) -> Iterator[Fields]:
    units = {"KGM": "KG", "LBR": "LB"}
    for body in bodies(corpus / SAMPLES / "1_canadapost_edi_214.input.txt", "x12-214-status"):
        weight = body["lines"][0]["lading"][0]["weight"]
        fields = {"number": body["number"], "weight": Decimal(weight["value"]), "unit": units[weight["unit"]]}
        to = party(body, "ship_to").get("address", {})
        names = {"city": "city", "state": "region", "zip": "postal_code", "country": "country"}
        fields |= {f"to/{theirs}": to.get(name) for theirs, name in names.items()}
        for number, event in enumerate(event for line in body["lines"] for event in line["events"]):
            fields[f"{number}/time"] = f"{event['date']}T{event['time']}"
            fields[f"{number}/zone"] = event.get("zone")
            fields |= {
                f"{number}/{name}": event["place"].get({"state": "region"}.get(name, name))
                for name in ("city", "state", "country")
            }
        yield fields


def invoices_of_omniparser(corpus: Path) -> Iterator[Fields]:
    for record in snapshots(corpus, "Test2_UPS_EDI_210"):
        fields: Fields = {
            "number": record["invoice_number"],
            "issued": record["invoice_date"][:10],
            "due": record["invoice_due_date"][:10],
            "amount": Decimal(record["invoice_total_amount"]),
            "currency": record["invoice_total_amount_currency"],
            "plan": record["consolidated_bill_plan_number"],
            "lines": len(record["line_items"]),
        }
        for number, line in enumerate(record["line_items"]):
            fields[f"{number}/line"] = str(line["item_no"])
            fields[f"{number}/pieces"] = line.get("number_of_pieces")
            fields[f"{number}/product"] = line.get("ups_product_code")
            fields[f"{number}/tracking"] = line.get("tracking_number")
            for place, charge in enumerate(line.get("fees_and_charges", [])):
                fields[f"{number}/{place}/code"] = charge["charge_type"]
                fields[f"{number}/{place}/about"] = charge.get("charge_desc")
                fields[f"{number}/{place}/amount"] = Decimal(charge["charge"])
        yield fields


def invoices_of_ours(corpus: Path) -> Iterator[Fields]:
    for body in bodies(corpus / SAMPLES / "2_ups_edi_210.input.txt", "x12-210-freight-invoice"):
        fields: Fields = {
            "number": body["number"],
            "issued": body["issue_date"],
            "due": next(entry["date"] for entry in body["dates"] if entry["qualifier"] == "B312"),
            "amount": Decimal(
                next(one["amount"] for one in body["totals"]["stated"]["amounts"] if one["type"] == "total")
            ),
            "currency": body["currency"],
            "plan": next(one["value"] for one in body["references"] if one["qualifier"] == "18"),
            "lines": len(body["lines"]),
        }
        for number, line in enumerate(body["lines"]):
            fields[f"{number}/line"] = line["line_id"]
            fields[f"{number}/pieces"] = line.get("lading", [{}])[0].get("packages")
            fields[f"{number}/product"] = None
            numbers = (one["value"] for one in line.get("references", []) if one["qualifier"] == "CN")
            fields[f"{number}/tracking"] = next(numbers, None)
            for place, charge in enumerate(line.get("charges", [])):
                fields[f"{number}/{place}/code"] = charge["code"]
                fields[f"{number}/{place}/about"] = charge.get("description")
                fields[f"{number}/{place}/amount"] = Decimal(charge["amount"])
        yield fields


@with_corpus
def test_carriers_statuses_are_those_of_omniparser(corpus: Path) -> None:
    assert differing([*statuses_of_omniparser(corpus)], [*statuses_of_ours(corpus)]) == set(REASONS_214)


@with_corpus
def test_freight_invoices_are_those_of_omniparser(corpus: Path) -> None:
    theirs, ours = [*invoices_of_omniparser(corpus)], [*invoices_of_ours(corpus)]
    assert differing(theirs, ours) == set(REASONS_210)
    for mine, other in zip(ours, theirs, strict=True):
        for name, amount in other.items():
            if name.endswith("amount"):
                assert mine[name] * 100 == amount, name


@with_corpus
def test_an_order_is_that_of_node_x12(corpus: Path) -> None:
    theirs = json.loads((corpus / NODE / "850_map_result.json").read_text())
    (body,) = bodies(corpus / NODE / "850.edi", "x12-850-order")
    to = party(body, "ship_to")
    ours = {
        "SetID": body["exchange"]["document_type"],
        "ControlNumber": body["exchange"]["document_control_number"],
        "OrderNumber": body["number"],
        "Date": body["issue_date"],
        "ShipTo": {
            "Name": to["name"],
            "Destination": to["identifiers"][0]["value"],
            "Address": to["address"]["lines"][0],
            "City": to["address"]["city"],
            "State": to["address"]["region"],
            "Zip": to["address"]["postal_code"],
        },
        "OrderLines": [{"Quantity": line["quantity"]["value"]} for line in body["lines"]],
    }
    del theirs["Trailer"]  # SE: a matter of the envelope, no part of an order
    assert differing([theirs], [ours]) == set(REASONS_850)
