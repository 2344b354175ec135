"""XML that is sent as an order and is none that Onramp reads: what people call it.

By the root's namespace and name, as the bodies that keep these standards publish them.
"""

import re

_OTHERS = tuple(
    (re.compile(pattern), name)
    for pattern, name in (
        (r"\{.*\bxcbl\b.*\}|\{.*commerceone.*\}", "xCBL"),
        (r"(\{.*rosettanet.*\}.*|Pip[0-9][A-Z][0-9]+.*)", "RosettaNet"),
        (r"\{.*openapplications\.org/oagis.*\}|[A-Z]+_[A-Z]+_[0-9]{3}$", "OAGIS"),
        (r"\{urn:(gs1|ean\.ucc):", "GS1 XML"),
        (r"\{.*opentrans.*\}", "openTRANS"),
        (r"\{urn:un:unece:uncefact:", "UN/CEFACT XML (CII, as in Factur-X and ZUGFeRD)"),
        (r"\{urn:oasis:names:(tc:ubl|specification:ubl:schema:xsd):.*1[.:]0\}", "UBL 1.0"),
        (r"\{urn:iso:std:iso:20022:", "ISO 20022, the language of banks"),
        (r"\{.*(soap/envelope/|soap-envelope)\}Envelope", "SOAP around a document, which is to be sent alone"),
        (r"\{http://Microsoft\.LobServices\.Sap/", "an IDoc as BizTalk hands it over, not as SAP writes it to a file"),
        (r"AmazonEnvelope$", "a feed of Amazon"),
        (r"(?i:cxml)$", "cXML, whose root is written cXML"),
        (
            r"(Order|OrderChange|OrderResponse|Invoice|CreditNote|DespatchAdvice)$",
            "UBL without its namespaces, or XML of the sender's own",
        ),
    )
)


def looks_like(tag: str) -> str:
    """What a root element ("{namespace}name") belongs to, "" where nobody could tell."""
    return next((name for pattern, name in _OTHERS if pattern.match(tag)), "")
