"""Which field of the canonical document goes where: by this, what is missing in XML is named as the field to give."""

from collections.abc import Iterator, Mapping

from mappings.engine.findings import Code, Finding, Place, finding
from mappings.engine.outbound.xml_missing import Lack, local
from mappings.engine.rules.declaration import (
    Block,
    Concat,
    Constant,
    Declaration,
    FirstOf,
    Join,
    ListRule,
    ObjectRule,
    PathSource,
    Rule,
    Source,
    ValueRule,
)
from mappings.engine.rules.paths import SourcePath
from mappings.engine.xml.structure import XmlStructure

Trail = tuple[str, ...]

_TELLING = ("type", "role", "scheme", "kind", "use", "function")
"""The fields by which the items of a list are told apart."""
_MOST = 3


class FieldNames:
    """The fields that a declaration writes at each place of a document."""

    def __init__(self, declaration: Declaration) -> None:
        self._name = declaration.name
        self._at: dict[tuple[Trail, str], list[str]] = {}
        self._lists: dict[str, list[Trail]] = {}
        self._everywhere: dict[str, list[str]] = {}
        self._rules(declaration.rules, "", ())
        for entry in declaration.outbound:
            field = "/".join(step.name for step in entry.field)
            if not field or not entry.is_written:
                continue
            list_name = "/".join(step.name for step in entry.items)
            if entry.every:
                self._everywhere.setdefault(entry.at.key, []).append(field)
                continue
            around = self._lists.get(list_name, []) if entry.items else [_names(entry.each, ()) if entry.each else ()]
            whole = field if entry.of_document else f"{list_name}/{field}"
            for trail in around:
                self._put(_names(entry.at, trail), entry.at.key, whole)

    def finding(self, lack: Lack, xpath: str, structure: XmlStructure) -> Finding:
        """The error for something that is missing in the element at `xpath`."""
        what = local(lack.name or lack.key, structure) or local(lack.trail[-1], structure)
        fields = _shortest(self._fields(lack))[:_MOST]
        reason = f"the document has no {' or '.join(fields)}" if fields else f"{self._name} has nothing to write there"
        message = f"{what} is demanded here, and {reason}"
        return finding(Code.FIELD_MISSING, message, Place(offset=-1, xpath=xpath))

    def _fields(self, lack: Lack) -> Iterator[str]:
        """The fields that are written at the very place; where there are none, those that are written below it."""
        trail = (*lack.trail, lack.name) if lack.name else lack.trail
        yield from self._everywhere.get(lack.key, ()) if lack.key else ()
        yield from self._at.get((trail, lack.key), ())
        if lack.name and (trail, "") not in self._at:
            inside = [known for known in self._at if known[0][: len(trail)] == trail]
            for known in sorted(inside, key=lambda one: (len(one[0]), one[1])):
                yield from self._at[known]

    def _put(self, trail: Trail, key: str, field: str) -> None:
        self._at.setdefault((trail, key), []).append(field)

    def _rules(self, rules: Mapping[str, Rule], prefix: str, trail: Trail) -> None:
        for name, rule in rules.items():
            if isinstance(rule, ObjectRule):
                self._rules(rule.rules, f"{prefix}{name}/", trail)
            elif isinstance(rule, ListRule):
                for block in rule.blocks:
                    self._block(block, f"{prefix}{name}", trail)
            else:
                for path in _paths(rule.source):
                    self._put(_names(path, trail), path.key, f"{prefix}{name}")

    def _block(self, block: Block, name: str, trail: Trail) -> None:
        inner = _names(block.each, trail) if block.each else trail
        told = f"{name}{_told(block)}"
        if block.each:
            self._put(inner, "", told)
            self._lists.setdefault(name, []).append(inner)
        self._rules(block.rules, f"{told}/", inner)
        for rule in block.values:
            for path in _paths(rule.source):
                self._put(_names(path, inner), path.key, name)
        for following in block.then:
            self._block(following, name, inner)


def _names(path: SourcePath, trail: Trail) -> Trail:
    around = () if path.absolute else trail[: len(trail) - path.up] if path.up else trail
    return (*around, *(step.name for step in path.steps))


def _paths(source: Source) -> Iterator[SourcePath]:
    if isinstance(source, PathSource):
        if not source.path.context:
            yield source.path
    elif isinstance(source, FirstOf | Concat):
        for one in source.sources:
            yield from _paths(one)
    elif isinstance(source, Join):
        yield from source.paths


def _shortest(fields: Iterator[str]) -> list[str]:
    """Each once, and none that lies in another one."""
    found = dict.fromkeys(fields)
    return [one for one in found if not any(one.startswith(f"{other}/") for other in found)]


def _told(block: Block) -> str:
    """[type=payable]: the constant by which the items of a block are told from others."""
    for name in _TELLING:
        rule = block.rules.get(name)
        if isinstance(rule, ValueRule) and isinstance(rule.source, Constant):
            return f"[{name}={rule.source.value}]"
    return ""
