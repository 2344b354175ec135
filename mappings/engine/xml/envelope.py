"""What kind of document a record is, and who sends it to whom: read from the record itself.

UBL 2.x: the root's namespace; EndpointID and PartyIdentification of the two parties. Peppol: the SBDH around it.
cXML: the element below Request, Message or Response; From, To and Sender credentials (cXML Reference Guide, "Header").
IDoc: the control record EDI_DC40.
"""

import re
from collections.abc import Iterator

import msgspec
from lxml import etree

from mappings.engine.xml.charsets import charset
from mappings.engine.xml.tree import Children, Element, children, of_name

UBL = re.compile(r"\{urn:oasis:names:specification:ubl:schema:xsd:(\w+)-2\}(\w+)")
CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
SBDH = "{http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader}"
IDOC = "IDOC"
CONTROL = "EDI_DC40"
MASK = "********"
SECRETS = ("SharedSecret", "DigitalSignature", "CredentialMac")
_SECRET_TAGS = tuple(f"{{*}}{name}" for name in SECRETS)
"""libxml2 knows at once that a document has no element of such a name; to look for the bytes takes longer."""
_SECRET = re.compile(r"<((?:[^\s<>/:]+:)?(?:SharedSecret|DigitalSignature|CredentialMac))(?=[\s>])[^>]*(?<!/)>")
_INSIDE = r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|"
"""In these, an end tag ends nothing."""
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
    """Tell what a record is."""
    if root.tag == f"{SBDH}StandardBusinessDocument":
        return _business_document(root)
    match = UBL.fullmatch(str(root.tag))
    if match and match[1] == match[2]:
        return Recognised(f"UBL {match[1]}", _ubl(root, match[1]), root)
    if root.tag == "cXML":
        return _cxml(root, dtd_version)
    if root.tag == IDOC or _child(root, CONTROL) is not None:
        return _idoc(root)
    return Recognised("", XmlEnvelope(), root)


def mask_secrets(raw: bytes) -> bytes:
    """The bytes of a document, or of its beginning, with the content of its secrets masked, for people to look at.

    In any encoding. A secret that is never closed is masked to the end.
    """
    found = charset(raw)
    name = found.name if found.wide else "latin-1"  # which keeps every byte of the others as it is
    text = raw[found.mark :].decode(name, "replace")
    masked = _masked(text)
    return raw if masked == text else raw[: found.mark] + masked.encode(name)


def mask_tree(root: etree._Element) -> None:
    """Mask the secrets of a document in its tree, whatever kind it is and wherever they stand."""
    for secret in list(root.iter(_SECRET_TAGS)):
        del secret[:]
        secret.text = MASK
        for name in secret.attrib:
            secret.set(name, MASK)


def _masked(text: str) -> str:
    pieces, position = [], 0
    while match := _SECRET.search(text, position):
        pieces += [text[position : match.end()], MASK]
        ends = re.compile(_INSIDE + re.escape(f"</{match[1]}"), re.DOTALL).finditer(text, match.end())
        end = next((found for found in ends if found[0].startswith("</")), None)
        if end is None:
            return "".join(pieces)
        position = end.start()
    return "".join([*pieces, text[position:]])


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
    found = children(root)
    senders, receivers = _ubl_ids(found, _UBL_SENDERS), _ubl_ids(found, _UBL_RECEIVERS)
    if name in _FROM_SELLER:
        senders, receivers = receivers, senders
    return XmlEnvelope(
        senders,
        receivers,
        control_number=_first(found, f"{CBC}UUID"),
        date=_first(found, f"{CBC}IssueDate"),
        time=_first(found, f"{CBC}IssueTime"),
        version=_first(found, f"{CBC}UBLVersionID"),
        profile=_first(found, f"{CBC}CustomizationID"),
        number=_first(found, f"{CBC}ID"),
    )


