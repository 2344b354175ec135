"""What the pages that run a version of a mapping have in common: who may, on which version, and the frame around it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.widgets import UnfoldAdminTextInputWidget

from config.core.admin.pages import require
from mappings.models import MappingVersion

LONGEST = 80


def version_of(request: HttpRequest, object_id: int, needed: tuple[str, ...]) -> MappingVersion:
    """The version with its mapping. needed: the permissions; 403 without one of them. 404 where there is no version."""
    for permission in needed:
        require(request, permission)
    version = MappingVersion.objects.select_related("mapping").filter(pk=object_id).first()
    if version is None:
        raise Http404("There is no such version.")
    return version


def version_page(
    request: HttpRequest, version: MappingVersion, template: str, title: str, **context: Any
) -> TemplateResponse:
    """A page of our own about a version, with the way back to it."""
    frame = {
        **admin.site.each_context(request),
        "opts": MappingVersion._meta,
        "original": version,
        "title": title,
        "is_fullwidth": "1",
        "version": version,
        "back": reverse("admin:mappings_mappingversion_change", args=[version.pk]),
    }
    return TemplateResponse(request, template, frame | context)


def term_field(label: str, help_text: str) -> forms.CharField:
    """Asks for something that Onramp has, by what people have at hand."""
    return forms.CharField(
        label=label, required=False, max_length=LONGEST, widget=UnfoldAdminTextInputWidget, help_text=help_text
    )
