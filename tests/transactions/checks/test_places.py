"""A finding about what is missing says where: a person looks for a line without a price among hundreds."""

import io

from mappings.engine.findings import Finding
from mappings.library.index import LIBRARY
from mappings.services.standard_mapping import standard_mapping
from partners.policies import Policies
from tests.transactions.x12 import Group, Isa, Order, x12
from transactions.pipeline.preview import preview
from transactions.pipeline.translate import Terms

POLICY = Policies()
PRICES = b"price_list,effective_date,sku,list_price\nP-1,2026-12-01,A-1,9.90\nP-1,2026-12-01,A-2,\nP-1,2026-12-01,,3\n"


def found(content: bytes, code: str) -> list[Finding]:
    items = preview(
        io.BytesIO(content), lambda _, group, set_id: Terms(standard_mapping(set_id, group.version), POLICY)
    )
    documents = [item.translated for item in items if item.translated is not None]
    return [one for document in documents for one in document.findings if one.code == code]


def test_an_invoice_that_names_no_order_is_found_where_it_begins() -> None:
    body = ("BIG*20261121*INV-1", "IT1*1*1*EA*1**VP*A", "TDS*100", "CTT*1")
    invoices = (Order(set_id="810", segments=body), Order(set_id="810", control="0002", segments=body))
    content = x12(Isa(groups=(Group(orders=invoices, functional_id="IN"),)))
    _, one = found(content, "order-not-named")
    assert (one.place.offset, one.place.set, one.place.segment) == (content.index(b"ST*810*0002"), 2, 0)
    assert one.place.label() == "interchange 1, group 1, set 2"


def test_an_xml_document_that_names_no_order_is_found_at_its_line() -> None:
    (path,) = (LIBRARY / "ubl-invoice" / "cases" / "oasis-21").glob("input.*")
    content = path.read_bytes()
    begin, end = content.index(b"<cac:OrderReference>"), content.index(b"</cac:OrderReference>")
    (one,) = found(b"\n\n" + content[:begin] + content[end + len(b"</cac:OrderReference>") :], "order-not-named")
    assert one.place.line > 2
    assert one.place.label() == f"line {one.place.line}"


def test_a_row_without_a_price_and_one_without_an_item_are_found_at_their_rows() -> None:
    assert [one.place.label() for one in found(PRICES, "price-missing")] == ["row 3"]
    assert [one.place.label() for one in found(PRICES, "item-not-named")] == ["row 4"]
