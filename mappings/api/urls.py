"""Addresses of mappings, below /api/v1/."""

from django.urls import path

from mappings.api.assignments import AgreementMapping, MappingVersions

urlpatterns = [
    path("mapping-versions", MappingVersions.as_view(), name="mapping-versions"),
    path("agreements/<int:pk>/mapping", AgreementMapping.as_view(), name="agreement-mapping"),
]
