"""Addresses of the API, version 1."""

from django.urls import include, path

from config.core.problems import elsewhere
from transactions.api import certification
from transactions.api.acknowledgments import AcknowledgmentContent, Acknowledgments, OneAcknowledgment
from transactions.api.documents import DocumentCanonical, Documents, DocumentSource, OneDocument
from transactions.api.files import FileContent, Files, OneFile
from transactions.api.lineage import DocumentLineage
from transactions.api.schemas import CanonicalSchema, OpenApi
from transactions.api.writing import WriteWithVersion

app_name = "api"
urlpatterns = [
    path("v1/files", Files.as_view(), name="files"),
    path("v1/files/<uuid:pk>", OneFile.as_view(), name="file"),
    path("v1/files/<uuid:pk>/content", FileContent.as_view(), name="file-content"),
    path("v1/documents", Documents.as_view(), name="documents"),
    path("v1/documents/<uuid:pk>", OneDocument.as_view(), name="document"),
    path("v1/documents/<uuid:pk>/canonical", DocumentCanonical.as_view(), name="document-canonical"),
    path("v1/documents/<uuid:pk>/lineage", DocumentLineage.as_view(), name="document-lineage"),
    path("v1/documents/<uuid:pk>/source", DocumentSource.as_view(), name="document-source"),
    path("v1/acknowledgments", Acknowledgments.as_view(), name="acknowledgments"),
    path("v1/acknowledgments/<uuid:pk>", OneAcknowledgment.as_view(), name="acknowledgment"),
    path("v1/acknowledgments/<uuid:pk>/content", AcknowledgmentContent.as_view(), name="acknowledgment-content"),
    path("v1/certifications", certification.Certifications.as_view(), name="certifications"),
    path("v1/certifications/<int:pk>", certification.OneCertification.as_view(), name="certification"),
    path("v1/certifications/<int:pk>/begin-again", certification.BeginAgain.as_view(), name="certification-again"),
    path("v1/certifications/<int:pk>/judge-again", certification.JudgeAgain.as_view(), name="certification-judge"),
    path(
        "v1/certifications/<int:pk>/scenarios/<slug:scenario>",
        certification.Report.as_view(),
        name="certification-scenario",
    ),
    path(
        "v1/certifications/<int:pk>/scenarios/<slug:scenario>/example",
        certification.Example.as_view(),
        name="certification-example",
    ),
    path(
        "v1/certifications/<int:pk>/scenarios/<slug:scenario>/files",
        certification.ScenarioFiles.as_view(),
        name="certification-files",
    ),
    path(
        "v1/certifications/<int:pk>/scenarios/<slug:scenario>/decision",
        certification.Decision.as_view(),
        name="certification-decision",
    ),
    path("v1/our-test-documents", certification.OurTests.as_view(), name="our-test-documents"),
    path(
        "v1/our-test-documents/<int:pk>/content",
        certification.OurTestContent.as_view(),
        name="our-test-document-content",
    ),
    path("v1/schemas/<slug:kind>/<int:version>", CanonicalSchema.as_view(), name="canonical-schema"),
    path("v1/mapping-versions/<int:pk>/write", WriteWithVersion.as_view(), name="write-with-version"),
    path("v1/openapi.yaml", OpenApi.as_view(), name="openapi"),
    path("v1/", include("mappings.api.urls")),
    path("v1/", include("partners.api.urls")),
    path("<path:rest>", elsewhere),
    path("", elsewhere),
]
