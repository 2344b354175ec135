"""Links that nobody is offered who may not follow them."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from config.core.admin import pages

register = template.Library()


@register.simple_tag(takes_context=True)
def page_link(context: template.Context, model: str, pk: Any, text: Any, anchor: str = "") -> SafeString | str:
    """A link to the admin page of a row, or its text alone for who may not view it. model: "app.model"."""
    app, name = model.split(".")
    if pk is None:
        return "–"
    if not context["request"].user.has_perm(f"{app}.view_{name}"):
        return format_html("{}", text)
    url = reverse(f"admin:{app}_{name}_change", args=[pk]) + anchor
    return format_html('<a class="or-link" href="{}">{}</a>', url, text)


@register.simple_tag(takes_context=True)
def list_as_left(context: template.Context, url: str) -> str:
    """The address of a list with the filters, search and page that this row was opened from."""
    return pages.list_as_left(context["request"], str(url))


@register.simple_tag(takes_context=True)
def with_filters(context: template.Context, url: str) -> str:
    """An address of the same row that keeps the way back to the list as it was left."""
    return pages.with_filters(context["request"], str(url))
