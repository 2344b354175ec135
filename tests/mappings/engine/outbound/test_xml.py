"""A canonical document is written as XML by the declaration that reads such documents, in the order of its standard."""

import copy
import io
from typing import Any

import pytest
from lxml import etree

from mappings.engine.errors import DeclarationError
from mappings.engine.findings import Code
from mappings.engine.outbound.xml import WrittenXml, write_xml
from mappings.engine.rules.compiler import load_mapping
from mappings.engine.xml.reader import XmlRecord, read, scan
from mappings.library import index
from tests.mappings.engine.outbound.round_trips import leaves

CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
PARTIES = [
    {"role": "buyer", "role_code": "BuyerCustomerParty", "name": "Acme"},
    {"role": "seller", "role_code": "SellerSupplierParty", "name": "Bluebird"},
]
ORDER: dict[str, Any] = {
    "exchange": {"standard": "ubl"},
    "number": "PO-1",
    "purpose": "original",
    "type": "standard",
    "issue_date": "2026-11-21",
    "currency": "EUR",
    "parties": PARTIES,
    "lines": [
        {
            "key": 1,
            "line_id": "1",
            "quantity": {"value": "5", "unit": "C62", "unit_code": "C62"},
            "price": {"amount": "9.90", "type": "unit", "basis_quantity": "1", "currency": "EUR"},
            "descriptions": [{"text": "Bowl", "type_code": "Name"}],
            "stated_amounts": [{"type": "lines_total", "qualifier": "LineExtensionAmount", "amount": "49.50"}],
        }
    ],
    "totals": {"stated": {"amounts": [{"type": "total", "qualifier": "PayableAmount", "amount": "49.50"}]}},
}
ENVELOPE = {
    "interchange.control_number": "2026-11-21T09:30:47.1@acme.example",
    "interchange.timestamp": "2026-11-21T09:30:47-08:00",
    "interchange.sender": "111111111",
    "interchange.sender_qualifier": "DUNS",
    "interchange.receiver": "222222222",
    "interchange.receiver_qualifier": "DUNS",
    "interchange.usage": "test",
}


