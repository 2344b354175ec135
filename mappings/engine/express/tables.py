"""What programs look values up in: code lists as JSON, texts that fit, texts as JSON. Shared by all programs."""

import functools
import re
from collections.abc import Mapping

from mappings.engine.express.sheet import as_json
from mappings.engine.rules.declaration import Literal, ValueRule
from mappings.engine.rules.target import Field
from mappings.engine.rules.values import Table


class Codes(dict[str, str]):
    """code → the translation as JSON, or what stands for codes that are not in the list."""

    def __init__(self, entries: Mapping[str, Literal], default: str) -> None:
        super().__init__((code, as_json(value)) for code, value in entries.items())
        self._default = default

    def __missing__(self, code: str) -> str:
        return self._default


class Tables:
    """The tables of one mapping, each made once."""

    def __init__(self, codelists: Mapping[str, Mapping[str, Literal]]) -> None:
        self.codelists = codelists
        self._made: dict[tuple[str, ...], dict[str, str]] = {}

    def codes(self, rule: ValueRule) -> dict[str, str]:
        """The code list of a rule as JSON: with the default for other codes where the rule has one."""
        default = as_json(rule.fallback.value) if rule.fallback.action == "default" else ""
        key = (rule.map, default)
        if key not in self._made:
            entries = self.codelists[rule.map]
            made = Codes(entries, default) if default else {code: as_json(one) for code, one in entries.items()}
            self._made[key] = made
        return self._made[key]

    def members(self, rule: ValueRule, field: str) -> dict[str, str]:
        """The code list of a rule as members of a JSON object, the comma first."""
        key = (rule.map, "", field)
        if key not in self._made:
            entries = self.codelists[rule.map]
            self._made[key] = {code: f',"{field}":{as_json(value)}' for code, value in entries.items()}
        return self._made[key]


def fitting(info: Field) -> Table[str]:
    """text → the same, where it keeps the field's pattern and lengths."""
    return _fitting(info.pattern, info.min_length, info.max_length)


@functools.cache
def _fitting(pattern: str, shortest: int, longest: int) -> Table[str]:
    test = re.compile(pattern).search if pattern else None

    def fits(text: str) -> bool:
        return shortest <= len(text) and (not longest or len(text) <= longest) and (test is None or bool(test(text)))

    return Table(lambda text: text if fits(text) else None)
