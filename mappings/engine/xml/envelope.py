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
_CXML_PARTS = ("Request", "Message", "Response")
_UBL_TEXTS = ("UUID", "IssueDate", "IssueTime", "UBLVersionID", "CustomizationID", "ID")
_LOOKED_AT = frozenset([
    "Header", CONTROL, "E1EDK01", *(f"{CBC}{name}" for name in _UBL_TEXTS),
    *(f"{CAC}{name}" for name in (*_UBL_SENDERS, *_UBL_RECEIVERS)),
])  # fmt: skip
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


class Facts(msgspec.Struct, frozen=True):
    """What a record says of itself, as it stands there: found by its structure alone, whatever the texts are.

    kind: as in Recognised, for IDocs without the basic type, which is `type`. senders, receivers: value and scheme;
    routed_: those of an SBDH, which may hold the scheme in the value. mode: of cXML, None in others. test: of IDocs.
    instant: date and time in one. The others are those of XmlEnvelope.
    """

    kind: str = ""
    type: str = ""
    routed_senders: tuple[tuple[str, str], ...] = ()
    routed_receivers: tuple[tuple[str, str], ...] = ()
    senders: tuple[tuple[str, str], ...] = ()
    receivers: tuple[tuple[str, str], ...] = ()
    control_number: str = ""
    mode: str | None = None
    test: str | None = None
    instant: str = ""
    date: str = ""
    time: str = ""
    version: str = ""
    profile: str = ""
    number: str = ""

    def envelope(self, dtd_version: str = "") -> XmlEnvelope:
        """What the texts mean. dtd_version: of a cXML DTD that the file names."""
        date, _, time = self.instant.replace(" ", "T", 1).partition("T")
        return XmlEnvelope(
            (*_routed(self.routed_senders), *_identities(self.senders)),
            (*_routed(self.routed_receivers), *_identities(self.receivers)),
            control_number=self.control_number,
            environment=self._environment(),
            date=date or self.date,
            time=time or self.time,
            version=self.version or ("" if self.mode is None else dtd_version),
            profile=self.profile,
            number=self.number,
        )

    def full_kind(self) -> str:
        return f"{self.kind} {self.type}".strip()

    def _environment(self) -> str:
        if self.test is not None:
            return "test" if self.test and self.test != "0" else "production"
        mode = (self.mode or "").lower()
        return mode if mode in ("", "production") else "test"  # whatever else it says is not meant for real


def recognise(root: etree._Element, dtd_version: str = "") -> Recognised:
    """Tell what a record is."""
    facts, record = facts_of(root)
    return Recognised(facts.full_kind(), facts.envelope(dtd_version), record)


def facts_of(root: etree._Element) -> tuple[Facts, etree._Element]:
    """What a record says of itself, and the root of the document in it."""
    if root.tag == f"{SBDH}StandardBusinessDocument":
        return _business_document(root)
    match = UBL.fullmatch(str(root.tag))
    if match and match[1] == match[2]:
        return _ubl(root, match[1]), root
    if root.tag == "cXML":
        return _cxml(root), root
    if root.tag == IDOC or _child(root, CONTROL) is not None:
        return _idoc(root), root
    return Facts(), root


_MOST_ATTRIBUTES = 100
"""Of a secret, that are masked; where there are more, lxml would look for each of them among all, and none is kept."""


def is_about_envelope(path: tuple[str, ...]) -> bool:
    """Whether `facts_of` looks at elements at this path, from below the root of the document, or into them."""
    first = path[0]
    if first in _CXML_PARTS:
        return len(path) < 3 or path[2] == "OrderRequestHeader"
    return first in _LOOKED_AT


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
        if len(secret.attrib) > _MOST_ATTRIBUTES:
            secret.attrib.clear()
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


def _business_document(root: etree._Element) -> tuple[Facts, etree._Element]:
    header = root.find(f"{SBDH}StandardBusinessDocumentHeader")
    inner = next((child for child in root if child is not header), None)
    if inner is None or header is None:
        return Facts(), root
    found, document = facts_of(inner)
    about = f"{SBDH}DocumentIdentification/{SBDH}"
    facts = msgspec.structs.replace(
        found,
        routed_senders=(*_sbdh_ids(header, "Sender"), *found.routed_senders),
        routed_receivers=(*_sbdh_ids(header, "Receiver"), *found.routed_receivers),
        control_number=_text(header, f"{about}InstanceIdentifier") or found.control_number,
        instant=_text(header, f"{about}CreationDateAndTime"),
        date="",
        time="",
    )
    return facts, document


