"""Writes texts of an X12 set as expressions, and conditions on them."""

from mappings.engine.errors import DeclarationError
from mappings.engine.names import nearest
from mappings.engine.rules.declaration import Join, SourceTest
from mappings.engine.rules.paths import SourcePath
from mappings.engine.rules.source import CONTEXT, Guard, Read, SourceTexts, Text
from mappings.engine.rules.source_writer import SegmentScope, SourceWriter, tuple_code

SEPARATOR = "interchange.component_separator"


class SegmentTexts(SourceTexts):
    def __init__(self, source: SourceWriter) -> None:
        self._source = source
        self._context: dict[str, str] = {}

    def condition(self, condition: SourceTest, rule: str) -> str:
        """A condition as code: whether a text or a segment is there, or a text is one of several."""
        path = condition.source.path
        if path.element or path.context or path.group:
            code = self._path(path, rule).code
            return f"{code} in {tuple_code(condition.values)}" if condition.values else code
        if condition.values:
            raise DeclarationError(rule, f"{path.text!r} names a segment; compare one of its elements")
        return self._source.find(path, rule).name

    def _path(self, path: SourcePath, rule: str) -> Text:
        if path.context:
            return Text(self._envelope(path.context, rule), context=[path.context])
        if path.group:
            return self._group(path, rule)
        if not path.element:
            raise DeclarationError(rule, f"{path.text!r} names a segment or loop; name an element, as in {path.text}01")
        found = self._source.find(path, rule)
        definition = self._source.shape.element(found.segment, path.element, path.component, rule)
        if definition.components:
            name = f"{found.segment}{path.element:02d}"
            raise DeclarationError(rule, f"{name} is a composite; name a component, as in {name}-1")
        value = f"{found.name}[{path.element}].strip()"
        if path.component:
            value = f"component({value}, {path.component}, {self._envelope(SEPARATOR, rule)})"
        return Text(
            f"({value} if {found.size} > {path.element} else '')",
            [Read(found, path.element, path.component, element_id=definition.id)],
            source_type=definition.type,
            value=value,
            guard=Guard(found.size, path.element),
        )

    def _group(self, path: SourcePath, rule: str) -> Text:
        scope = self._source.scope
        if not isinstance(scope, SegmentScope) or scope.group is None:
            raise DeclarationError(rule, f"{path.text} stands only in a block with `groups`")
        if path.group > scope.group.size:
            raise DeclarationError(rule, f"{path.text}: the groups have {scope.group.size} elements")
        own, index = scope.own, scope.group.index
        read = Read(own, path.group - 1, group=index)
        if path.group == 1:
            return Text(f"{own.name}[{index}].strip()", [read])
        index = f"{index} + {path.group - 1}"
        return Text(f"({own.name}[{index}].strip() if {own.size} > {index} else '')", [read])

    def _join(self, source: Join, rule: str) -> Text:
        found = self._source.find_all(source.paths[0], rule)
        reads, values = [], ""
        for path in source.paths:
            same = self._source.find_all(path, rule) is found
            definition = self._source.shape.element(found.segment, path.element or 1, 0, rule)
            if not same or not path.element or path.component or definition.components:
                raise DeclarationError(rule, f"{path.text!r}: join takes plain elements of one segment, as in MSG01")
            reads.append(Read(found, path.element, many=True, element_id=definition.id))
            values += f"(x[{path.element}].strip() if len(x) > {path.element} else ''), "
        pieces = f"[y for x in {found.name} for y in ({values}) if y]"
        return Text(f"({ascii(source.separator)}.join({pieces}) if {found.name} else '')", reads, every=True)

    def _envelope(self, key: str, rule: str) -> str:
        if key not in CONTEXT:
            raise DeclarationError(rule, f"there is no envelope value @{key}{nearest(key, CONTEXT)}")
        if key not in self._context:
            self._context[key] = f"k{len(self._context)}"
            self._source.lines.head.append(f"    {self._context[key]} = context.get({ascii(key)}, '').strip()")
        return self._context[key]
