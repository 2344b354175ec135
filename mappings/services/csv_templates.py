"""CSV templates: the columns that a layout reads, described, with one example row that Onramp accepts."""

import csv
import functools
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from mappings.engine.rules.formats import read_source_section
from mappings.engine.rules.text_source import TabularSource
from mappings.engine.text.dates import written_date
from mappings.engine.text.export import harmless
from mappings.engine.text.reader import DocumentFound, scan
from mappings.engine.text.record import Record
from mappings.engine.text.settings import Layout, TextSettings
from mappings.library import index
from mappings.models import Assignment
from mappings.services.compiled import compile_once
from partners.models import AgreementStatus, Direction, Partner

ASSIGNMENTS = 50
DAY = "2026-01-31"
# What an example row says, by the name of the column; the first that fits. Quantity times price is the total.
NUMBERS = (
    (r"qty|quantity", "10"),
    (r"disc|ship|freight|tax", "0.00"),
    (r"unit.?amount", "12.50"),
    (r"total|extended|amount|subtotal", "125.00"),
    (r"price|cost|rate$", "12.50"),
    ("", "10"),
)
TEXTS = (
    (r"^sscc$", "106141412345678908"),  # the example of the GS1 General Specifications
    (r"e-?mail", "buyer@example.com"),
    (r"time$", "09:30"),
    (r"\bdays\b", "30"),
    (r"utc.?offset|time.?zone", "Z"),
    (r"stop.?type", "Pickup"),
    (r"event.?code", "Delivered"),
    (r"^response$", "Accepted"),
    (r"phone|tel", "555 0100"),
    (r"currency", "USD"),
    (r"country", "US"),
    (r"uom|unit", "EA"),
    (r"state|province|region", "MN"),
    (r"zip|postal", "55802"),
    (r"city", "Duluth"),
    (r"address1|address.?1|address$|street", "12 Harbor Street"),
    (r"address", ""),
    (r"company", "Example Company"),
    (r"status", "open"),
    (r"line$|po_line|position", "1"),
    (r"lineitem name|product|description|title|item.?name", "Example item"),
    (r"item.?id$", "1"),
    (r"sku|item.?(no|number|code)$|asin|upc|ean", "SKU-100"),
    (r"quantity|qty|count|on hand|not editable", "1"),
    (r"^name$|order|po_?number|number|id$", "1001"),
    (r"name", "Ada Example"),
)


class Column(NamedTuple):
    """kind: "text", "number" or "date"; form: how a value is written; becomes: what it is in the canonical form, as a
    path in words, "" where the example shows none.
    """

    name: str
    is_required: bool
    is_key: bool
    kind: str
    form: str
    example: str
    becomes: str


