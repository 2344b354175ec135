"""Draft a mapping from a file of an unknown layout: say what its columns are, see what comes of it, keep the draft."""

import io
from typing import Any, NamedTuple

import msgspec
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from config.core.admin.pages import require, way_back
from config.core.blobs import read_range
from mappings.engine.errors import DeclarationError
from mappings.engine.rules.yaml import dump, load_typed
from mappings.engine.text.dates import PATTERNS
from mappings.engine.text.settings import TextSettings
from mappings.library.columns import Target, targets
from mappings.models import MappingVersion
from mappings.services.add_test_case import LIMIT, add_test_case
from mappings.services.draft_from_columns import NUMBER_FORMS, Column, Problem, draft_from_columns
from mappings.services.guess_columns import guess_columns, usable
from mappings.services.start_mapping import MappingRefused, refuse_code, start_mapping
from mappings.services.suggest_code import suggest_code
from transactions.admin.reading_form import Said
from transactions.admin.tried import tried_context
from transactions.models import InboundFile
from transactions.services.try_mapping import SIZE, Tried, try_declaration
from transactions.services.unknown_layout import SampledColumn, UnknownLayout, unknown_layout

DRAFT = ("mappings.add_mapping", "mappings.add_mappingversion")
LONGEST = 400_000


class ColumnRow(NamedTuple):
    """One column as the page asks about it."""

    place: int
    column: SampledColumn
    target: str
    form: str
    is_usable: bool
    problems: list[Problem]


class Asked:
    """What the person says: from a POST, or guessed from the file when the page is opened."""

    def __init__(self, request: HttpRequest, file: InboundFile, found: UnknownLayout) -> None:
        self.do = request.POST.get("do", "")
        names = list(found.sample.names)
        self.names = msgspec.json.encode(names).decode()
        shown = _shown(request.POST.get("names", ""))
        self.is_anew = request.method == "POST" and bool(shown) and shown != names
        """The file is read in another way than when the columns were shown: what was said is about others."""
        if request.method == "POST":
            self.code = request.POST.get("code", "").strip()
            self.title = request.POST.get("title", "").strip()
            self.columns = [
                Column(name, request.POST.get(f"target-{i}", ""), request.POST.get(f"form-{i}", "").strip())
                for i, name in enumerate(shown if self.is_anew else names)
            ]
            if self.is_anew:
                self.columns = _taken_over(self.columns, found)
        else:
            partner = file.connection.partner if file.connection is not None else file.partner
            self.title = f"Orders of {partner}" if partner is not None else "Orders"
            self.code = suggest_code(self.title)
            guessed = guess_columns(names, found.sample.rows)
            self.columns = [Column(name, target) for name, target in zip(names, guessed, strict=True)]
        self.text = request.POST.get("text", "")[:LONGEST]

    @property
    def is_text(self) -> bool:
        """Whether the text is to be taken, and not the columns."""
        return self.do in ("try-text", "keep-text")

    @property
    def is_kept(self) -> bool:
        return self.do == "keep-text" or (self.do == "keep" and not self.is_anew)


def draft_page(model_admin: ModelAdmin, request: HttpRequest, file: InboundFile) -> HttpResponse:
    """GET: guesses and what they make. POST: the same with what the person says, or the draft is kept."""
    for permission in DRAFT:
        require(request, permission)
    page = reverse("admin:transactions_inboundfile_change", args=[file.pk])
    back = way_back(request, page)
    said = Said(request)
    found, why_not = _read(file, said.settings)
    if found is None:
        messages.warning(request, why_not)
        return HttpResponseRedirect(back)
    asked = Asked(request, file, found)
    problems: list[Problem] = []
    declaration: dict[str, Any] | None = None
    fault = ""
    if asked.is_text:
        declaration, fault = _loaded(asked.text)
    else:
        declaration, problems = draft_from_columns(asked.code, asked.title, asked.columns, found.sample)
        problems += _about_code(asked.code) + _about_reading(asked, said, found)
        asked.text = dump(declaration) if declaration is not None else asked.text
    if asked.is_kept and declaration is not None and not any(problem.is_fatal for problem in problems):
        version, fault = _keep(declaration, file, request.user)
        if version is not None:
            messages.success(request, f"{version} is drafted. Try it, then submit it for somebody else to publish.")
            return HttpResponseRedirect(
                back if back != page else reverse("admin:mappings_mappingversion_change", args=[version.pk])
            )
    tried = Tried([], [], fault=fault) if fault else _try(declaration, file)
    return TemplateResponse(
        request,
        "admin/onramp/draft.html",
        {
            **model_admin.admin_site.each_context(request),
            **tried_context(tried),
            "opts": model_admin.model._meta,
            "original": file,
            "title": "Draft a mapping",
            "is_fullwidth": "1",
            "file": file,
            "back": back,
            "found": found,
            "asked": asked,
            "reading": said.choices(found),
            "rows": _rows(found, asked, problems),
            "problems": [problem for problem in problems if not problem.column],
            "groups": _groups(),
            "patterns": PATTERNS,
            "number_forms": NUMBER_FORMS,
        },
    )