def _sbdh_ids(header: etree._Element, role: str) -> Iterator[tuple[str, str]]:
    for element in header.iterfind(f"{SBDH}{role}/{SBDH}Identifier"):
        yield (element.text or "").strip(), element.get("Authority", "").strip()


def _routed(found: tuple[tuple[str, str], ...]) -> Iterator[Identity]:
    """Peppol writes the scheme into the value: "0088:7300072311115"."""
    for value, authority in found:
        scheme, colon, rest = value.partition(":")
        if value:
            yield Identity(rest, scheme) if colon else Identity(value, authority)


def _identities(found: tuple[tuple[str, str], ...]) -> Iterator[Identity]:
    """Each that has a value, once."""
    return iter(dict.fromkeys(Identity(value, scheme) for value, scheme in found if value))


def _ubl(root: etree._Element, name: str) -> Facts:
    found = children(root)
    senders, receivers = _ubl_ids(found, _UBL_SENDERS), _ubl_ids(found, _UBL_RECEIVERS)
    if name in _FROM_SELLER:
        senders, receivers = receivers, senders
    return Facts(
        f"UBL {name}",
        senders=senders,
        receivers=receivers,
        control_number=_first(found, f"{CBC}UUID"),
        date=_first(found, f"{CBC}IssueDate"),
        time=_first(found, f"{CBC}IssueTime"),
        version=_first(found, f"{CBC}UBLVersionID"),
        profile=_first(found, f"{CBC}CustomizationID"),
        number=_first(found, f"{CBC}ID"),
    )


def _ubl_ids(found: Children, roles: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
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
    return tuple(((item.text or "").strip(), item.get("schemeID", "").strip()) for item in elements)


def _below(found: Children, name: str, inner: str) -> Iterator[Element]:
    for element in of_name(found, name):
        yield from of_name(children(element), inner)


def _first(found: Children, name: str) -> str:
    return (found[name].text or "").strip() if name in found else ""


def _cxml(root: etree._Element) -> Facts:
    header, part = _child(root, "Header"), _child(root, *_CXML_PARTS)
    body = None if part is None else next((child for child in part if child.tag != "Status"), None)
    order = _child(_child(_child(root, "Request"), "OrderRequest"), "OrderRequestHeader")
    return Facts(
        "cXML" if body is None else f"cXML {body.tag}",
        senders=() if header is None else _credentials(header, ("From", "Sender")),
        receivers=() if header is None else _credentials(header, ("To",)),
        control_number=root.get("payloadID", "").strip(),
        mode="" if part is None else part.get("deploymentMode", "production").strip(),
        instant=root.get("timestamp", "").strip(),
        version=root.get("version", "").strip(),
        number="" if order is None else order.get("orderID", "").strip(),
    )


def _credentials(header: etree._Element, roles: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    around = [element for role in roles for element in header.iterchildren(role)]
    elements = [item for element in around for item in element.iterchildren("Credential")]
    return tuple((_text_of(_child(item, "Identity")), item.get("domain", "").strip()) for item in elements)


def _idoc(root: etree._Element) -> Facts:
    control = _child(root, CONTROL)
    if control is None:
        return Facts()
    fields = {str(field.tag): (field.text or "").strip() for field in reversed(control)}  # of several, the first
    return Facts(
        "IDoc",
        fields.get("IDOCTYP", ""),
        senders=_partner(fields, "SND"),
        receivers=_partner(fields, "RCV"),
        control_number=fields.get("DOCNUM", ""),
        test=fields.get("TEST", ""),
        date=fields.get("CREDAT", ""),
        time=fields.get("CRETIM", ""),
        version=fields.get("DOCREL", ""),
        profile=fields.get("MESTYP", ""),
        number=_text_of(_child(_child(root, "E1EDK01"), "BELNR")),
    )


def _partner(control: dict[str, str], side: str) -> tuple[tuple[str, str], ...]:
    """Partner number with partner type, then the logical address, which subsystems fill with the partner's own id."""
    return (control.get(f"{side}PRN", ""), control.get(f"{side}PRT", "")), (control.get(f"{side}LAD", ""), "LAD")


def _child(element: etree._Element | None, *names: str) -> etree._Element | None:
    """The first element of one of these names directly in another, found by libxml2 itself."""
    return None if element is None else next(element.iterchildren(*names), None)


def _text_of(element: etree._Element | None) -> str:
    return "" if element is None else (element.text or "").strip()


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext(path) or "").strip()