def order(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(ORDER) | changes


def written(name: str, body: dict[str, Any], envelope: dict[str, str] | None = None) -> WrittenXml:
    return write_xml(index.compiled(name).declaration, body, envelope)


def root(found: WrittenXml) -> etree._Element:
    return etree.fromstring(found.raw)


def again(name: str, found: WrittenXml) -> dict[str, Any]:
    (record,) = scan(io.BytesIO(found.raw))
    assert isinstance(record, XmlRecord)
    reading = read(record)
    assert reading.findings == []
    return index.compiled(name).apply(reading.tree, {}, reading.places).body


def test_an_order_is_valid_and_in_the_order_of_the_standard() -> None:
    found = written("ubl-order", order())
    assert found.findings == []
    assert [child.tag.rpartition("}")[2] for child in root(found)] == [
        "UBLVersionID", "ID", "IssueDate", "DocumentCurrencyCode", "BuyerCustomerParty", "SellerSupplierParty",
        "AnticipatedMonetaryTotal", "OrderLine",
    ]  # fmt: skip


def test_amounts_have_the_currency_of_what_they_belong_to() -> None:
    body = order()
    body["lines"][0]["price"]["currency"] = "USD"
    found = root(written("ubl-order", body))
    line = found.find(f".//{CBC}LineExtensionAmount")
    total = found.find(f".//{CBC}PayableAmount")
    assert line is not None
    assert total is not None
    assert (line.get("currencyID"), total.get("currencyID")) == ("USD", "EUR")


def test_the_tax_of_all_rates_is_added_up_where_the_standard_demands_it() -> None:
    taxes = [
        {"type": "vat", "type_code": "S", "level": "document", "sequence": number, "amount": amount, "percent": percent}
        for number, (amount, percent) in enumerate((("9.40", "19"), ("0.70", "7")), 1)
    ]
    found = written("ubl-order", order(taxes=taxes))
    assert found.findings == []
    assert [one.text for one in root(found).findall(f"{CAC}TaxTotal/{CBC}TaxAmount")] == ["10.10"]


def test_what_the_standard_demands_and_the_document_lacks_is_an_error() -> None:
    found = written("ubl-order", order(number=""))
    assert [(one.code, one.message) for one in found.findings] == [
        (Code.FIELD_MISSING, "cbc:ID is demanded here, and the document has no number")
    ]
    assert found.findings[0].place.xpath == "/*"


def test_an_order_that_came_as_x12_goes_out_as_ubl() -> None:
    """Its own codes mean nothing here: units and roles are translated, what belongs to the envelope stays."""
    body = order(exchange={"standard": "x12", "version": "004010", "document_type": "850"})
    body["lines"][0]["quantity"] = {"value": "5", "unit": "EA", "unit_code": "UN"}
    found = written("ubl-order", body)
    assert found.findings == []
    assert b"004010" not in found.raw
    quantity = root(found).find(f".//{CBC}Quantity")
    assert quantity is not None
    assert quantity.get("unitCode") not in (None, "UN")
    line = again("ubl-order", found)["lines"][0]
    assert line["quantity"]["unit"] == "EA"


def test_cxml_has_its_doctype_and_envelope_and_no_secret_unless_it_is_given() -> None:
    body = order(exchange={"standard": "ubl"}, parties=[])
    found = written("cxml-order", body, ENVELOPE)
    text = found.raw.decode()
    assert '<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/' in text
    assert "SharedSecret" not in text
    made = root(found)
    assert made.get("payloadID") == ENVELOPE["interchange.control_number"]
    assert made.get("timestamp") == ENVELOPE["interchange.timestamp"]
    assert made.findtext("Header/From/Credential/Identity") == "111111111"
    assert made.findtext("Header/To/Credential/Identity") == "222222222"
    request = made.find("Request")
    assert request is not None
    assert request.get("deploymentMode") == "test"
    with_secret = root(written("cxml-order", body, ENVELOPE | {"interchange.secret": "s3cret"}))
    assert with_secret.findtext("Header/Sender/Credential/SharedSecret") == "s3cret"


def test_idocs_are_not_written() -> None:
    with pytest.raises(DeclarationError, match="can be read, but not written"):
        written("idoc-orders05", order())


HOSTILE = [
    "]]>", "<!-- & -->", "&amp;lt;", "<cbc:ID>9</cbc:ID>", "a\"b'c", "<!ENTITY x SYSTEM 'file:///etc/passwd'>", "&x;",
    "Grüße, 漢字 🧾", "two\nlines", "tab\tstop", "{urn:x}y", "%s {0} $1", "C:\\temp",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_strings_stay_strings(text: str) -> None:
    body = order(notes=[{"text": text}])
    body["parties"][0]["identifiers"] = [{"scheme": "other", "scheme_code": text, "value": text}]
    found = written("ubl-order", body)
    assert found.findings == []
    after = again("ubl-order", found)
    assert after["notes"] == [{"text": text}]
    assert after["parties"][0]["identifiers"][0]["value"] == text
    assert after["parties"][0]["identifiers"][0]["scheme_code"] == text


@pytest.mark.parametrize("mark", ["\0", "\x01", "\x0b", "\x1f", "\ufffe", "\ud800"])
def test_what_xml_cannot_carry_is_an_error_with_its_place(mark: str) -> None:
    found = written("ubl-order", order(notes=[{"text": f"a{mark}b", "language": f"e{mark}n"}]))
    unwritable = [one for one in found.findings if one.code is Code.VALUE_UNWRITABLE]
    assert [one.place.xpath for one in unwritable] == ["/*/cbc:Note", "/*/cbc:Note/@languageID"]
    assert b"ab" in found.raw


def test_a_partner_names_its_own_profile() -> None:
    own = {
        "extends": "ubl-order",
        "mapping": "acme-order",
        "outbound": [
            {"at": "cbc:CustomizationID", "constant": "urn:fdc:peppol.eu:poacc:trns:order:3"},
            {"at": "cbc:ProfileID", "constant": "urn:fdc:peppol.eu:poacc:bis:ordering:3"},
        ],
    }
    found = write_xml(load_mapping(index.resolve(own)).declaration, order())
    assert found.findings == []
    assert root(found).findtext(f"{CBC}CustomizationID") == "urn:fdc:peppol.eu:poacc:trns:order:3"


def test_values_of_every_kind_are_kept() -> None:
    after = again("ubl-order", written("ubl-order", order()))
    kept = dict(leaves("", after))
    assert all(kept.get(pointer) == value for pointer, value in leaves("", order() | {"exchange": {}}))


def test_a_kind_of_price_that_a_format_does_not_know_loses_no_line() -> None:
    """Every line of an X12 order with a contract price was once gone from the UBL order, without a word."""
    price = {"amount": "7.5", "type": "contract", "basis_quantity": "1"}
    body = ORDER | {"exchange": {"standard": "x12"}, "lines": [ORDER["lines"][0] | {"price": price}]}
    written = write_xml(index.compiled("ubl-order").declaration, body)
    assert b'<cbc:PriceAmount currencyID="EUR">7.5<' in written.raw
    assert Code.VALUE_UNWRITABLE not in {one.code for one in written.findings}


def test_what_has_no_place_beside_another_value_is_named_and_loses_no_line() -> None:
    """UBL has one place for what was ordered and what is accepted of it."""
    accepted = {"status": "accepted_quantity_changed", "quantity": {"value": "3", "unit": "C62"}}
    body = ORDER | {"exchange": {"standard": "x12"}, "lines": [ORDER["lines"][0] | {"statuses": [accepted]}]}
    written = write_xml(index.compiled("ubl-order-response").declaration, body)
    assert written.raw.count(b"<cac:LineItem>") == 1
    assert Code.PIECE_LEFT_OUT in {one.code for one in written.findings}
