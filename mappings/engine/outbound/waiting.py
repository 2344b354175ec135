"""Values that are written when all others stand: those that have a code, and those that can stand at several places."""

from contextlib import suppress
from typing import Any

import msgspec

from mappings.engine.findings import Finding
from mappings.engine.outbound.format_writer import FormatWriter, Scope
from mappings.engine.outbound.instances import Conflict
from mappings.engine.outbound.kinds import Kinds
from mappings.engine.outbound.lost import misstated
from mappings.engine.rules.declaration import Declaration, FirstOf, PathSource, ValueRule
from mappings.engine.rules.paths import SourcePath
from mappings.engine.rules.target import Kind

Beside = tuple[tuple[ValueRule, Any], ...]
"""Rules that translate the same place, and what the document has for them."""


class _Value(msgspec.Struct, frozen=True):
    rule: ValueRule
    value: Any
    scope: Scope
    beside: Beside

    @property
    def paths(self) -> list[SourcePath]:
        source = self.rule.source
        sources = source.sources if isinstance(source, FirstOf) else (source,)
        paths = [one.path for one in sources if isinstance(one, PathSource)]
        return [path for path in paths if not path.context] or paths


class Waiting:
    """The values of one document that wait."""

    def __init__(self, declaration: Declaration, kinds: Kinds, writer: FormatWriter) -> None:
        self._declaration = declaration
        self._kinds = kinds
        self._writer = writer
        self._journal = writer.journal
        self._values: list[_Value] = []

    def add(self, rule: ValueRule, value: Any, scope: Scope, beside: Beside, own_code: str = "") -> int:
        """A value to write later; how many that makes. own_code: the code that goes out in its place."""
        made = _Value(rule, value, scope, beside)
        self._values.append(made)
        self._journal.add(self._values.pop)
        if rule.map and len(made.paths) == 1 and value != rule.default:
            self._writer.expect(made.paths[0], scope)
        if rule.map and self._unspoken(made, own_code):
            self._writer.misfits += 1
            self._journal.add(self._fits)
        if not rule.map and len(made.paths) > 1 and all(self._misfit(made, path) for path in made.paths):
            self._writer.misfits += 1
            self._journal.add(self._fits)
        return 1

    def _unspoken(self, waiting: _Value, own_code: str) -> bool:
        """Whether reading would make another value: no code means this one, and it is not that of an unknown code."""
        rule = waiting.rule
        if own_code and not rule.apply:
            return waiting.value not in (self._meant(rule, own_code), own_code)
        otherwise = {rule.default, rule.fallback.value if rule.fallback.action == "default" else None}
        return waiting.value not in otherwise and self._code(waiting) is None

    def finish(self) -> None:
        """Write each value where nothing says it by now, and where what stands at one of its places demands it."""
        for value in self._values:
            self._finish(value)
        for value in self._values:
            self._mend(value)

    def misstated(self) -> list[Finding]:
        """Values that reading would take for others, because no code says them: a cancellation for an original."""
        found: list[Finding] = []
        for waiting in self._values:
            rule, path = waiting.rule, waiting.paths[0]
            if not rule.map or len(waiting.paths) > 1 or path.context or self._code(waiting) is not None:
                continue
            said = self._writer.said(path, waiting.scope)
            meant = self._meant(rule, said) if said else rule.default
            found += misstated(rule, waiting.value, meant, f"{path.text} has no code")
        return found

    def _finish(self, waiting: _Value) -> None:
        rule, scope = waiting.rule, waiting.scope
        if waiting.value == rule.default:
            return
        text = self._code(waiting) if rule.map else waiting.value
        if text is None:
            return
        paths = waiting.paths
        said = next((known for path in paths if (known := self._writer.said(path, scope))), "")
        if said and (rule.map or said == str(text)):
            return
        strains = [(self._strain(waiting, path, text), number) for number, path in enumerate(paths)]
        possible = [(strain, number) for strain, number in strains if strain is not None]
        if possible:
            self._writer.put(paths[min(possible)[1]], text, scope, rule, self._kind(rule))

    def _mend(self, waiting: _Value) -> None:
        """Say again what is said elsewhere, where a format wants it: the order of a line that has its own segment."""
        rule = waiting.rule
        text = self._code(waiting) if rule.map else waiting.value
        for path in waiting.paths if len(waiting.paths) > 1 and text is not None and not rule.apply else ():
            if self._writer.lacks(path, waiting.scope):
                with suppress(Conflict), self._journal.trial():
                    self._writer.put(path, text, waiting.scope, rule, self._kind(rule))

    def _strain(self, waiting: _Value, path: SourcePath, text: Any) -> tuple[int, int] | None:
        """How badly a value would stand at a place, and how much is made for it; None where it cannot stand there.

        Nothing is left of the trial.
        """
        mark, before = self._journal.mark, self._writer.misfits
        try:
            self._writer.put(path, text, waiting.scope, waiting.rule, self._kind(waiting.rule))
            made = self._journal.mark - mark
            return self._writer.strain(path, waiting.scope) + self._writer.misfits - before, made
        except Conflict:
            return None
        finally:
            self._journal.back_to(mark)

    def _misfit(self, waiting: _Value, path: SourcePath) -> bool:
        mark, before = self._journal.mark, self._writer.misfits
        try:
            self._writer.put(path, waiting.value, waiting.scope, waiting.rule, self._kind(waiting.rule))
            return self._writer.misfits > before
        except Conflict:
            return False
        finally:
            self._journal.back_to(mark)

    def _fits(self) -> None:
        self._writer.misfits -= 1

    def _kind(self, rule: ValueRule) -> Kind:
        return Kind.TEXT if rule.map else self._kinds.get(id(rule), Kind.TEXT)

    def _code(self, waiting: _Value) -> str | None:
        """The code for a value: the preferred one, else the first that means this and what else is read from it.

        "Per hundred" is one code for a basis and a quantity.
        """
        name = waiting.rule.map
        preferred = self._declaration.preferred.get(name, {}).get(str(waiting.value))
        codes = sorted(self._declaration.codelists.get(name, {}))
        for code in (preferred, *codes) if preferred is not None else codes:
            if all(self._meant(rule, code) == said for rule, said in waiting.beside):
                return code
        return None

    def _meant(self, rule: ValueRule, code: str) -> Any:
        otherwise = rule.fallback.value if rule.fallback.action == "default" else None
        return self._declaration.codelists.get(rule.map, {}).get(code, otherwise)
