"""Writes texts of an XML record as expressions, and conditions on them."""

from mappings.engine.errors import DeclarationError
from mappings.engine.rules.declaration import Join, SourceTest
from mappings.engine.rules.paths import SourcePath
from mappings.engine.rules.source import Guard, Read, SourceTexts, Text
from mappings.engine.rules.source_writer import tuple_code
from mappings.engine.rules.xml_scopes import XmlScopes, or_nothing, value_code


class XmlTexts(SourceTexts):
    """Writes texts of the record as expressions."""

    def __init__(self, scopes: XmlScopes) -> None:
        self._scopes = scopes
        self._context: dict[str, str] = {}

    def condition(self, condition: SourceTest, rule: str) -> str:
        """Whether there is a text; of an element without text, whether there is the element; or one of several."""
        path = condition.source.path
        if condition.values:
            return f"{self._path(path, rule).code} in {tuple_code(condition.values)}"
        if path.key or path.context:
            return self._path(path, rule).code
        return self._scopes.find(path, rule).there or "True"

    def _path(self, path: SourcePath, rule: str) -> Text:
        if path.context:
            variable = self._envelope(path.context)
            return Text(variable, context=[path.context], needs=(variable,))
        spot = self._scopes.find(path, rule)
        value = value_code(spot.element, path.key)
        read = Read(spot.found, key=path.key)
        guard = Guard(spot.there) if spot.there else None
        needs = (spot.needs,) if spot.needs else ()
        return Text(or_nothing(value, spot), [read], value=value, guard=guard, needs=needs)

    def _join(self, source: Join, rule: str) -> Text:
        if len(source.paths) != 1:
            raise DeclarationError(rule, "join takes one path")
        path = source.paths[0]
        found = self._scopes.find_all(path, rule)
        value = f"x.get({ascii(path.key[1:])}, '').strip()" if path.key else "text_of(x)"
        code = f"{ascii(source.separator)}.join([y for x in {found.name} if (y := {value})])"
        return Text(code, [Read(found, many=True, key=path.key)], every=True, needs=(found.name,))

    def _envelope(self, key: str) -> str:
        if key not in self._context:
            self._context[key] = f"k{len(self._context)}"
            self._scopes.lines.head.append(f"    {self._context[key]} = context.get({ascii(key)}, '').strip()")
        return self._context[key]
