"""Which rules of a mapping are another's: fragments that it uses as they stand there, and that are shown there."""

from mappings.library import index


def borrowed(name: str, rule: str) -> bool:
    """Whether a rule ("...<contact>.name") is of a fragment that the mapping has from one it names, or that from
    another, or the mapping that it extends."""
    fragment = rule[rule.rindex("<") + 1 :].partition(">")[0] if "<" in rule else ""
    own = index.declaration(name)
    parent = own.get("extends")
    return fragment not in _fragments(name) and (
        _lends(own.get("fragments_of"), fragment) or (isinstance(parent, str) and borrowed(parent, rule))
    )


def _lends(named: object, fragment: str) -> bool:
    lenders: list[str] = named if isinstance(named, list) else [str(named)] if named else []
    return any(
        fragment in _fragments(lender) or _lends(index.declaration(lender).get("fragments_of"), fragment)
        for lender in lenders
    )


def _fragments(name: str) -> set[str]:
    found = index.declaration(name).get("fragments", {})
    return set(found) if isinstance(found, dict) else set()
