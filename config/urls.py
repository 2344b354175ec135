"""URLs of Onramp."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from config.core.admin.guides import picture

handler400 = "config.core.problems.bad_request"
handler500 = "config.core.problems.server_error"

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="admin:index", permanent=False)),
    path("admin/", include("config.core.admin.saved_filters")),
    path("admin/", include("config.core.admin.second_factor")),
    path("admin/", include("config.core.admin.guides")),
    path("how-to/pictures/<str:name>", picture, name="guide-picture"),
    path("admin/", include("transactions.admin.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("transactions.api.urls")),
    path("portal/", include("transactions.portal.urls")),
]
