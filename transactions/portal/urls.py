"""Addresses of the portal, those about people included."""

from django.urls import path

from partners.portal.urls import urlpatterns as people
from transactions.portal import acknowledgments, certification, documents, files, home, templates, upload

app_name = "portal"

urlpatterns = [
    *people,
    path("", home.home, name="home"),
    path("upload/", upload.upload, name="upload"),
    path("files/", files.files, name="files"),
    path("files/<uuid:pk>/", files.report, name="file"),
    path("files/<uuid:pk>/correct/", upload.upload, name="correct"),
    path("files/<uuid:pk>/state.json", files.state, name="file-state"),
    path("files/<uuid:pk>/content", files.content, name="file-content"),
    path("documents/", documents.documents, name="documents"),
    path("documents/<uuid:pk>/", documents.document, name="document"),
    path("documents/<uuid:pk>/canonical.json", documents.canonical, name="document-canonical"),
    path("documents/<uuid:pk>/source", documents.source, name="document-source"),
    path("acknowledgments/", acknowledgments.acknowledgments, name="acknowledgments"),
    path("acknowledgments/<uuid:pk>/", acknowledgments.acknowledgment, name="acknowledgment"),
    path("acknowledgments/<uuid:pk>/content", acknowledgments.content, name="acknowledgment-content"),
    path("certification/", certification.certification, name="certification"),
    path("certification/ours/<int:pk>/content", certification.ours, name="certification-ours"),
    path("certification/<int:pk>/<slug:scenario>/example", certification.sample, name="certification-sample"),
    path("certification/<int:pk>/<slug:scenario>/", certification.scenario, name="certification-scenario"),
    path("certification/<int:pk>/<slug:scenario>/state.json", certification.scenario_state, name="certification-state"),
    path("templates/", templates.templates, name="templates"),
    path("templates/<str:name>.csv", templates.template, name="template"),
]
