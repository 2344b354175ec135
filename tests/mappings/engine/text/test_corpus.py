"""Every CSV, TSV and plain text of the corpus is read: as documents, or with findings that say what it is."""

import os
from pathlib import Path

import pytest

from mappings.engine.findings import Code
from tests.mappings.engine.text.golden import LAYOUTS
from tests.mappings.engine.text.sheets import read

ROOT = Path(__file__).parents[4]
CORPUS = Path(os.environ.get("ONRAMP_CORPUS", ROOT.parent / "shared" / "corpus"))
FILES = sorted(path for pattern in ("*.csv", "*.txt") for path in CORPUS.glob(f"*/**/{pattern}") if path.is_file())
DOCUMENTS = {
    "Online-Store-Orders-Sample.csv": ("store-orders", 19),
    "Online-Store-Orders.csv": ("store-orders", 1200),
    "fixtures/orders.csv": ("shop-orders", 3),
    "fixtures/inventory.csv": ("shop-stock", 1),
    "mock/purchase_orders.csv": ("purchase-order-lines", 36),
    "prod/purchase_orders.csv": ("purchase-order-lines", 30),
    "fixtures/purchase_orders.csv": ("purchase-order-lines", 5),
}
SPOKEN = {Code.LAYOUT_UNKNOWN, Code.COLUMNS_MISSING, Code.FORMAT_UNSUPPORTED, Code.FILE_EMPTY, Code.FILE_UNREADABLE}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(CORPUS)))
def test_a_file_ends_as_documents_or_named_findings(path: Path) -> None:
    result = read(path.read_bytes(), layouts=LAYOUTS)
    expected = [value for name, value in DOCUMENTS.items() if path.as_posix().endswith(name)]
    if expected:
        layout = result.opened[0].detection.layout
        assert [(layout.name if layout else "", len(result.documents))] == expected
    else:
        assert not result.documents
        assert SPOKEN & set(result.codes)
