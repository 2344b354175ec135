"""What the rules of one object say about each other when they are run backwards."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from mappings.engine.rules.declaration import Block, Constant, Level, Parent, PathSource, Rule, ValueRule
from mappings.engine.rules.target import Kind

Body = dict[str, Any]


def always_made(rule: Rule) -> bool:
    """Whether reading would make a value whatever the sender wrote."""
    if not isinstance(rule, ValueRule) or rule.when is not None:
        return False
    return isinstance(rule.source, Constant) or (isinstance(rule.source, Parent) and rule.source.field == "key")


def own_codes(rules: dict[str, Rule], data: Body) -> frozenset[str]:
    """Fields that keep the sender's own code beside one that is translated from the same place."""
    places = {
        rule.source.path.text
        for name, rule in rules.items()
        if isinstance(rule, ValueRule) and rule.map and isinstance(rule.source, PathSource) and name in data
    }
    return frozenset(
        name
        for name, rule in rules.items()
        if isinstance(rule, ValueRule) and not rule.map and isinstance(rule.source, PathSource)
        if rule.source.path.text in places
    )


def names_of_standard(rules: dict[str, Rule], kinds: Mapping[int, Kind], data: Body) -> frozenset[str]:
    """Fields in which a standard names what another names otherwise or not at all: constants of texts (`role_code`,
    `qualifier`), and choices that the document does not make. Where an item is only an "other", its name decides.
    """
    constants = {
        name: rule for name, rule in rules.items() if isinstance(rule, ValueRule) and isinstance(rule.source, Constant)
    }
    if any(isinstance(rule.source, Constant) and rule.source.value == "other" for rule in constants.values()):
        return frozenset()
    return frozenset(
        name
        for name, rule in constants.items()
        if kinds.get(id(rule)) is Kind.TEXT or (kinds.get(id(rule)) is Kind.CHOICE and name not in data)
    )


def is_constant(rule: Rule) -> bool:
    """Whether a rule makes a constant of whatever was sent: by it the items of a list are told apart."""
    return isinstance(rule, ValueRule) and isinstance(rule.source, Constant)


def without_other_choices(rules: dict[str, Rule], kinds: Mapping[int, Kind], data: Body) -> dict[str, Rule]:
    """The rules of an object but for the choices that it takes for granted and the document makes otherwise: a price by
    contract is the price of a line where a standard has one only.
    """
    return {
        name: rule
        for name, rule in rules.items()
        if not isinstance(rule, ValueRule)
        or not isinstance(rule.source, Constant)
        or kinds.get(id(rule)) is not Kind.CHOICE
        or data.get(name, rule.source.value) == rule.source.value
    }


def beside(rule: ValueRule, rules: dict[str, Rule], data: Body) -> tuple[tuple[ValueRule, Any], ...]:
    """All rules that translate what this one does, with what the document has for them."""
    return tuple(
        (other, data.get(name))
        for name, other in rules.items()
        if isinstance(other, ValueRule) and other.map and other.source == rule.source
    )


def own_code(rule: ValueRule, rules: dict[str, Rule], data: Body) -> str:
    """The sender's own code that stands where a rule translates it; "" for none."""
    return next(
        (
            str(data[name])
            for name, other in rules.items()
            if isinstance(other, ValueRule) and not other.map and other.source == rule.source and name in data
        ),
        "",
    )


def following(block: Block) -> tuple[str, ...]:
    """The fields by which the items of a block name, with its key, the item that they follow; () for other blocks."""
    return tuple(
        name
        for name, rule in block.rules.items()
        if isinstance(rule, ValueRule) and isinstance(rule.source, Parent) and rule.source.field == "key"
    )


def follows(block: Block, item: Any) -> bool:
    """Whether a block makes items that follow another and this is one, or none of both."""
    names = following(block)
    if isinstance(item, dict) and names:
        return any(name in item for name in names)
    return not names


def level_key(block: Block) -> str:
    """The field that names the level (X12 HL) at which the items of a block stand; "" where none does."""
    for name, rule in block.rules.items():
        if isinstance(rule, ValueRule) and isinstance(rule.source, Level) and not rule.source.path.steps[-1].above:
            return name
    return ""


def often(block: Block, items: list[Any]) -> frozenset[Any]:
    """The levels that several of the items name: reading makes one item of a level, so this block is not theirs."""
    name = level_key(block)
    named = Counter(item[name] for item in items if name in item) if name else Counter[Any]()
    return frozenset(key for key, times in named.items() if times > 1)


def from_above(rule: ValueRule) -> bool:
    """Whether a value stands at a level around its own: only when all levels have their places it is known which."""
    source = rule.source
    return isinstance(source, PathSource) and bool(source.path.steps) and source.path.steps[0].above
