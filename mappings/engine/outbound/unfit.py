"""Documents that a format cannot say (`only` in the `outbound` part of a declaration): they would be read as others.

A cancellation that goes out as UBL Order would be a new order, an invoice as UBL CreditNote a credit. A response that
goes out as OrderResponse is one, though UBL has no code for that: `only` names what goes without saying, too.
"""

from typing import Any

from mappings.engine.findings import Code, Finding, finding
from mappings.engine.outbound.native import is_native
from mappings.engine.rules.declaration import Declaration

Body = dict[str, Any]


def unfit(declaration: Declaration, body: Body, misstated: list[Finding]) -> list[Finding]:
    """An error for each field whose value is none of those that this declaration writes; of several entries for one
    field the first counts. misstated: what writing found; of the fields that `only` is about, it is left to that.

    A document that came by this standard is written as it came.
    """
    if is_native(declaration, body):
        return misstated
    allowed = {entry.only: entry.values for entry in reversed(declaration.outbound) if entry.only}
    findings = [one for one in misstated if one.target.removeprefix("/") not in allowed]
    for name, values in allowed.items():
        value = body.get(name)
        if value is not None and value not in values:
            message = f"{declaration.source.document} cannot say that the {name} is {value}"
            findings.append(finding(Code.DOCUMENT_UNFIT, message, value=str(value), target=f"/{name}"))
    return findings
