"""Business rules for `invoice/1`.

Sums as in EN 16931 (BR-CO-10, BR-CO-15, BR-CO-16) where the sender states them. What X12, files and some countries
leave open, whether allowances, charges and taxes are in the total, counts as right either way; what is exclusive of tax
means the taxable base to some, so nothing is said about it.
"""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from mappings.engine.findings import Code, Finding, Severity, finding
from transactions.checks.amounts import agrees, amounts_of, stated, total
from transactions.checks.lines import distinct_numbers

Body = dict[str, Any]
NOTHING = (0, Decimal(0))
MOST_TAXES = 6
"""So many stated taxes are tried in all combinations."""
MOST = 20
"""So many findings of one rule are enough to see what is wrong."""


def check_invoice(body: Body) -> list[Finding]:
    """What accounting cannot book as it stands (errors), and what it will question (warnings)."""
    lines = body.get("lines", [])
    if body.get("purpose") == "cancellation":
        return []
    if not lines and not stated(body):
        return [finding(Code.INVOICE_WITHOUT_LINES)]
    return [
        *_order(body, lines),
        *_credited(body, lines),
        *list(_line_amounts(lines))[:MOST],
        *_totals(body, lines),
        *distinct_numbers(lines),
    ]


def _order(body: Body, lines: list[Body]) -> Iterator[Finding]:
    named = [body, *lines]
    if body.get("type") != "credit_note" and not any(
        part.get("order", {}).get("number") or part.get("order", {}).get("seller_number") for part in named
    ):
        yield finding(Code.ORDER_NOT_NAMED, severity=Severity.WARNING, target="/order")


def _credited(body: Body, lines: list[Body]) -> Iterator[Finding]:
    if body.get("type") == "credit_note" and not any(part.get("billing_references") for part in (body, *lines)):
        yield finding(Code.CREDIT_WITHOUT_INVOICE, target="/billing_references")


def _line_amounts(lines: list[Body]) -> Iterator[Finding]:
    """A stated amount of a line against quantity times price, with what the line adds or takes away, or without."""
    for index, line in enumerate(lines):
        said = next((one for one in line.get("stated_amounts", []) if one["type"] == "lines_total"), None)
        if said is None or "amount" not in line:
            continue
        parts = line.get("allowances_charges", [])
        extras = [-total(parts, "allowance"), total(parts, "charge"), total(parts, "other")]
        if not agrees(Decimal(said["amount"]), Decimal(line["amount"]), extras, 1):
            yield finding(
                Code.LINE_AMOUNT_MISMATCH,
                f"Line {line.get('line_id', line['key'])} states {said['amount']}; quantity times price is "
                f"{line['amount']}.",
                value=said["amount"],
                target=f"/lines/{index}/stated_amounts/{line['stated_amounts'].index(said)}/amount",
            )


def _totals(body: Body, lines: list[Body]) -> Iterator[Finding]:
    """Each stated total against what it is made of; nothing is said where a part is not known."""
    amounts = stated(body)
    sum_of_lines = _sum_of_lines(lines)
    if "lines_total" in amounts and sum_of_lines is not None:
        yield from _unless(
            agrees(amounts["lines_total"][1], sum_of_lines, _of_lines(lines), len(lines)),
            amounts,
            "lines_total",
            sum_of_lines,
        )
    base = amounts["lines_total"][1] if "lines_total" in amounts else sum_of_lines
    if base is None:
        return
    parts = body.get("allowances_charges", [])
    whole = [-total(parts, "allowance"), total(parts, "charge"), total(parts, "other")]
    rounding = amounts.get("rounding", NOTHING)[1]
    taxes = [amount for kind, amount in amounts_of(body) if kind == "tax"][:MOST_TAXES] or [
        total(body.get("taxes", []))
    ]
    if "total" in amounts:
        extras = [*whole, *taxes, rounding, *_of_lines(lines)]
        made = base + sum(whole) + sum(taxes)
        yield from _unless(agrees(amounts["total"][1], base, extras, len(lines)), amounts, "total", made)
    if {"payable", "total"} <= amounts.keys():
        due = amounts["total"][1] - amounts.get("prepaid", NOTHING)[1]
        close = agrees(amounts["payable"][1], due, [rounding], 0)
        yield from _unless(close, amounts, "payable", due + rounding)


def _unless(fits: bool, amounts: dict[str, tuple[int, Decimal]], kind: str, made: Decimal) -> Iterator[Finding]:
    if not fits:
        index, amount = amounts[kind]
        yield finding(
            Code.INVOICE_SUM_MISMATCH,
            f"The invoice states {amount:f} as its {kind.replace('_', ' ')}; what it is made of comes to {made:f}.",
            value=f"{amount:f}",
            target=f"/totals/stated/amounts/{index}/amount",
        )


def _sum_of_lines(lines: list[Body]) -> Decimal | None:
    """The sum of the lines as stated, else as computed; None where a line has neither, or its own direction."""
    found = Decimal(0)
    for line in lines:
        said = next((one["amount"] for one in line.get("stated_amounts", []) if one["type"] == "lines_total"), None)
        amount = said or line.get("amount")
        if amount is None or "relation" in line:
            return None
        sign = -1 if line.get("direction") == "debit" else 1
        found += sign * Decimal(amount)
    return found if lines else None


def _of_lines(lines: list[Body]) -> list[Decimal]:
    """What the lines have of their own, each kind added up."""
    parts = [part for line in lines for part in line.get("allowances_charges", [])]
    taxes = [tax for line in lines for tax in line.get("taxes", [])]
    return [-total(parts, "allowance"), total(parts, "charge"), total(taxes)]
