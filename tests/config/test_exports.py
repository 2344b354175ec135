"""If this fails, a file that people open in a spreadsheet is written by something that no test holds harmless."""

import re
from pathlib import Path

import pytest

from mappings.engine.text.export import harmless
from partners.services.partner_csv import safe_cell
from tests.spreadsheets import HOSTILE, calculated

ROOT = Path(__file__).resolve().parents[2]
KNOWN = {
    "mappings/engine/outbound/text.py",  # for programs as it is, for people harmless
    "mappings/engine/text/export.py",
    "mappings/services/csv_templates.py",
    "partners/services/export_partners.py",
}
WRITES = re.compile(r"csv\.writer\(|DictWriter|openpyxl|xlsxwriter|text/csv|to_csv")
NAMES_THE_TYPE = {
    "mappings/services/writing/text.py",
    "partners/admin/partner_csv.py",
    "partners/api/partner_files.py",
    "transactions/admin/export.py",
}


@pytest.mark.parametrize("app", ["config", "partners", "mappings", "transactions"])
def test_who_writes_rows_is_known(app: str) -> None:
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / app).rglob("*.py")
        if WRITES.search(path.read_text(encoding="utf-8"))
    }
    assert found <= KNOWN | NAMES_THE_TYPE


@pytest.mark.parametrize("text", HOSTILE)
def test_partners_and_traffic_disarm_the_same(text: str) -> None:
    assert calculated(safe_cell(text)) == calculated(harmless(text)) == []
