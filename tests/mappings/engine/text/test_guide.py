"""The guide to text files must say what works."""

import re
from pathlib import Path

import yaml

from mappings.engine.rules.compiler import compile_mapping
from mappings.engine.text.record import Record
from mappings.engine.text.settings import Layout
from tests.mappings.engine.text.sheets import read

GUIDE = Path(__file__).parents[4] / "config" / "docs" / "guides" / "text-files.md"
REQUIRED = {
    "purpose": {"constant": "original"},
    "type": {"constant": "standard"},
    "totals": {"rules": {"computed": {"rules": {"line_count": {"count": "lines"}}}}},
}


def test_the_mapping_of_the_guide_maps_the_file_it_describes() -> None:
    declaration: dict[str, dict[str, list[str]]] = {}
    for block in re.findall(r"```yaml\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL):
        declaration |= yaml.safe_load(block)
    source = declaration["source"]
    rules = REQUIRED | declaration["rules"]
    mapping = compile_mapping(
        {"mapping": "guide", "title": "Guide", "source": source, "target": "order/1", "rules": rules}
    )
    layout = Layout(str(source["layout"]), tuple(source["columns"]), tuple(source["optional"]), tuple(source["key"]))
    (document,) = read("PRICE,Item,Quantity,Order\n2.50,x,3,A\n1.10,y,4,\n", layouts=(layout,)).documents
    record = Record(document)
    body = mapping.apply(record.node, {}, record).body
    assert body["number"] == "A"
    assert body["lines"] == [{"key": 1, "quantity": {"value": "3"}}, {"key": 2, "quantity": {"value": "4"}}]
