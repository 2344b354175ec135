"""Which rules of a mapping are another's: fragments that it uses as they stand there, and that are shown there."""

from mappings.library import index


def borrowed(name: str, rule: str) -> bool:
    """Whether a rule ("...<contact>.name") is of a fragment that the mapping has from the one it names."""
    own = index.declaration(name)
    lender = own.get("fragments_of")
    fragment = rule[rule.rindex("<") + 1 :].partition(">")[0] if "<" in rule else ""
    return isinstance(lender, str) and fragment in _fragments(lender) and fragment not in _fragments(name)


def _fragments(name: str) -> set[str]:
    found = index.declaration(name).get("fragments", {})
    return set(found) if isinstance(found, dict) else set()
