"""Business rules on canonical documents. A rule sees the canonical form only, whatever it came from."""

from collections.abc import Callable

from mappings.engine.findings import Finding
from transactions.checks.despatch_advice import check_despatch_advice
from transactions.checks.invoice import check_invoice
from transactions.checks.items import check_items, check_price_catalogue, check_return
from transactions.checks.order import check_order
from transactions.checks.order_change import check_order_change
from transactions.checks.order_response import check_order_response
from transactions.checks.receipt_advice import check_receipt_advice
from transactions.checks.remittance_advice import check_remittance_advice
from transactions.checks.transport import check_freight_invoice, check_load_tender, check_transport_status
from transactions.checks.warehouse import check_warehouse_order, check_warehouse_shipping_advice

Body = dict[str, object]
CHECKS: dict[str, Callable[[Body], list[Finding]]] = {
    "order/1": check_order,
    "order-change/1": check_order_change,
    "order-response/1": check_order_response,
    "despatch-advice/1": check_despatch_advice,
    "invoice/1": check_invoice,
    "remittance-advice/1": check_remittance_advice,
    "receipt-advice/1": check_receipt_advice,
    "inventory-report/1": check_items,
    "product-activity/1": check_items,
    "price-catalogue/1": check_price_catalogue,
    "return/1": check_return,
    "warehouse-order/1": check_warehouse_order,
    "warehouse-shipping-advice/1": check_warehouse_shipping_advice,
    "freight-invoice/1": check_freight_invoice,
    "load-tender/1": check_load_tender,
    "transport-status/1": check_transport_status,
}


def check(schema: str, body: Body) -> list[Finding]:
    """The findings of all business rules for a canonical document of this schema ("order/1")."""
    rules = CHECKS.get(schema)
    return rules(body) if rules else []
