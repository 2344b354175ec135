"""Draft a mapping declaration from what a person says that each column of a text file stands for."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from mappings.engine.text.columns import date_patterns, values_by_column
from mappings.engine.text.dates import date_text, is_day, is_pattern
from mappings.engine.text.numbers import ANY, CURRENCIES, looks_numeric, style_of
from mappings.engine.text.settings import NumberStyle, TextSettings
from mappings.library.columns import Target, targets
from mappings.services.guess_columns import NUMBER, differing, usable

CANONICAL = "order/1"
NUMBER_FORMS = ("1,234.56", "1.234,56", "1 234,56", "1'234.56", "1234.56", "1234,56")
MONEY = ("price", "line_amount", "total")
"""Targets of amounts. Their columns may name the currency: Price (USD)."""
_CURRENCY = re.compile(rf"\b(?:{'|'.join(CURRENCIES)})\b|[€£]")
_BY_SIGN = {"€": "EUR", "£": "GBP"}
_NUMBER_FORM = re.compile(r"1(?P<thousands>[., '’\u00a0\u202f]?)234(?P<decimal>[.,])5[0-9]*")


class Column(NamedTuple):
    """target: a name of `library.columns`, or "" for not used. form: how its values are written, "" as found."""

    name: str
    target: str = ""
    form: str = ""


class Sample(NamedTuple):
    """The first rows of the file. has_header: False when its columns are called by their place.

    said: how a person says that the file is to be read; its numbers and dates of "" are those of every column they fit.
    """

    names: Sequence[str]
    rows: Sequence[Sequence[str]]
    has_header: bool = True
    said: TextSettings = TextSettings()


class Problem(NamedTuple):
    """column: "" for the mapping as a whole. is_fatal: nothing can be drafted like this."""

    column: str
    text: str
    is_fatal: bool = False


class Drafted(NamedTuple):
    """declaration: None where a problem is fatal."""

    declaration: dict[str, Any] | None
    problems: list[Problem]


def found_forms(sample: Sample) -> dict[str, str]:
    """How each column writes its numbers or dates, as far as its values tell: "1.234,56", "DD.MM.YYYY", "" unknown.

    Several patterns that fit a column of dates are told with "or".
    """
    values = values_by_column(sample.names, sample.rows)
    pattern, number = sample.said.dates.get("", ""), sample.said.numbers.get("")
    fitting = {name: pattern for name, texts in values.items() if pattern and texts and _are_dates(pattern, texts)}
    patterns, unclear = date_patterns(values, fitting)
    found = {name: " or ".join(several) for name, several in unclear.items()} | patterns
    for name, texts in values.items():
        style = (number or style_of(texts)) if name not in found and all(map(looks_numeric, texts)) else None
        if style is not None and style.decimal:
            found[name] = number_form(style)
    return found


def _are_dates(pattern: str, texts: Sequence[str]) -> bool:
    return all(date_text(pattern, text) is not None for text in texts)


def number_form(style: NumberStyle) -> str:
    """A number as a style writes it: "1.234,56"."""
    return f"1{style.thousands}234{style.decimal}56" if style.decimal else ""


def style_of_form(form: str) -> NumberStyle | None:
    """The style that an example shows, None for no such example."""
    match = _NUMBER_FORM.fullmatch(form.strip())
    if match is None or match["thousands"] == match["decimal"]:
        return None
    return NumberStyle(match["decimal"], match["thousands"])


def draft_from_columns(code: str, title: str, columns: Sequence[Column], sample: Sample) -> Drafted:
    """A declaration for `order/1`. code: of the mapping and of its layout. Never raises on names that a partner chose.

    problems: what a person should look at, such as values that differ within an order where its first row tells.
    """
    problems = [*_choices(columns), *_values(columns, sample)]
    if any(problem.is_fatal for problem in problems):
        return Drafted(None, problems)
    used = [column for column in columns if column.target]
    known = targets()
    order: dict[str, Any] = {}
    line: dict[str, Any] = {"key": {"number": "position"}}
    for column in used:
        about = known[column.target]
        _merge(order if about.level == "order" else line, _filled(about.put, column.name))
    for rules in (order, line):
        _settle(rules)
    chosen = {column.target for column in used}
    if "currency" not in chosen and (currency := _named_currency(used)):
        order["currency"] = {"constant": currency}
    computed: dict[str, Any] = {"line_count": {"count": "lines"}}
    if "quantity" in chosen:
        computed["quantity"] = {"sum": "lines/quantity/value"}
    if {"quantity", "price"} <= chosen:
        line["amount"] = {"product": ["quantity/value", "price/amount"], "divided_by": "price/basis_quantity"}
        computed["lines_amount"] = {"sum": "lines/amount", "every": True}
    _merge(order, {"totals": {"rules": {"computed": {"rules": computed}}}})
    totals = order.pop("totals")
    rules = {
        "number": order.pop("number"),
        "purpose": {"constant": "original"},
        "type": {"constant": "standard"},
        **order,
        "exchange": {"rules": {"standard": {"constant": "csv"}, "document_type": {"constant": code}}},
        "lines": [{"name": "lines", "each": "rows", "rules": line}],
        "totals": totals,
    }
    source = _source(code, used, sample)
    return Drafted({"mapping": code, "title": title, "source": source, "target": CANONICAL, "rules": rules}, problems)


def _named_currency(used: Sequence[Column]) -> str:
    """The one currency that the names of amounts tell, or ""."""
    names = [column.name for column in used if column.target in MONEY]
    codes = {_BY_SIGN.get(found[0], found[0]) for name in names for found in _CURRENCY.finditer(name)}
    return codes.pop() if len(codes) == 1 else ""


def _choices(columns: Sequence[Column]) -> list[Problem]:
    """What cannot be chosen like this, whatever stands in the columns."""
    known, found = targets(), []
    by_target: dict[str, list[str]] = {}
    for column, is_usable in zip(columns, usable([column.name for column in columns]), strict=True):
        if not column.target:
            continue
        if column.target not in known:
            found.append(Problem(column.name, "Choose what it stands for from the list.", True))
            continue
        if not is_usable:
            text = "A column before it has the same name but for case and blanks; files cannot tell them apart."
            found.append(Problem(column.name, text, True))
        by_target.setdefault(column.target, []).append(column.name)
        form, about = column.form, known[column.target]
        if form and about.kind == "date" and not is_pattern(form):
            found.append(Problem(column.name, "A date pattern names year, month and day, as in DD.MM.YYYY.", True))
        if form and about.kind == "number" and style_of_form(form) is None:
            found.append(Problem(column.name, "Show how the number 1234.56 is written, as in 1.234,56.", True))
    for target, names in by_target.items():
        about = known[target]
        if about.once and len(names) > 1:
            text = f"{_quoted(names)} are both chosen as “{about.label}”; only one can be."
            found.append(Problem(names[1], text, True))
        if about.needs and about.needs not in by_target:
            text = f"It means nothing without a column for “{known[about.needs].label}”."
            found.append(Problem(names[0], text, True))
    if NUMBER not in by_target:
        found.append(Problem("", "Choose the column with the order number: it tells one order from the next.", True))
    return found


def _values(columns: Sequence[Column], sample: Sample) -> list[Problem]:
    """What the sample says against the choices."""
    known, found = targets(), []
    values = values_by_column(sample.names, sample.rows)
    forms = found_forms(sample)
    key = next((place for place, column in enumerate(columns) if column.target == NUMBER), None)
    for place, column in enumerate(columns):
        about = known.get(column.target)
        if about is None:
            continue
        if key is not None and about.level == "order" and place != key and differing(sample.rows, key, place):
            text = "It differs between the rows of one order; only the value of the first row would be kept."
            found.append(Problem(column.name, text))
        found += _doubts(column, about, values.get(column.name, []), forms.get(column.name, ""))
    return found


def _doubts(column: Column, about: Target, values: Sequence[str], form: str) -> list[Problem]:
    if about.kind == "number":
        odd = next((value for value in values if not looks_numeric(value)), None)
        return [Problem(column.name, f"{odd[:40]!r} is no number.")] if odd is not None else []
    if about.kind == "date" and values and not column.form:
        if " or " in form:
            return [Problem(column.name, f"Its dates can be read as {form}; say which.")]
        if not is_pattern(form) and not all(map(is_day, values)):
            return [Problem(column.name, f"{values[0][:40]!r} is no date of a known form; say the pattern.")]
    return []


def _source(code: str, used: Sequence[Column], sample: Sample) -> dict[str, Any]:
    known = targets()
    essential = [column.name for column in used if known[column.target].essential]
    others = [column.name for column in used if not known[column.target].essential]
    by_kind = {
        kind: [column.name for column in used if known[column.target].kind == kind] for kind in ("number", "date")
    }
    source: dict[str, Any] = {"format": "text", "layout": code, "columns": essential}
    if others:
        source["optional"] = others
    source["key"] = [column.name for column in used if column.target == NUMBER]
    source["numbers"], source["dates"] = by_kind["number"], by_kind["date"]
    settings: dict[str, Any] = {
        **msgspec.to_builtins(sample.said.form),
        **({} if sample.has_header else {"header_row": 0}),
    }
    forms = found_forms(sample)
    styles, patterns = {}, {}
    for column in used:
        form = column.form or forms.get(column.name, "")
        style = style_of_form(form)
        if known[column.target].kind == "number" and style is not None and style != ANY:
            styles[column.name] = msgspec.to_builtins(style)
        if known[column.target].kind == "date" and is_pattern(form):
            patterns[column.name] = form
    settings |= {name: value for name, value in (("numbers", styles), ("dates", patterns)) if value}
    if settings:
        source["settings"] = settings
    return source


def _filled(put: Any, column: str) -> Any:
    """The rules of a target with the column in them: "$" is its path, "$name" its name."""
    if isinstance(put, dict):
        return {key: {"constant": column} if value == "$name" else _filled(value, column) for key, value in put.items()}
    if isinstance(put, list):
        return [_filled(value, column) for value in put]
    return path_of(column) if put == "$" else put


def path_of(column: str) -> str:
    """The path of a column, whatever it is called: marks that paths begin with are part of some names."""
    return f"./{column}" if column[:1] in "@/." else column


def _merge(rules: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Put more rules into others: lists are put together, blocks of one name are one."""
    for key, value in more.items():
        mine = rules.get(key)
        if key == "when":
            rules[key] = [*(mine or []), value]
        elif isinstance(mine, dict) and isinstance(value, dict) and "constant" not in value:
            _merge(mine, value)
        elif isinstance(value, list):
            rules[key] = _joined(mine if isinstance(mine, list) else [], value)
        else:
            rules[key] = _copied(value)


def _joined(blocks: list[Any], more: Sequence[Any]) -> list[Any]:
    for block in more:
        named = block.get("name") if isinstance(block, dict) else None
        same = next((one for one in blocks if named and isinstance(one, dict) and one.get("name") == named), None)
        if same is not None:
            _merge(same, block)
        else:
            blocks.append(_copied(block))
    return blocks


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        made: dict[str, Any] = {}
        _merge(made, value)
        return made
    return [_copied(item) for item in value] if isinstance(value, list) else value


def _settle(rules: Any) -> None:
    """Conditions that were collected become one: any of them."""
    if isinstance(rules, list):
        for item in rules:
            _settle(item)
    elif isinstance(rules, dict):
        when = rules.get("when")
        if isinstance(when, list):
            distinct = list(dict.fromkeys(when))
            rules["when"] = distinct[0] if len(distinct) == 1 else {"any": distinct}
        for key, value in rules.items():
            if key != "when":
                _settle(value)


def _quoted(names: Sequence[str]) -> str:
    return " and ".join(f"“{name[:40]}”" for name in names[:3])
