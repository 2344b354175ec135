"""Admin pages that belong to no model."""

from django.contrib import admin
from django.urls import path

from transactions.admin.certification import urlpatterns as certification
from transactions.admin.home import today_fragment
from transactions.admin.mapping_try import try_page
from transactions.admin.mapping_write import write_page
from transactions.admin.search import search_page

urlpatterns = [
    *certification,
    path("search/", admin.site.admin_view(search_page), name="search"),  # instead of the theme's, which finds pages
    path("today/", admin.site.admin_view(today_fragment), name="today"),
    path("mappings/mappingversion/<int:object_id>/try/", admin.site.admin_view(try_page), name="mapping-try"),
    path("mappings/mappingversion/<int:object_id>/write/", admin.site.admin_view(write_page), name="mapping-write"),
]
