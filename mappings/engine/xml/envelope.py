"""What kind of document a record is, and who sends it to whom: read from the record itself.

UBL 2.x: the root's namespace; EndpointID and PartyIdentification of the two parties. Peppol: the SBDH around it.
cXML: the element below Request, Message or Response; From, To and Sender credentials (cXML Reference Guide, "Header").
IDoc: the control record EDI_DC40.
"""

import re
from collections.abc import Iterator

import msgspec
from lxml import etree

UBL = re.compile(r"\{urn:oasis:names:specification:ubl:schema:xsd:(\w+)-2\}(\w+)")
CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
SBDH = "{http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader}"
IDOC = "IDOC"
CONTROL = "EDI_DC40"
MASK = "********"
SECRETS = ("SharedSecret", "DigitalSignature", "CredentialMac")
_SECRET = re.compile(rb"(<(SharedSecret|DigitalSignature|CredentialMac)\b[^>]*(?<!/)>).*?(</\2\s*>)", re.DOTALL)
_UBL_SENDERS = ("BuyerCustomerParty", "AccountingSupplierParty", "DespatchSupplierParty", "SenderParty")
_UBL_RECEIVERS = ("SellerSupplierParty", "AccountingCustomerParty", "DeliveryCustomerParty", "ReceiverParty")
_FROM_SELLER = frozenset(["OrderResponse", "OrderResponseSimple", "Catalogue", "Quotation"])


class Identity(msgspec.Struct, frozen=True):
    """Under which number a partner stands. scheme: schemeID, credential domain or partner type, "" where none."""

    value: str
    scheme: str = ""


class XmlEnvelope(msgspec.Struct, frozen=True, omit_defaults=True):
    """senders, receivers: the most telling identity first. environment: "test", "production" or "" (not said).

    control_number: payloadID, DOCNUM, SBDH instance or UBL UUID. date, time: as written. version: UBLVersionID,
    version of the cXML DTD, DOCREL. profile: CustomizationID (UBL), message type (IDoc). number: the document's own.
    """

    senders: tuple[Identity, ...] = ()
    receivers: tuple[Identity, ...] = ()
    control_number: str = ""
    environment: str = ""
    date: str = ""
    time: str = ""
    version: str = ""
    profile: str = ""
    number: str = ""

    @property
    def sender(self) -> Identity:
        return self.senders[0] if self.senders else Identity("")

    @property
    def receiver(self) -> Identity:
        return self.receivers[0] if self.receivers else Identity("")


class Recognised(msgspec.Struct, frozen=True):
    """kind: "UBL Order", "cXML OrderRequest", "IDoc ORDERS05", or "" for what is not known. root: of the document."""

    kind: str
    envelope: XmlEnvelope
    root: etree._Element


def recognise(root: etree._Element, dtd_version: str = "") -> Recognised:
    """Tell what a record is. Secrets of a cXML header are masked in the tree itself."""
    if root.tag == f"{SBDH}StandardBusinessDocument":
        return _business_document(root)
    match = UBL.fullmatch(str(root.tag))
    if match and match[1] == match[2]:
        return Recognised(f"UBL {match[1]}", _ubl(root, match[1]), root)
    if root.tag == "cXML":
        return _cxml(root, dtd_version)
    if root.tag == IDOC or root.find(CONTROL) is not None:
        return _idoc(root)
    return Recognised("", XmlEnvelope(), root)


def mask_secrets(raw: bytes) -> bytes:
    """The bytes of a document with the content of its secrets masked, for people to look at."""
    return _SECRET.sub(rb"\1********\3", raw)


def _business_document(root: etree._Element) -> Recognised:
    header = root.find(f"{SBDH}StandardBusinessDocumentHeader")
    inner = next((child for child in root if child is not header), None)
    if inner is None or header is None:
        return Recognised("", XmlEnvelope(), root)
    found = recognise(inner)
    about = f"{SBDH}DocumentIdentification/{SBDH}"
    date, _, time = _text(header, f"{about}CreationDateAndTime").partition("T")
    envelope = msgspec.structs.replace(
        found.envelope,
        senders=(*_sbdh_ids(header, "Sender"), *found.envelope.senders),
        receivers=(*_sbdh_ids(header, "Receiver"), *found.envelope.receivers),
        control_number=_text(header, f"{about}InstanceIdentifier") or found.envelope.control_number,
        date=date,
        time=time,
    )
    return msgspec.structs.replace(found, envelope=envelope)


