"""Whatever a partner sends, mapping ends with a result. When this fails, one bad order stops a whole file."""

import functools
import string

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mappings.engine.canonical.order import Order
from mappings.engine.findings import has_errors
from mappings.engine.rules.shape import LoopShape, source_shape
from mappings.library import index

ELEMENT = st.one_of(
    st.sampled_from(["", " ", "EA", "00", "SA", "1", "-1", "9.25", "20260302", "D8", "RD8", "x", "1:2:3", "é", "\x00"]),
    st.text(alphabet=string.printable + "éß", max_size=6),
)
ENVELOPE = st.sampled_from(
    ["interchange.date", "interchange.usage", "group.version", "interchange.component_separator"]
)


def _segment(name: str) -> st.SearchStrategy[list[str]]:
    return st.lists(ELEMENT, max_size=14).map(lambda elements: [name, *elements])


@functools.cache
def _node(loop: LoopShape, depth: int = 0) -> st.SearchStrategy[dict[str, object]]:
    """Any instance of a loop: any of its segments and loops, any of their elements, even without its own opener."""
    parts: dict[str, st.SearchStrategy[object]] = {}
    for name in sorted(loop.segments):
        parts[name] = st.lists(_segment(name), min_size=1, max_size=2)
    if depth < 2:
        for inner in loop.loops:
            parts[inner.id] = st.lists(_node(inner, depth + 1), min_size=1, max_size=2)
    names = st.lists(st.sampled_from(sorted(parts)), max_size=6, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: parts[name] for name in chosen}))


ROOT = source_shape("850", "004010").root


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(_node(ROOT), st.dictionaries(ENVELOPE, ELEMENT))
def test_no_tree_breaks_the_standard_mapping(root: dict[str, object], context: dict[str, str]) -> None:
    mapping = index.compiled("x12-850-order")
    result = mapping.apply(root, context)
    explained = mapping.explain(root, [], context)
    assert explained.body == result.body
    assert explained.findings == result.findings
    assert all(row.pointer for row in explained.lineage)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(_node(ROOT))
def test_what_has_no_error_fits_the_schema(root: dict[str, object]) -> None:
    root = root | {"BEG": [["BEG", "00", "SA", "4711"]], "ST": [["ST", "850", "1"]]}
    result = index.compiled("x12-850-order").apply(root, {"group.version": "004010"})
    if not has_errors(result.findings):
        msgspec.convert(result.body, Order)
