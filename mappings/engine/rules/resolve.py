"""Makes a declaration whole: what it extends is merged in, and the code lists that it names are put inside.

A partner's mapping says only what differs from a standard one:

    extends: x12-850-order
    rules:
      number: {from: REF[01=PO]/02, required: ...}    # replaces the rule
      release_number: null                            # takes it away
      lines:
        - name: lines                                 # the block of that name (or with that `each`)
          rules: {line_id: LIN01}                     # its rules are merged in turn

A mapping of another document may use the fragments of one or several, with the code lists they name, and none of their
rules; of fragments with one name, those of the first count:

    fragments_of: [x12-880-invoice, x12-850-order]
"""

from collections.abc import Callable, Mapping

from mappings.engine.errors import DeclarationError
from mappings.engine.names import nearest

Literal = str | int | bool
CodeList = dict[str, Literal]
Data = Mapping[str, object]

MAX_PARENTS = 8


def resolve_declaration(
    data: Data,
    declaration: Callable[[str], Data],
    codelists: Mapping[str, CodeList],
    preferred: Mapping[str, Mapping[str, str]] | None = None,
) -> dict[str, object]:
    """The whole declaration. declaration: gives a mapping by name, or raises DeclarationError. preferred: of the code
    lists, the codes to send for what several of them mean.
    """
    whole = _with_codelists(_inherit(data, declaration, ()), codelists)
    return _with_preferred(whole, codelists, preferred or {})


def _inherit(data: Data, declaration: Callable[[str], Data], seen: tuple[str, ...]) -> dict[str, object]:
    own = _borrow(dict(data), declaration, seen)
    parent = own.pop("extends", None)
    if parent is None:
        return own
    return _merge(_parent(parent, "extends", declaration, seen), own)


def _parent(name: object, key: str, declaration: Callable[[str], Data], seen: tuple[str, ...]) -> dict[str, object]:
    """The whole declaration of that name."""
    if not isinstance(name, str):
        raise DeclarationError(key, "is the name of a mapping")
    if name in seen or len(seen) >= MAX_PARENTS:
        raise DeclarationError(key, f"{' extends '.join((*seen, name))}: a mapping cannot extend itself")
    return _inherit(declaration(name), declaration, (*seen, name))


def _borrow(own: dict[str, object], declaration: Callable[[str], Data], seen: tuple[str, ...]) -> dict[str, object]:
    """The declaration with those fragments of other mappings that it uses."""
    named = own.pop("fragments_of", None)
    if named is None:
        return own
    lenders = named if isinstance(named, list) else [named]
    bases = [_parent(lender, "fragments_of", declaration, seen) for lender in reversed(lenders)]
    known = _together(bases, "fragments")
    fragments = dict(_mapping(own.get("fragments", {}), "fragments"))
    pending = _named([own.get("rules"), fragments], "use")
    while pending:
        name = pending.pop()
        if name in known and name not in fragments:
            fragments[name] = known[name]
            pending |= _named(known[name], "use")
    lists = dict(_mapping(own.get("codelists", {}), "codelists"))
    for name, entries in _together(bases, "codelists").items():
        if name in _named(list(fragments.values()), "map"):
            lists.setdefault(name, entries)
    return own | {"fragments": fragments} | ({"codelists": lists} if lists else {})


def _together(bases: list[dict[str, object]], key: str) -> dict[str, object]:
    """What several declarations hold under a key; the last counts."""
    return {name: item for base in bases for name, item in _mapping(base.get(key, {}), key).items()}


def _merge(base: Data, own: Data) -> dict[str, object]:
    merged = dict(base) | {key: value for key, value in own.items() if key not in ("rules", "codelists", "fragments")}
    for key in ("codelists", "fragments"):
        if key in own:
            merged[key] = dict(_mapping(base.get(key, {}), key)) | dict(_mapping(own[key], key))
    if "rules" in own:
        merged["rules"] = _merge_rules(
            _mapping(base.get("rules", {}), "rules"), _mapping(own["rules"], "rules"), "rules"
        )
    if isinstance(before := base.get("outbound"), list) and isinstance(after := own.get("outbound"), list):
        merged["outbound"] = [*after, *before]  # the first that has a value for a place gives it
    return merged


