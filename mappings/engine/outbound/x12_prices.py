"""Prices of documents from elsewhere as X12 says them: per one, ten, a hundred or a thousand, and nothing between.

UBL, cXML and SAP price per any quantity (50.00 per 40 pieces). Where X12 has no code for that basis (data element 639),
the price of one goes out: a price that only lost its basis would be forty times too high.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from mappings.engine.rules.declaration import Block, Declaration, ListRule, ObjectRule, Rule, ValueRule
from mappings.engine.rules.values import plain

Body = dict[str, Any]
_PLACES = Decimal("1e-10")
"""What a price of one keeps when it does not come out even; X12 has room for seventeen digits (data element 212)."""


def with_sayable_prices(declaration: Declaration, body: Body) -> Body:
    """The document with prices per one where the declaration has no code for what they are per."""
    rules = next(_price_rules(declaration.rules), None)
    return body if rules is None else _lines(declaration, rules, body)


def _lines(declaration: Declaration, rules: Mapping[str, Rule], body: Body) -> Body:
    lines = [
        line | {"price": _price(declaration, rules, line["price"], line.get("quantity") or {})}
        if isinstance(line.get("price"), dict)
        else line
        for line in body.get("lines", [])
    ]
    return body | {"lines": lines} if lines else body


def _price(declaration: Declaration, rules: Mapping[str, Rule], price: Body, quantity: Body) -> Body:
    basis = price.get("basis_quantity")
    if price.get("basis_unit") not in (None, quantity.get("unit"), quantity.get("unit_code")):
        return price
    plainer = {name: value for name, value in price.items() if name != "basis_unit"}  # it is the unit of the line
    if basis in (None, "1") or price.get("amount") is None:
        return plainer
    for one in (price, plainer):
        if _has_code(declaration, rules, one):
            return one
    try:
        each = Decimal(price["amount"]) / Decimal(basis)
    except (InvalidOperation, ZeroDivisionError):
        return price
    return plainer | {"amount": _short(each), "basis_quantity": "1"}


def _short(amount: Decimal) -> str:
    text = plain(amount.quantize(_PLACES))
    return text.rstrip("0").rstrip(".")


def _has_code(declaration: Declaration, rules: Mapping[str, Rule], price: Body) -> bool:
    """Whether one code says all that the declaration reads from it of a price."""
    mapped = {name: rule for name, rule in rules.items() if isinstance(rule, ValueRule) and rule.map}
    lists = declaration.codelists
    codes = {code for rule in mapped.values() for code in lists.get(rule.map, {})}
    return any(
        all(lists.get(rule.map, {}).get(code, rule.fallback.value) == price.get(name) for name, rule in mapped.items())
        for code in codes
    )


def _price_rules(rules: Mapping[str, Rule]) -> Iterator[Mapping[str, Rule]]:
    """The rules that read the price of a line."""
    lines = rules.get("lines")
    blocks: tuple[Block, ...] = lines.blocks if isinstance(lines, ListRule) else ()
    for block in blocks:
        price = block.rules.get("price")
        if isinstance(price, ObjectRule) and "basis_quantity" in price.rules:
            yield price.rules
