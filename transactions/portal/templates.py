"""CSV templates to download, with their columns described."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from config.core.downloads import file_name, send_bytes
from mappings.services.csv_templates import template_text, templates_of
from partners.portal.access import Visit, for_members, show


@require_safe
@for_members
def templates(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """The layouts that are read: the partner's agreed ones first, each kind of document together."""
    found = templates_of(visit.partner).values()
    rows = sorted(found, key=lambda template: (not template.is_agreed, template.target, template.title.casefold()))
    return show(
        request,
        visit,
        "portal/templates.html",
        title="CSV templates",
        templates=rows,
        agreed=sum(row.is_agreed for row in rows),
    )


@require_safe
@for_members
def template(request: HttpRequest, visit: Visit, name: str) -> HttpResponseBase:
    """Header and one example row."""
    found = templates_of(visit.partner).get(name)
    if found is None:
        raise Http404
    return send_bytes(template_text(found).encode(), file_name(found.name, extension="csv"))
