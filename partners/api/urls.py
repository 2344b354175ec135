"""Addresses of the configuration, below /api/v1/."""

from typing import Any

from django.urls import URLPattern, path

from partners.api import agreements, certificates, connections, expected, partners, shared
from partners.api.configuration import Collection, Single
from partners.api.history import restoring, versions_of
from partners.api.many import ManyAgreements, ManyPartners
from partners.api.policies import AgreementPolicies, House, PartnerPolicies


def _kind(many: str, one: str, all_: type[Collection], single: type[Single]) -> list[URLPattern]:
    """List and one, its versions, and the way back to one of them."""
    name = one.replace("-", " ")
    return [
        path(many, all_.as_view(), name=many),
        path(f"{many}/<int:pk>", single.as_view(), name=one),
        path(f"{many}/<int:pk>/versions", versions_of(single.model, name), name=f"{one}-versions"),
        path(f"{many}/<int:pk>/restore", restoring(single, name), name=f"{one}-restore"),
    ]


def _act(where: str, view: Any, name: str) -> URLPattern:
    many, verb = where.split("/")
    return path(f"{many}/<int:pk>/{verb}", view.as_view(), name=name)


urlpatterns = [
    *_kind("partners", "partner", partners.Partners, partners.OnePartner),
    *_kind("identities", "identity", partners.Identities, partners.OneIdentity),
    *_kind("contacts", "contact", partners.Contacts, partners.OneContact),
    *_kind("connections", "connection", connections.Connections, connections.OneConnection),
    *_kind("certificates", "certificate", certificates.Certificates, certificates.OneCertificate),
    *_kind("agreements", "agreement", agreements.Agreements, agreements.OneAgreement),
    *_kind("expected-documents", "expected-document", expected.ExpectedDocuments, expected.OneExpectedDocument),
    *_kind("groups", "group", shared.Groups, shared.OneGroup),
    *_kind("tags", "tag", shared.Tags, shared.OneTag),
    *_kind("calendars", "calendar", shared.Calendars, shared.OneCalendar),
    *_kind("service-levels", "service-level", shared.ServiceLevels, shared.OneServiceLevel),
    path("house-policies", House.as_view(), name="house-policies"),
    path("partners/change", ManyPartners.as_view(), name="partners-change"),
    path("agreements/change", ManyAgreements.as_view(), name="agreements-change"),
    _act("partners/policies", PartnerPolicies, "partner-policies"),
    _act("agreements/policies", AgreementPolicies, "agreement-policies"),
    _act("agreements/compare", agreements.Comparison, "agreement-compare"),
    _act("agreements/clone", agreements.Clone, "agreement-clone"),
    _act("agreements/submit", agreements.Submitting, "agreement-submit"),
    _act("agreements/activate", agreements.Activation, "agreement-activate"),
    _act("agreements/suspend", agreements.Suspension, "agreement-suspend"),
    _act("agreements/retire", agreements.Retirement, "agreement-retire"),
    _act("connections/tests", connections.Tests, "connection-tests"),
    _act("connections/keys", connections.Keys, "connection-keys"),
    _act("keys/rotate", connections.Rotation, "key-rotate"),
    _act("keys/revoke", connections.Revocation, "key-revoke"),
]
