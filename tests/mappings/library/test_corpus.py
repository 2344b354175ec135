"""Every order of the corpus, whole or broken, is mapped without our falling over."""

import os
from pathlib import Path

import jsonschema
import msgspec

from mappings.engine.canonical.order import Order
from mappings.engine.canonical.schema import json_schema
from mappings.engine.findings import has_errors
from mappings.library import index
from tests.mappings.library import golden

ROOT = Path(__file__).parents[3]
CORPUS = Path(os.environ.get("ONRAMP_CORPUS", ROOT.parent / "shared" / "corpus"))


def _orders() -> list[Path]:
    files = [path for path in CORPUS.rglob("*") if path.suffix in (".edi", ".txt") and path.is_file()]
    return [path for path in files if b"\x2a850\x2a" in path.read_bytes()[:4000]]


def test_no_order_of_the_corpus_breaks_the_mapping() -> None:
    schema = jsonschema.Draft202012Validator(json_schema("order/1"))
    mapping = index.compiled("x12-850-order")
    for path in _orders():
        for document in golden.documents(path):
            if document.reading.set_id != "850":
                continue
            result = golden.mapped(mapping, document)
            if not has_errors(result.findings):
                schema.validate(result.body)
                msgspec.convert(result.body, Order)