class Template(NamedTuple):
    """name: of the layout. is_agreed: read by an agreement of the partner, with its own settings."""

    name: str
    title: str
    target: str
    columns: list[Column]
    settings: TextSettings
    is_agreed: bool

    @property
    def header(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def example(self) -> list[str]:
        return [column.example for column in self.columns]

    @property
    def delimiter(self) -> str:
        return self.settings.delimiter or ","


def templates_of(partner: Partner) -> dict[str, Template]:
    """Templates by the name of their layout: those of the partner's agreements, then the rest of the library."""
    found: dict[str, Template] = {}
    for title, declaration, settings in _agreed(partner):
        template = _template(title, declaration, settings, is_agreed=True)
        if template is not None:
            found.setdefault(template.name, template)
    return {**{name: template for name, template in _standard().items() if name not in found}, **found}


@functools.cache
def _standard() -> dict[str, Template]:
    """Those of the library, which does not change while we run."""
    entries = [entry for entry, _ in index.layouts().values()]
    made = [_template(entry.title, index.resolve(index.declaration(entry.name)), TextSettings()) for entry in entries]
    return {template.name: template for template in made if template is not None}


def template_text(template: Template) -> str:
    """The file: header and example row, CRLF, every cell harmless to a spreadsheet."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=template.delimiter, quotechar=template.settings.quote or '"')
    if template.settings.header_row != 0:
        writer.writerow([harmless(cell) for cell in template.header])
    writer.writerow([harmless(cell) for cell in template.example])
    return text.getvalue()


def _agreed(partner: Partner) -> Iterator[tuple[str, Mapping[str, Any], TextSettings]]:
    rows = Assignment.objects.filter(
        agreement__partner=partner,
        agreement__direction=Direction.INBOUND,
        agreement__status=AgreementStatus.LIVE,
        version__declaration__source__format="text",
    )
    for assignment in rows.select_related("version__mapping").order_by("pk")[:ASSIGNMENTS]:
        settings = msgspec.convert(assignment.text_settings, TextSettings)
        yield assignment.version.mapping.name, assignment.version.declaration, settings


def _template(
    title: str, declaration: Mapping[str, Any], settings: TextSettings, *, is_agreed: bool = False
) -> Template | None:
    """None for what is no delimited text, or for fixed-width text, which no spreadsheet writes."""
    source = read_source_section(declaration["source"])
    if not isinstance(source, TabularSource):
        return None
    layout = source.layout
    settings = settings.or_else(layout.settings)
    if settings.fixed:
        return None
    columns = [_column(name, layout, settings) for name in (settings.columns or layout.names)]
    name = re.sub(r" to [a-z-]+/[0-9]+$", "", title)  # what it becomes is said column by column
    template = Template(layout.name, name, str(declaration["target"]), columns, settings, is_agreed)
    mapped = _mapped(template, layout, declaration)
    columns = [
        _with_time(column) if column.kind == "date" and column.name in mapped.refused else column for column in columns
    ]
    return template._replace(
        columns=[column._replace(becomes=mapped.becomes.get(column.name, "")) for column in columns]
    )


def _with_time(column: Column) -> Column:
    """A column of dates whose times are mapped too."""
    return column._replace(form=f"{column.form} HH:MM:SS", example=column.example and f"{column.example} 09:30:00")


def _column(name: str, layout: Layout, settings: TextSettings) -> Column:
    required, key = name in layout.columns, name in layout.key
    if name in layout.numbers:
        style = settings.numbers.get(name) or settings.numbers.get("")
        mark = style.decimal if style and style.decimal else ("," if settings.delimiter == ";" else ".")
        example = _first(NUMBERS, name).replace(".", mark)
        return Column(name, required, key, "number", f"Digits with one decimal mark, as 12{mark}50", example, "")
    if name in layout.dates:
        pattern = settings.dates.get(name) or settings.dates.get("") or "YYYY-MM-DD"
        is_ending = re.search("cancel|closed|deleted", name, re.IGNORECASE)
        return Column(name, required, key, "date", pattern, "" if is_ending else written_date(pattern, DAY), "")
    return Column(name, required, key, "text", "Text", _first(TEXTS, name) if required or key else _optional(name), "")


def _optional(name: str) -> str:
    is_seldom = re.search("coupon|discount code|tracking|cancel|referral|note", name, re.IGNORECASE)
    return "" if is_seldom else _first(TEXTS, name)


def _first(examples: tuple[tuple[str, str], ...], name: str) -> str:
    return next((example for words, example in examples if re.search(words, name, re.IGNORECASE)), "Example")


class _Mapped(NamedTuple):
    """becomes: column → where its value goes; refused: columns whose examples the mapping did not take."""

    becomes: dict[str, str]
    refused: set[str]


def _mapped(template: Template, layout: Layout, declaration: Mapping[str, Any]) -> _Mapped:
    """What the mapping makes of the example row: "lines › quantity › value"."""
    stream = io.BytesIO(template_text(template).encode())
    result = _Mapped({}, set())
    for event in scan(stream, layouts=[layout], settings=template.settings):
        if isinstance(event, DocumentFound):
            record = Record(event)
            mapped = compile_once(declaration).explain(record.node, record, {})
            for row in mapped.trace.rows if mapped.trace else []:
                words = [part.replace("_", " ") for part in row.pointer.split("/") if part and not part.isdecimal()]
                if row.column:
                    result.becomes.setdefault(row.column, " › ".join(words))
            result.refused.update(found.place.column for found in mapped.findings)
    return result
