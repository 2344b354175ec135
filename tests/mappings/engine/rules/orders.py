"""Small declarations and hand-built trees for tests of the mapping language."""

from collections.abc import Mapping

from mappings.engine.rules.compiler import CompiledMapping, Mapped, compile_mapping

Segment = list[str]
Node = dict[str, list[object]]

CODELISTS: dict[str, dict[str, object]] = {
    "purposes": {"00": "original", "04": "change"},
    "types": {"SA": "standard"},
    "roles": {"ST": "ship_to", "BY": "buyer"},
    "units": {"EA": "EA", "CA": "CS"},
    "kinds": {"A": "allowance", "C": "charge"},
}

REQUIRED: dict[str, object] = {
    "number": {"from": "BEG03", "required": "The order number is missing"},
    "purpose": {"constant": "original"},
    "type": {"constant": "standard"},
    "totals": {"rules": {"computed": {"rules": {"line_count": {"count": "lines"}}}}},
}


def declaration(rules: Mapping[str, object] | None = None, **top: object) -> dict[str, object]:
    """A whole declaration that maps the least an order needs, and `rules`."""
    return {
        "mapping": "test",
        "source": {"format": "x12", "set": "850", "releases": ["004010"]},
        "target": "order/1",
        "codelists": CODELISTS,
        "rules": REQUIRED | dict(rules or {}),
    } | top


def compiled(rules: Mapping[str, object] | None = None, **top: object) -> CompiledMapping:
    return compile_mapping(declaration(rules, **top))


def segments(text: str) -> list[Segment]:
    """Segments from lines like "BEG*00*SA*1"."""
    return [line.strip().split("*") for line in text.strip().splitlines()]


def tree(text: str, loops: Mapping[str, str] | None = None) -> tuple[Node, list[Segment]]:
    """A root node from lines of segments, and all segments in order.

    loops: first segment of a loop → loop id. A loop takes the segments behind its first one until the next of its
    kind or a CTT or SE; loops do not nest here.
    """
    opening = dict(loops or {"N1": "N1Loop1", "PO1": "PO1Loop1", "CTT": "CTTLoop1", "N9": "N9Loop1", "SAC": "SACLoop1"})
    root: Node = {}
    node = root
    listed = segments(text)
    for segment in listed:
        name = segment[0]
        if name in opening:
            node = {}
            root.setdefault(opening[name], []).append(node)
        elif name == "SE":
            node = root
        node.setdefault(name, []).append(segment)
    return root, listed


def mapped(rules: Mapping[str, object], text: str, context: dict[str, str] | None = None, **top: object) -> Mapped:
    """The result of mapping lines of segments; the explaining program must agree."""
    mapping = compiled(rules, **top)
    root, listed = tree(text)
    result = mapping.apply(root, context or {}, listed)
    explained = mapping.explain(root, listed, context or {})
    assert (explained.body, explained.findings) == (result.body, result.findings)
    return explained
