"""The registry of canonical models, and their JSON Schemas.

The published schemas are open: a consumer that validates with today's schema keeps working when a later minor
addition brings a field that it does not know. The structs are closed, so our own documents are exact.
"""

import json
from pathlib import Path
from typing import Any

import msgspec

from mappings.engine.canonical.despatch_advice import DespatchAdvice
from mappings.engine.canonical.goods_return import Return
from mappings.engine.canonical.invoice import Invoice
from mappings.engine.canonical.messages import ApplicationAdvice, TextMessage
from mappings.engine.canonical.order import Order
from mappings.engine.canonical.order_change import OrderChange
from mappings.engine.canonical.order_response import OrderResponse
from mappings.engine.canonical.parts import Part
from mappings.engine.canonical.price_catalogue import PriceCatalogue
from mappings.engine.canonical.receipt_advice import ReceiptAdvice
from mappings.engine.canonical.remittance_advice import RemittanceAdvice
from mappings.engine.canonical.stock import InventoryReport, ProductActivity
from mappings.engine.canonical.transport import FreightInvoice, LoadTender, LoadTenderResponse, TransportStatus
from mappings.engine.canonical.warehouse import WarehouseOrder, WarehouseShippingAdvice
from mappings.engine.errors import DeclarationError
from mappings.engine.names import nearest

MODELS: dict[str, type[Part]] = {
    "order/1": Order,
    "order-change/1": OrderChange,
    "order-response/1": OrderResponse,
    "despatch-advice/1": DespatchAdvice,
    "invoice/1": Invoice,
    "remittance-advice/1": RemittanceAdvice,
    "receipt-advice/1": ReceiptAdvice,
    "inventory-report/1": InventoryReport,
    "product-activity/1": ProductActivity,
    "price-catalogue/1": PriceCatalogue,
    "return/1": Return,
    "warehouse-order/1": WarehouseOrder,
    "warehouse-shipping-advice/1": WarehouseShippingAdvice,
    "transport-status/1": TransportStatus,
    "freight-invoice/1": FreightInvoice,
    "load-tender/1": LoadTender,
    "load-tender-response/1": LoadTenderResponse,
    "application-advice/1": ApplicationAdvice,
    "text-message/1": TextMessage,
}

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMAS = Path(__file__).parent / "schemas"


def model(name: str) -> type[Part]:
    """The struct of a canonical model ("order/1"). Raises DeclarationError with the nearest name."""
    if name not in MODELS:
        raise DeclarationError("target", f"there is no canonical model {name!r}{nearest(name, MODELS)}")
    return MODELS[name]


def json_schema(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a canonical model, with the model's name as its `$id`."""
    struct = model(name)
    (reference,), definitions = msgspec.json.schema_components([struct], ref_template="#/$defs/{name}")
    schema: dict[str, Any] = {"$schema": DIALECT, "$id": name, "title": name} | reference | {"$defs": definitions}
    _open(schema)
    return schema


def schema_path(name: str) -> Path:
    """Where the published schema of a model lies: "order/1" in schemas/order-1.json."""
    return SCHEMAS / f"{name.replace('/', '-')}.json"


def schema_text(name: str) -> str:
    """The published schema as it stands in its file: indented, with a final newline."""
    return json.dumps(json_schema(name), indent=1, ensure_ascii=False) + "\n"


def publish() -> list[Path]:
    """Write the schema of every model; returns the files written."""
    written = []
    for name in MODELS:
        path = schema_path(name)
        path.write_text(schema_text(name), encoding="utf-8")
        written.append(path)
    return written


def _open(node: object) -> None:
    if isinstance(node, dict):
        if node.get("additionalProperties") is False:
            del node["additionalProperties"]
        for child in node.values():
            _open(child)
    elif isinstance(node, list):
        for child in node:
            _open(child)


if __name__ == "__main__":
    publish()
