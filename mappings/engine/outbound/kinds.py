"""What the fields are that a declaration's rules fill: a date is written otherwise than a text of the same signs."""

from collections.abc import Mapping

from mappings.engine.canonical.parts import Part
from mappings.engine.canonical.schema import model
from mappings.engine.rules.declaration import Block, Declaration, ListRule, ObjectRule, Rule
from mappings.engine.rules.target import Kind, fields

Kinds = dict[int, Kind]


def kinds(declaration: Declaration) -> Kinds:
    """The kind of the field that each single value's rule fills, by the rule's `id`."""
    found: Kinds = {}
    _of_rules(declaration.rules, model(declaration.target), found)
    return found


def _of_rules(rules: Mapping[str, Rule], struct: type[Part], found: Kinds) -> None:
    for name, rule in rules.items():
        field = fields(struct)[name]
        if isinstance(rule, ListRule):
            for block in rule.blocks:
                _of_block(block, field.struct, found)
        elif isinstance(rule, ObjectRule):
            if field.struct is not None:
                _of_rules(rule.rules, field.struct, found)
        else:
            found[id(rule)] = field.kind


def _of_block(block: Block, struct: type[Part] | None, found: Kinds) -> None:
    for rule in block.values:
        found[id(rule)] = Kind.TEXT
    if struct is not None:
        _of_rules(block.rules, struct, found)
        for inner in block.then:
            _of_block(inner, struct, found)