def _read(file: InboundFile, said: TextSettings) -> tuple[UnknownLayout | None, str]:
    try:
        found = unknown_layout(file, said)
    except FileNotFoundError:
        return None, "The storage does not have the bytes of this file."
    return found, "This file has no columns: a mapping can be drafted from delimited text."


def _shown(text: str) -> list[str]:
    """The names of the columns that the page had; none where it does not say."""
    try:
        return msgspec.json.decode(text, type=list[str])
    except msgspec.DecodeError:
        return []


def _taken_over(columns: list[Column], found: UnknownLayout) -> list[Column]:
    """What was said of columns that are still there; what the others stand for is guessed."""
    said = {column.name: column for column in columns}
    kept = {column.target for name in found.sample.names if (column := said.get(name))}
    taken = {target for target in kept if target in targets() and targets()[target].once}
    guessed = guess_columns(found.sample.names, found.sample.rows)
    return [
        said.get(name) or Column(name, "" if target in taken else target)
        for name, target in zip(found.sample.names, guessed, strict=True)
    ]


def _about_reading(asked: Asked, said: Said, found: UnknownLayout) -> list[Problem]:
    """What keeps the draft from being kept until a person has looked at it."""
    if said.refusals or found.refusals:
        return [Problem("", "The file cannot be read as you say; look at how it is read.", True)]
    if asked.do == "keep" and asked.is_anew:
        return [Problem("", "The file is read in another way now. Look at the columns, then keep the draft.")]
    return []


def _loaded(text: str) -> tuple[dict[str, Any] | None, str]:
    try:
        return dict(load_typed(text)), ""
    except DeclarationError as error:
        return None, str(error)


def _about_code(code: str) -> list[Problem]:
    try:
        refuse_code(code)
    except MappingRefused as refused:
        return [Problem("", str(refused), True)]
    return []


def _keep(declaration: dict[str, Any], file: InboundFile, user: Any) -> tuple[MappingVersion | None, str]:
    """The draft, with the file that it was made from as its first test case, or its first lines."""
    try:
        version = start_mapping(declaration)
    except (DeclarationError, MappingRefused) as error:
        return None, str(error)
    part = read_range(file.sha256, 0, LIMIT)
    whole_lines = part if len(part) < LIMIT else part[: part.rfind(b"\n") + 1]
    add_test_case(version.mapping, file.name or "first file", [whole_lines], by=user)
    return version, ""


def _try(declaration: dict[str, Any] | None, file: InboundFile) -> Tried | None:
    if declaration is None:
        return None
    return try_declaration(declaration, io.BytesIO(read_range(file.sha256, 0, SIZE + 1)))


def _rows(found: UnknownLayout, asked: Asked, problems: list[Problem]) -> list[ColumnRow]:
    of: dict[str, list[Problem]] = {}
    for problem in problems:
        of.setdefault(problem.column, []).append(problem)
    free = usable(found.sample.names)
    return [
        ColumnRow(i, column, chosen.target, chosen.form, free[i], of.get(column.name, []))
        for i, (column, chosen) in enumerate(zip(found.columns, asked.columns, strict=True))
    ]


def _groups() -> dict[str, list[tuple[str, Target]]]:
    """The targets under the headings of their choice."""
    groups: dict[str, list[tuple[str, Target]]] = {}
    for name, target in targets().items():
        groups.setdefault(target.group, []).append((name, target))
    return groups
