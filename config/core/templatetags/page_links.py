"""Links that nobody is offered who may not follow them."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

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
