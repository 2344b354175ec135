"""Our guide to the portal itself, inside it."""

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from config.core.guides import how_tos, html_of
from partners.portal.access import Visit, for_members, show


@require_safe
@for_members
def how_to(request: HttpRequest, visit: Visit, name: str) -> HttpResponseBase:
    """One guide for partners."""
    pictures = reverse("guide-picture", args=["x.png"]).removesuffix("x.png")
    html = html_of(name, for_partners=True, pictures=pictures)
    if html is None:
        raise Http404("There is no such guide.")
    title = next(one.title for one in how_tos(for_partners=True) if one.name == name)
    return show(request, visit, "portal/how_to.html", title=title, html=mark_safe(html))  # noqa: S308  # escaped
