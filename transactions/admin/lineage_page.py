"""Where the values of a canonical form come from: for the page's script at once, for reading as a table."""

import json
import re
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse

from mappings.engine.canonical.differences import differences
from transactions.admin.document_page import ORDER_LINES
from transactions.admin.source_view import PAGE as SOURCE_LINES
from transactions.admin.source_view import beginning
from transactions.models import Attempt, CanonicalDocument, Document
from transactions.services.explain import NoCanonicalForm
from transactions.services.lineage_map import LineageMap, LineagePlace, LineageValue, lineage_map

PAGE = 300
UNUSED = 300
REVISIONS = 20
CHANGES = 1_000
_LINE = re.compile(r"/lines/(\d+)")


def lineage_json(document: Document, first: int = 1, first_line: int = 1) -> JsonResponse:
    """The lineage of what a page shows: of its part of the source, and of the form without lines that it leaves out.

    first, first_line: the line of the source and of the order that the page begins with.
    """
    try:
        found = lineage_map(document)
    except (NoCanonicalForm, FileNotFoundError) as error:
        return JsonResponse({"detail": _why(error)}, status=404)
    shown, lines = range(first, first + SOURCE_LINES), range(first_line - 1, first_line - 1 + ORDER_LINES)
    values = [
        value for value in found.values if _is_among(value.pointer, lines) or _comes_from(value, found.places, shown)
    ]
    used = sorted({index for value in values for index in value.places})
    at = {index: position for position, index in enumerate(used)}
    values = [value._replace(places=[at[index] for index in value.places]) for value in values]
    response = JsonResponse(for_script(found.mapping, [found.places[index] for index in used], values))
    response["Cache-Control"] = "private, no-store"
    return response


def for_script(mapping: str, places: list[LineagePlace], values: list[LineageValue]) -> dict[str, Any]:
    """Lineage as lineage.js takes it: texts once, values as [pointer, value, rule, places, note]."""
    rules = {rule: index for index, rule in enumerate(dict.fromkeys(value.rule for value in values))}
    return {
        "mapping": mapping,
        "rules": list(rules),
        "places": [list(place) for place in places],
        "values": [[one.pointer, one.text, rules[one.rule], one.places, one.note] for one in values],
    }


def _is_among(pointer: str, lines: range) -> bool:
    """Whether a value is shown where these lines of the order are."""
    line = _LINE.match(pointer)
    return line is None or int(line[1]) in lines


def _comes_from(value: LineageValue, places: list[LineagePlace], shown: range) -> bool:
    return any(places[index].position in shown for index in value.places)


def lineage_context(document: Document, request: HttpRequest) -> dict[str, Any]:
    """A page of the table, of all values, or of those that come from the part of the source that begins with
    `?source=`. Raises Http404 where there is no canonical form or no bytes.
    """
    found = _found(document)
    first, begin = page_of(request, "from"), page_of(request, "source", 0)
    shown = range(begin, begin + SOURCE_LINES)
    values = [value for value in found.values if not begin or _comes_from(value, found.places, shown)]
    rows = [
        (value, [(found.places[index], beginning(found.places[index].position)) for index in value.places])
        for value in values[first - 1 : first - 1 + PAGE]
    ]
    last = first + len(rows) - 1
    return {
        "document": document,
        "mapping": found.mapping,
        "checksum": found.checksum,
        "rows": rows,
        "first": first,
        "last": last,
        "total": len(values),
        "source_first": begin,
        "next": last + 1 if last < len(values) else 0,
        "before": max(first - PAGE, 1) if first > 1 else 0,
        "unused": found.unused[:UNUSED] if first == 1 else [],
        "unused_total": len(found.unused),
    }


def revisions_context(document: Document, request: HttpRequest) -> dict[str, Any]:
    """Two revisions of the canonical form, compared: the last two, or those that were asked for. Raises Http404."""
    forms = list(
        CanonicalDocument.objects.filter(document=document)
        .only("revision", "created_at", "is_current")
        .order_by("-revision")[:REVISIONS]
    )
    if not forms:
        raise Http404("The document has no canonical form.")
    made_by = {
        attempt.number: attempt
        for attempt in Attempt.objects.filter(document=document, number__in=[form.revision for form in forms])
        .select_related("mapping_version__mapping")
        .defer("mapping_version__declaration", "findings")
    }
    numbers = [form.revision for form in forms]
    older, newer = next(((old, new) for new, old in pairwise(numbers)), (numbers[0], numbers[0]))
    older, newer = page_of(request, "old", older), page_of(request, "new", newer)
    bodies = dict(
        CanonicalDocument.objects.filter(document=document, revision__in=[older, newer]).values_list("revision", "body")
    )
    if older not in bodies or newer not in bodies:
        raise Http404("There is no such revision.")
    changes = differences(*(json.loads(bodies[number], parse_float=Decimal) for number in (older, newer)))
    return {
        "document": document,
        "forms": [(form, made_by.get(form.revision)) for form in forms],
        "older": older,
        "newer": newer,
        "changes": changes[:CHANGES],
        "changes_left_out": max(len(changes) - CHANGES, 0),
    }


def page_of(request: HttpRequest, name: str, default: int = 1) -> int:
    """A number from the address, `default` where it is none."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and 0 < len(text) < 10 and int(text) else default


def _found(document: Document) -> LineageMap:
    try:
        return lineage_map(document, with_unused=True)
    except (NoCanonicalForm, FileNotFoundError) as error:
        raise Http404(_why(error)) from None


def _why(error: Exception) -> str:
    if isinstance(error, NoCanonicalForm):
        return "The document has no canonical form, so there is nothing to trace. Its findings say why."
    return "The storage does not have the bytes of this file. Tell integration support."
