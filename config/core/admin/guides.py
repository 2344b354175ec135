"""How-to guides for our own people, inside the admin."""

from typing import Any

from django.contrib import admin
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from config.core.guides import HOW_TOS, how_tos, html_of, picture_of


@require_safe
def guides(request: HttpRequest, name: str = "onboard-a-partner") -> HttpResponse:
    """One guide, with the list of all beside it."""
    pictures = reverse("guide-picture", args=["x.png"]).removesuffix("x.png")
    html = html_of(name, for_partners=False, pictures=pictures)
    if html is None:
        raise Http404("There is no such guide.")
    context: dict[str, Any] = {
        "title": next(one.title for one in HOW_TOS if one.name == name),
        "how_tos": how_tos(for_partners=False),
        "name": name,
        "html": mark_safe(html),  # noqa: S308  # our own text, in which raw HTML is escaped
    }
    return TemplateResponse(request, "admin/onramp/guides.html", {**admin.site.each_context(request), **context})


@require_safe
def picture(request: HttpRequest, name: str) -> FileResponse:
    """A picture of the guides, which show demo data only."""
    found = picture_of(name)
    if found is None:
        raise Http404("There is no such picture.")
    return FileResponse(found.open("rb"), content_type="image/png", headers={"Cache-Control": "max-age=3600"})


urlpatterns = [
    path("how-to/", admin.site.admin_view(guides), name="how-to"),
    path("how-to/<slug:name>/", admin.site.admin_view(guides), name="how-to-guide"),
]
