"""Tells without what in the source a part of the target comes to nothing, so that a program passes it by at one test.

A part can be passed by when all its rules can; one that would report something missing, or that has a value whatever
the document says, cannot.
"""

from collections.abc import Iterable, Mapping, Sequence

from mappings.engine.canonical.parts import Part
from mappings.engine.rules.declaration import (
    Block,
    Constant,
    Count,
    ListRule,
    ObjectRule,
    Position,
    Rule,
    TextSource,
    ValueRule,
)
from mappings.engine.rules.draft import Draft
from mappings.engine.rules.target import Field, fields
from mappings.engine.rules.value_writer import ValueWriter


class Needs:
    """Each answer is a few conditions in code: where none holds, nothing comes of the part. None where it cannot be
    said.
    """

    def __init__(self, draft: Draft, values: ValueWriter) -> None:
        self._draft = draft
        self._values = values

    def of_object(self, rules: Mapping[str, Rule], struct: type[Part]) -> list[str] | None:
        """Of an object, which is left out where it lacks a field that the model requires."""
        known = fields(struct)
        found: dict[str, None] = {}
        is_always = False
        for name, rule in rules.items():
            if name not in known or (not isinstance(rule, ListRule) and self._values.skipped(rule.releases)):
                continue
            if isinstance(rule, ValueRule) and isinstance(rule.source, Constant | Position | Count):
                is_always = True
                continue
            needs = self._of_rule(rule, known[name])
            if needs is None:
                return None
            found.update(dict.fromkeys(needs))
        if is_always and not self._lacks(rules, struct):
            return None
        return list(found) or None

    def of_list(self, blocks: Sequence[Block], info: Field) -> list[str] | None:
        """Of a list, from what its blocks go over or what they make their one item of."""
        return _together(self._of_block(block, info) for block in blocks)

    def _lacks(self, rules: Mapping[str, Rule], struct: type[Part]) -> bool:
        """Whether an object with nothing but its constants lacks a field that the model requires."""
        return any(info.required and not self._values.always(rules.get(name)) for name, info in fields(struct).items())

    def _of_rule(self, rule: Rule, info: Field) -> Sequence[str] | None:
        if isinstance(rule, ValueRule):
            return self._of_value(rule)
        if isinstance(rule, ObjectRule):
            return None if info.struct is None else self.of_object(rule.rules, info.struct)
        blocks = [block for block in rule.blocks if not self._values.skipped(block.releases)]
        return self.of_list(blocks, info)

    def _of_value(self, rule: ValueRule) -> Sequence[str] | None:
        if not isinstance(rule.source, TextSource) or rule.required or rule.default is not None:
            return None
        return self._draft.texts.text(rule.source, rule.rule).needs or None

    def _of_block(self, block: Block, info: Field) -> Sequence[str] | None:
        if block.each is not None:
            needs = self._draft.source.needs(block.each, f"{block.rule}.each")
            return [needs] if needs else None
        if block.groups is not None or block.then:
            return None
        if block.values:
            return _together(self._of_value(value) for value in block.values)
        return None if info.struct is None else self.of_object(block.rules, info.struct)


def _together(several: Iterable[Sequence[str] | None]) -> list[str] | None:
    """The conditions of all parts; None where one has none."""
    found: dict[str, None] = {}
    for needs in several:
        if needs is None:
            return None
        found.update(dict.fromkeys(needs))
    return list(found) or None