def _merge_rules(base: Data, own: Data, path: str) -> dict[str, object]:
    merged = dict(base)
    for name, rule in own.items():
        where = f"{path}.{name}"
        if rule is None:
            if name not in merged:
                raise DeclarationError(where, f"there is no such rule to take away{nearest(name, merged)}")
            del merged[name]
        else:
            merged[name] = _merge_rule(merged.get(name), rule, where)
    return merged


def _merge_rule(base: object, own: object, path: str) -> object:
    if isinstance(base, list) and isinstance(own, list):
        return _merge_blocks(base, own, path)
    if isinstance(base, Mapping) and isinstance(own, Mapping) and "rules" in own and ({"rules", "use"} & base.keys()):
        merged = dict(base) | dict(own) | {"rules": _rules_of(base, own, path)}
        return merged | _then_of(base, own, path)
    return own


def _then_of(base: Data, own: Data, path: str) -> dict[str, object]:
    """The blocks that follow the items of a block are told apart by name, like those of a list."""
    before, after = base.get("then"), own.get("then")
    if isinstance(before, list) and isinstance(after, list):
        return {"then": _merge_blocks(before, after, f"{path}.then")}
    return {}


def _rules_of(base: Data, own: Data, path: str) -> dict[str, object]:
    return _merge_rules(_mapping(base.get("rules", {}), path), _mapping(own["rules"], path), f"{path}.rules")


def _merge_blocks(base: list[object], own: list[object], path: str) -> list[object]:
    merged = list(base)
    for number, block in enumerate(own):
        where = f"{path}[{number}]"
        item = _mapping(block, where)
        key = item.get("name", item.get("each"))
        matching = [i for i, known in enumerate(merged) if isinstance(known, Mapping) and _names(known, key)]
        if item.get("remove") is True:
            if not matching:
                raise DeclarationError(where, f"there is no block {key!r} to take away")
            merged = [known for i, known in enumerate(merged) if i not in matching]
        elif matching:
            known = _mapping(merged[matching[0]], where)
            merged[matching[0]] = _merge_rule(known, item, where) if "rules" in item else dict(known) | dict(item)
        else:
            merged.append(item)
    return merged


def _names(block: Data, key: object) -> bool:
    return key is not None and key in (block.get("name"), block.get("each"))


def _with_codelists(data: dict[str, object], known: Mapping[str, CodeList]) -> dict[str, object]:
    """Put every code list in that a rule names and the declaration does not hold itself."""
    lists = dict(_mapping(data.get("codelists", {}), "codelists"))
    for name in sorted(_named([data.get("rules"), data.get("fragments")], "map")):
        if name not in lists and name in known:
            lists[name] = known[name]
    return data | {"codelists": lists} if lists else data


def _with_preferred(
    data: dict[str, object], known: Mapping[str, CodeList], preferred: Mapping[str, Mapping[str, str]]
) -> dict[str, object]:
    """Put in what is preferred of the lists that are the library's; what the declaration says itself counts."""
    own = _mapping(data.get("preferred", {}), "preferred")
    lists = _mapping(data.get("codelists", {}), "codelists")
    put_in = {name: preferred[name] for name in sorted(lists) if name in preferred and lists[name] == known.get(name)}
    whole = {
        **put_in,
        **{name: {**put_in.get(name, {}), **_mapping(codes, "preferred")} for name, codes in own.items()},
    }
    return data | {"preferred": whole} if whole else data


def _named(node: object, key: str) -> set[str]:
    """What a key names anywhere below: `map` a code list, `use` a fragment."""
    found: set[str] = set()
    pending = [node]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            continue
        if isinstance(item, Mapping):
            names = item.get(key)
            found |= {name for name in (names if isinstance(names, list) else [names]) if isinstance(name, str)}
            pending += item.values()
        elif isinstance(item, list):
            pending += item
    return found


def _mapping(data: object, path: str) -> Data:
    if not isinstance(data, Mapping):
        raise DeclarationError(path, "is a mapping of names")
    return data
