"""An example order as an IDoc (ORDERS05): nothing in the engine says what stands where in an IDoc, so that it cannot
write one. The segments and fields are those of SAP's transaction WE60.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from lxml import etree

DOCUMENT = "IDoc ORDERS05"
MESSAGES = {"change": "ORDCHG"}
PARTIES = {"buyer": "AG", "seller": "LF", "ship_to": "WE", "bill_to": "RE"}
ITEMS = {"buyer": "001", "seller": "002", "gtin": "003"}
OTHER_ITEM = "012"

Body = Mapping[str, Any]
Address = tuple[str, str]
"""Partner type (KU, LI, LS) and partner number, as in the control record."""


def order_as_idoc(body: Body, sender: Address, receiver: Address, at: datetime, number: str) -> bytes:
    """An order, marked as a test. at: in UTC. number: of the IDoc, in digits."""
    root = etree.Element("ORDERS05")
    idoc = etree.SubElement(root, "IDOC", BEGIN="1")
    _segment(
        idoc, "EDI_DC40", TABNAM="EDI_DC40", DOCNUM=number.zfill(16), DIRECT="2", TEST="X", IDOCTYP="ORDERS05",
        MESTYP=MESSAGES.get(body["purpose"], "ORDERS"), SNDPRT=sender[0], SNDPRN=sender[1], RCVPRT=receiver[0],
        RCVPRN=receiver[1],
        CREDAT=f"{at:%Y%m%d}", CRETIM=f"{at:%H%M%S}",
    )  # fmt: skip
    currency = body.get("currency", "USD")
    _segment(idoc, "E1EDK01", CURCY=currency, BSART="NB", BELNR=body["number"])
    _segment(idoc, "E1EDK03", IDDAT="012", DATUM=body["issue_date"].replace("-", ""))
    for one in body.get("allowances_charges", []):
        sign = "+" if one["kind"] == "charge" else "-"
        _segment(idoc, "E1EDK05", ALCKZ=sign, KOTXT=one.get("description", ""), BETRG=one["amount"], KOEIN=currency)
    for party in body.get("parties", []):
        address = party.get("address", {})
        _segment(
            idoc, "E1EDKA1", PARVW=PARTIES.get(party["role"], "ZZ"),
            PARTN=next((one["value"] for one in party.get("identifiers", [])), ""), NAME1=party.get("name", ""),
            STRAS=next(iter(address.get("lines", [])), ""), ORT01=address.get("city", ""),
            PSTLZ=address.get("postal_code", ""), LAND1=address.get("country", ""), REGIO=address.get("region", ""),
        )  # fmt: skip
    _segment(idoc, "E1EDK02", QUALF="001", BELNR=body["number"])
    for line in body["lines"]:
        _line(idoc, line)
    for one in body.get("totals", {}).get("stated", {}).get("amounts", []):
        _segment(idoc, "E1EDS01", SUMID="002", SUMME=one["amount"])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _line(idoc: etree._Element, line: Body) -> None:
    quantity, price = line["quantity"], line.get("price", {})
    item = _segment(
        idoc, "E1EDP01", POSEX=str(line.get("line_id", line["key"])).zfill(6), MENGE=quantity["value"],
        MENEE=quantity.get("unit_code", ""), VPREI=price.get("amount", ""), PEINH=price.get("basis_quantity", ""),
        NETWR=line.get("amount", ""),
    )  # fmt: skip
    for one in line.get("identifiers", []):
        text = next((said["text"] for said in line.get("descriptions", [])), "")
        _segment(item, "E1EDP19", QUALF=ITEMS.get(one["scheme"], OTHER_ITEM), IDTNR=one["value"], KTEXT=text)


def _segment(around: etree._Element, segment: str, **fields: str) -> etree._Element:
    """A segment with those of the fields that have a value."""
    made = etree.SubElement(around, segment, SEGMENT="1")
    for name, value in fields.items():
        if value:
            etree.SubElement(made, name).text = value
    return made
