"""Writes values: a text of the source, converted to what the target field holds, or a finding that says why not."""

from collections.abc import Callable

from mappings.engine.errors import DeclarationError
from mappings.engine.findings import Code, Severity
from mappings.engine.names import nearest
from mappings.engine.rules import values
from mappings.engine.rules.computed_writer import ComputedWriter
from mappings.engine.rules.declaration import Constant, Count, Literal, Position, TextSource, ValueRule
from mappings.engine.rules.draft import Draft, Slots
from mappings.engine.rules.functions import FUNCTIONS
from mappings.engine.rules.program import Origin, Point
from mappings.engine.rules.source import EMPTY, Guard, Text
from mappings.engine.rules.target import Field, Kind

Store = Callable[[str], str]
"""Gives the code that stores an expression in the target."""

EXPECTED = {
    Kind.DECIMAL: "a number",
    Kind.INTEGER: "a whole number",
    Kind.DATE: "a date",
    Kind.TIME: "a time",
    Kind.BOOLEAN: "true or false",
}


class ValueWriter:
    def __init__(self, draft: Draft, computed: ComputedWriter) -> None:
        self._draft = draft
        self._computed = computed
        self._last: tuple[str, int, int] = ("", 0, 0)

    def always(self, rule: object) -> bool:
        """True when a rule gives a value whatever the document says."""
        if not isinstance(rule, ValueRule) or rule.when is not None or self.skipped(rule.releases):
            return False
        return rule.default is not None or isinstance(rule.source, Constant | Position | Count)

    def skipped(self, releases: tuple[str, ...]) -> bool:
        """Whether a rule is for other releases only."""
        return bool(releases) and self._draft.release not in releases

    def guard(self, rule: ValueRule) -> Guard | None:
        """What must hold for the rule to have any effect; None where that cannot be said."""
        if (
            not isinstance(rule.source, TextSource)
            or rule.default is not None
            or rule.required
            or rule.when is not None
        ):
            return None
        return self._draft.texts.text(rule.source, rule.rule).guard

    def write(self, rule: ValueRule, info: Field, store: Store, slots: Slots) -> Origin:
        """Lines that store one value. slots: gets the variables that explain it."""
        self._refuse_kind(rule, info)
        if rule.default is not None and rule.required:
            raise DeclarationError(rule.rule, "a value with a default is never missing: drop `default` or `required`")
        lines = self._draft.lines
        indent = lines.indent
        if rule.when is not None:
            lines.open(f"if {self._computed.condition(rule.when, f'{rule.rule}.when')}:")
        if isinstance(rule.source, TextSource):
            origin = self._text(rule, rule.source, info, store, slots)
        elif isinstance(rule.source, Constant):
            lines.emit(store(self.constant(rule, rule.source, info)))
            origin = Origin(rule.rule)
        else:
            self._refuse_options(rule)
            origin = self._computed.write(rule, rule.source, info, store)
        lines.indent = indent
        return origin

    def constant(self, rule: ValueRule, source: Constant, info: Field) -> str:
        """A constant as code. Raises DeclarationError where it does not fit the field."""
        self._refuse_kind(rule, info)
        self._refuse_options(rule)
        return self.literal(source.value, info, f"{rule.rule}.constant")

    def silent(self, rule: ValueRule, info: Field) -> bool:
        """Whether a rule never has anything to report."""
        if not isinstance(rule.source, TextSource) or self.skipped(rule.releases):
            return True
        if rule.map:
            return not rule.required and rule.fallback.action in ("default", "pass", "drop")
        return not rule.required and info.kind is Kind.TEXT and not info.constrained

    def _refuse_kind(self, rule: ValueRule, info: Field) -> None:
        if info.kind in (Kind.OBJECT, Kind.OBJECTS, Kind.TEXTS):
            raise DeclarationError(rule.rule, f"this field is {info.kind.value}; it takes `rules`, `each` or `values`")

    def _refuse_options(self, rule: ValueRule) -> None:
        if rule.map or rule.apply or rule.default is not None or rule.required or rule.decimals is not None:
            reason = "map, apply, default, required and decimals go with values from the document only"
            raise DeclarationError(rule.rule, reason)

    def _text(self, rule: ValueRule, source: TextSource, info: Field, store: Store, slots: Slots) -> Origin:
        lines = self._draft.lines
        text = self._draft.texts.text(source, rule.rule)
        refs = tuple(slots.ref(read) for read in text.reads)
        origin = Origin(rule.rule, refs, text.every, tuple(text.context))
        if text.code == EMPTY:
            self._last = ("", 0, 0)
            if rule.default is not None:
                lines.emit(store(self.literal(rule.default, info, f"{rule.rule}.default")))
            elif rule.required:
                lines.emit(self._report(rule, text, Code.MAPPING_REQUIRED, Severity.ERROR, rule.required, EMPTY))
            return origin
        self._open(rule, text)
        self._convert(rule, info, text, store)
        lines.indent -= 1
        plain = not rule.apply
        if rule.default is not None or rule.required:
            plain = False
            lines.emit("else:")
            if rule.default is not None:
                lines.emit("    " + store(self.literal(rule.default, info, f"{rule.rule}.default")))
            else:
                lines.emit(
                    "    " + self._report(rule, text, Code.MAPPING_REQUIRED, Severity.ERROR, rule.required, "''")
                )
        self._last = (text.code, lines.count, lines.indent) if plain else ("", 0, 0)
        return origin

    def _open(self, rule: ValueRule, text: Text) -> None:
        """Lines that put the text into `t`, and a block for when it is not empty.

        A rule that reads what the rule before it read goes on in that one's block.
        """
        lines = self._draft.lines
        alone = rule.apply or rule.default is not None or rule.required
        if not alone and self._last == (text.code, lines.count, lines.indent):
            lines.indent += 1
            return
        if text.value and not rule.apply:
            guard = ""
            if text.guard and text.guard.code not in (text.value, *self._draft.known):
                guard = f"{text.guard.code} and "
            lines.open(f"if {guard}(t := {text.value}):")
            return
        lines.emit(f"t = {text.code}")
        for call in rule.apply:
            arguments = "".join(f", {ascii(argument)}" for argument in call.arguments)
            self._draft.tables[f"apply_{call.function}"] = FUNCTIONS[call.function].call
            lines.emit(f"if t: t = apply_{call.function}(t{arguments})")
        lines.open("if t:")

    def _convert(self, rule: ValueRule, info: Field, text: Text, store: Store) -> None:
        """Lines that turn the text `t` into the field's kind and store it, or report that it cannot be done."""
        emit = self._draft.lines.emit
        if rule.map:
            self._map(rule, info, text, store)
            return
        table, expected = self._table(rule, info, text)
        if not table:
            emit(store("t"))
            return
        emit(f"v = {table}[t]")
        emit(f"if v is not None: {store('v')}")
        message = f"{{value}} is not {expected}"
        emit(f"else: {self._report(rule, text, Code.MAPPING_VALUE_INVALID, Severity.ERROR, message, 't')}")

    def _table(self, rule: ValueRule, info: Field, text: Text) -> tuple[str, str]:
        """The name of the conversion table for a field and what it expects; "" where the text stands as it is."""
        tables = self._draft.tables
        if rule.decimals is not None and info.kind is not Kind.DECIMAL:
            raise DeclarationError(f"{rule.rule}.decimals", "only a decimal field has decimals")
        if info.kind is Kind.DECIMAL:
            return self._decimal(rule, text.source_type)
        if info.kind is Kind.INTEGER:
            tables["INTEGER"] = self._draft.conversions.integer
            return "INTEGER", EXPECTED[info.kind]
        if info.kind is Kind.DATE:
            tables["DATE"] = self._draft.conversions.date
            return "DATE", EXPECTED[info.kind]
        if info.kind is Kind.TIME:
            tables["TIME"] = self._draft.conversions.time
            return "TIME", EXPECTED[info.kind]
        if info.kind is Kind.CHOICE:
            raise DeclarationError(rule.rule, f"needs `map`: the field takes only {', '.join(info.choices)}")
        if info.kind is Kind.BOOLEAN:
            raise DeclarationError(rule.rule, "needs `map`: the field is true or false")
        if info.constrained:
            table = self._draft.table("FIT", values.Table(lambda value: value if info.accepts(value) else None))
            return table, info.form
        return "", ""

    def _decimal(self, rule: ValueRule, source_type: str) -> tuple[str, str]:
        decimals = rule.decimals
        if decimals is None and source_type == "N":
            raise DeclarationError(rule.rule, "the element has implied decimals that are not known; say `decimals: 2`")
        if decimals is None and len(source_type) == 2 and source_type[0] == "N":
            decimals = int(source_type[1])
        if decimals is None:
            self._draft.tables["DECIMAL"] = self._draft.conversions.decimal
            return "DECIMAL", EXPECTED[Kind.DECIMAL]
        self._draft.tables[f"DECIMAL_{decimals}"] = values.implied_table(decimals)
        return f"DECIMAL_{decimals}", f"a whole number with {decimals} implied decimals"

    def _map(self, rule: ValueRule, info: Field, text: Text, store: Store) -> None:
        emit = self._draft.lines.emit
        lists = self._draft.declaration.codelists
        if rule.map not in lists:
            raise DeclarationError(f"{rule.rule}.map", f"there is no code list {rule.map!r}{nearest(rule.map, lists)}")
        entries = lists[rule.map]
        for code, value in entries.items():
            if not _fits(value, info):
                self.literal(value, info, f"{rule.rule}.map ({rule.map}, {code!r})")
        table = self._draft.table("CODES", entries)
        fallback = rule.fallback
        if fallback.action == "default":
            emit(store(f"{table}.get(t, {self.literal(fallback.value, info, f'{rule.rule}.fallback')})"))
            return
        if fallback.action == "pass":
            if info.kind is not Kind.TEXT or info.constrained:
                raise DeclarationError(
                    f"{rule.rule}.fallback", "only a free text can take a code that is not translated"
                )
            emit(store(f"{table}.get(t, t)"))
            return
        emit(f"v = {table}.get(t)")
        emit(f"if v is not None: {store('v')}")
        if fallback.action != "drop":
            severity = Severity.ERROR if fallback.action == "fail" else Severity.WARNING
            message = f"{{value}} is not in the code list {rule.map}"
            emit(f"else: {self._report(rule, text, Code.MAPPING_CODE_UNKNOWN, severity, message, 't')}")

    def literal(self, value: Literal | None, info: Field, rule: str) -> str:
        """A literal as code, after checking that it fits the field. Raises DeclarationError."""
        if not _fits(value, info):
            expected = (
                f"one of {', '.join(info.choices)}" if info.choices else EXPECTED.get(info.kind, "a text that fits")
            )
            hint = nearest(value, info.choices) if isinstance(value, str) and len(info.choices) > 12 else ""
            raise DeclarationError(rule, f"{value!r} is not {expected}{hint}")
        return ascii(value)

    def _report(self, rule: ValueRule, text: Text, code: Code, severity: Severity, message: str, value: str) -> str:
        """Code that reports a finding: the number of its point, the text, the segments that may be its place."""
        slots = Slots()
        refs = tuple(slots.ref(read) for read in text.reads)
        anchor = slots.of(self._draft.source.anchor().name)
        self._draft.points.append(Point(rule.rule, code, severity, message, refs, anchor))
        return f"E(({len(self._draft.points) - 1}, {value}{slots.code()}))"


def _fits(value: Literal | None, info: Field) -> bool:
    if info.kind is Kind.BOOLEAN or isinstance(value, bool):
        return info.kind is Kind.BOOLEAN and isinstance(value, bool)
    if info.kind is Kind.INTEGER or not isinstance(value, str):
        return info.kind is Kind.INTEGER and isinstance(value, int)
    match info.kind:
        case Kind.CHOICE:
            return value in info.choices
        case Kind.DECIMAL:
            return values.decimal_text(value) == value
        case Kind.DATE:
            return values.date_text(0, value.replace("-", "")) == value
        case Kind.TIME:
            return values.time_text(value.replace(":", "")) == value
        case _:
            return bool(value) and info.accepts(value)
