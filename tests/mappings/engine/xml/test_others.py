"""XML of other standards is called by its name: when this fails, a partner looks for a fault that is none."""

import io

import pytest

from mappings.engine.xml.others import looks_like
from mappings.engine.xml.reader import XmlRecord, read, scan


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("{rrn:org.xcbl:schemas/xcbl/v4_0/ordermanagement/v1_0/ordermanagement.xsd}Order", "xCBL"),
        ("{urn:x-commerceone:document:com:commerceone:XCBL30}Order", "xCBL"),
        ("Pip3A4PurchaseOrderRequest", "RosettaNet"),
        ("{urn:rosettanet:specification:interchange:PurchaseOrderRequest:xsd:schema:02.05}X", "RosettaNet"),
        ("{http://www.openapplications.org/oagis/9}ProcessPurchaseOrder", "OAGIS"),
        ("PROCESS_PO_007", "OAGIS"),
        ("{urn:gs1:ecom:order:xsd:3}orderMessage", "GS1 XML"),
        ("{http://www.opentrans.org/XMLSchema/2.1}ORDER", "openTRANS"),
        ("{urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100}CrossIndustryInvoice", "CII"),
        ("{urn:oasis:names:specification:ubl:schema:xsd:Order-1.0}Order", "UBL 1.0"),
        ("{urn:oasis:names:tc:ubl:Order:1:0}Order", "UBL 1.0"),
        ("{urn:iso:std:iso:20022:tech:xsd:pain.001.001.03}Document", "ISO 20022"),
        ("{http://schemas.xmlsoap.org/soap/envelope/}Envelope", "SOAP"),
        ("{http://www.w3.org/2003/05/soap-envelope}Envelope", "SOAP"),
        ("{http://Microsoft.LobServices.Sap/2007/03/Idoc/}SendIdoc", "IDoc"),
        ("AmazonEnvelope", "Amazon"),
        ("cxml", "cXML"),
        ("Order", "without its namespaces"),
        ("Orders", ""),
        ("{urn:example}Order", ""),
    ],
)
def test_the_root_tells(tag: str, name: str) -> None:
    found = looks_like(tag)
    assert name in found
    assert bool(found) is bool(name)


def test_it_is_said_where_the_element_is_not_known() -> None:
    (record,) = scan(io.BytesIO(b'<Order xmlns="urn:oasis:names:tc:ubl:Order:1:0"/>'))
    assert isinstance(record, XmlRecord)
    (found,) = read(record).findings
    assert found.message.endswith("}Order is; it looks like UBL 1.0")