def _ubl_ids(found: Children, roles: tuple[str, ...]) -> tuple[Identity, ...]:
    """The identities of the party that stands in one of these roles, of several the one that comes first."""
    standing = [found[f"{CAC}{name}"] for name in roles if f"{CAC}{name}" in found]
    if not standing:
        return ()
    role = standing[0] if len(standing) == 1 else min(standing, key=lambda one: one.getparent().index(one))
    around = children(role)
    party = children(around[f"{CAC}Party"]) if f"{CAC}Party" in around else around
    elements = [
        *of_name(party, f"{CBC}EndpointID"),
        *_below(party, f"{CAC}PartyIdentification", f"{CBC}ID"),
        *_below(party, f"{CAC}PartyLegalEntity", f"{CBC}CompanyID"),
        *of_name(around, f"{CBC}CustomerAssignedAccountID"),
    ]
    identities = [Identity((item.text or "").strip(), item.get("schemeID", "").strip()) for item in elements]
    return tuple(dict.fromkeys(identity for identity in identities if identity.value))


def _below(found: Children, name: str, inner: str) -> Iterator[Element]:
    for element in of_name(found, name):
        yield from of_name(children(element), inner)


def _first(found: Children, name: str) -> str:
    return (found[name].text or "").strip() if name in found else ""


def _cxml(root: etree._Element, dtd_version: str) -> Recognised:
    header, part = _child(root, "Header"), _child(root, "Request", "Message", "Response")
    body = None if part is None else next((child for child in part if child.tag != "Status"), None)
    kind = "cXML" if body is None else f"cXML {body.tag}"
    mode = "" if part is None else part.get("deploymentMode", "production").strip().lower()
    date, _, time = root.get("timestamp", "").partition("T")
    order = _child(_child(_child(root, "Request"), "OrderRequest"), "OrderRequestHeader")
    envelope = XmlEnvelope(
        () if header is None else _credentials(header, ("From", "Sender")),
        () if header is None else _credentials(header, ("To",)),
        control_number=root.get("payloadID", ""),
        environment=mode if mode in ("", "production") else "test",  # whatever else it says is not meant for real
        date=date,
        time=time,
        version=root.get("version", "") or dtd_version,
        number="" if order is None else order.get("orderID", ""),
    )
    return Recognised(kind, envelope, root)


def _credentials(header: etree._Element, roles: tuple[str, ...]) -> tuple[Identity, ...]:
    around = [element for role in roles for element in header.iterchildren(role)]
    elements = [item for element in around for item in element.iterchildren("Credential")]
    found = [Identity(_text_of(_child(item, "Identity")), item.get("domain", "")) for item in elements]
    return tuple(dict.fromkeys(identity for identity in found if identity.value))


def _idoc(root: etree._Element) -> Recognised:
    control = _child(root, CONTROL)
    if control is None:
        return Recognised("", XmlEnvelope(), root)
    fields = {str(field.tag): (field.text or "").strip() for field in reversed(control)}  # of several, the first
    test = fields.get("TEST")
    envelope = XmlEnvelope(
        _partner(fields, "SND"),
        _partner(fields, "RCV"),
        control_number=fields.get("DOCNUM", ""),
        environment="test" if test and test != "0" else "production",
        date=fields.get("CREDAT", ""),
        time=fields.get("CRETIM", ""),
        version=fields.get("DOCREL", ""),
        profile=fields.get("MESTYP", ""),
        number=_text_of(_child(_child(root, "E1EDK01"), "BELNR")),
    )
    return Recognised(f"IDoc {fields.get('IDOCTYP', '')}".strip(), envelope, root)


def _partner(control: dict[str, str], side: str) -> tuple[Identity, ...]:
    """Partner number with partner type, then the logical address, which subsystems fill with the partner's own id."""
    number, logical = control.get(f"{side}PRN"), control.get(f"{side}LAD")
    found = (Identity(number, control.get(f"{side}PRT", "")),) if number else ()
    return (*found, Identity(logical, "LAD")) if logical else found


def _child(element: etree._Element | None, *names: str) -> etree._Element | None:
    """The first element of one of these names directly in another, found by libxml2 itself."""
    return None if element is None else next(element.iterchildren(*names), None)


def _text_of(element: etree._Element | None) -> str:
    return "" if element is None else (element.text or "").strip()


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext(path) or "").strip()