def _sbdh_ids(header: etree._Element, role: str) -> Iterator[Identity]:
    """Peppol writes the scheme into the value: "0088:7300072311115"."""
    for element in header.iterfind(f"{SBDH}{role}/{SBDH}Identifier"):
        value = (element.text or "").strip()
        scheme, colon, rest = value.partition(":")
        if value:
            yield Identity(rest, scheme) if colon else Identity(value, element.get("Authority", ""))


def _ubl(root: etree._Element, name: str) -> XmlEnvelope:
    senders, receivers = _ubl_ids(root, _UBL_SENDERS), _ubl_ids(root, _UBL_RECEIVERS)
    if name in _FROM_SELLER:
        senders, receivers = receivers, senders
    return XmlEnvelope(
        senders,
        receivers,
        control_number=_text(root, f"{CBC}UUID"),
        date=_text(root, f"{CBC}IssueDate"),
        time=_text(root, f"{CBC}IssueTime"),
        version=_text(root, f"{CBC}UBLVersionID"),
        profile=_text(root, f"{CBC}CustomizationID"),
        number=_text(root, f"{CBC}ID"),
    )


def _ubl_ids(root: etree._Element, roles: tuple[str, ...]) -> tuple[Identity, ...]:
    role = next(root.iterchildren(*(f"{CAC}{name}" for name in roles)), None)
    if role is None:
        return ()
    party = role.find(f"{CAC}Party")
    party = role if party is None else party
    elements = [
        *party.iterfind(f"{CBC}EndpointID"),
        *party.iterfind(f"{CAC}PartyIdentification/{CBC}ID"),
        *party.iterfind(f"{CAC}PartyLegalEntity/{CBC}CompanyID"),
        *role.iterfind(f"{CBC}CustomerAssignedAccountID"),
    ]
    found = [Identity((item.text or "").strip(), item.get("schemeID", "").strip()) for item in elements]
    return tuple(dict.fromkeys(identity for identity in found if identity.value))


def _cxml(root: etree._Element, dtd_version: str) -> Recognised:
    header = root.find("Header")
    if header is not None:
        _mask(header)
    part = next(root.iterchildren("Request", "Message", "Response"), None)
    body = None if part is None else next((child for child in part if child.tag != "Status"), None)
    kind = "cXML" if body is None else f"cXML {body.tag}"
    date, _, time = root.get("timestamp", "").partition("T")
    order = root.find("Request/OrderRequest/OrderRequestHeader")
    envelope = XmlEnvelope(
        () if header is None else _credentials(header, ("From", "Sender")),
        () if header is None else _credentials(header, ("To",)),
        control_number=root.get("payloadID", ""),
        environment="" if part is None else part.get("deploymentMode", "production"),
        date=date,
        time=time,
        version=root.get("version", "") or dtd_version,
        number="" if order is None else order.get("orderID", ""),
    )
    return Recognised(kind, envelope, root)


def _mask(header: etree._Element) -> None:
    for name in SECRETS:
        for secret in header.iter(name):
            del secret[:]
            secret.text = MASK


def _credentials(header: etree._Element, roles: tuple[str, ...]) -> tuple[Identity, ...]:
    elements = [item for role in roles for item in header.iterfind(f"{role}/Credential")]
    found = [Identity(_text(item, "Identity"), item.get("domain", "")) for item in elements]
    return tuple(dict.fromkeys(identity for identity in found if identity.value))


def _idoc(root: etree._Element) -> Recognised:
    control = root.find(CONTROL)
    if control is None:
        return Recognised("", XmlEnvelope(), root)
    test = _text(control, "TEST")
    envelope = XmlEnvelope(
        _partner(control, "SND"),
        _partner(control, "RCV"),
        control_number=_text(control, "DOCNUM"),
        environment="test" if test and test != "0" else "production",
        date=_text(control, "CREDAT"),
        time=_text(control, "CRETIM"),
        version=_text(control, "DOCREL"),
        profile=_text(control, "MESTYP"),
        number=_text(root, "E1EDK01/BELNR"),
    )
    return Recognised(f"IDoc {_text(control, 'IDOCTYP')}".strip(), envelope, root)


def _partner(control: etree._Element, side: str) -> tuple[Identity, ...]:
    """Partner number with partner type, then the logical address, which subsystems fill with the partner's own id."""
    number, kind = _text(control, f"{side}PRN"), _text(control, f"{side}PRT")
    logical = _text(control, f"{side}LAD")
    found = [Identity(number, kind), Identity(logical, "LAD")]
    return tuple(identity for identity in found if identity.value)


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext(path) or "").strip()
