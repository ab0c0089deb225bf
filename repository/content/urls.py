"""Addresses of files on the content origin.

Expressions rather than converters: this is the hottest path of the project, and ids are compared as text.
"""

from django.urls import path, re_path

from repository.content import views

app_name = "content"

_OPENED = r"(?P<version>[0-9a-f-]{36})/(?P<key>[0-9a-f]{32})/"

urlpatterns = [
    re_path(rf"^f/{_OPENED}(?P<path>.*)$", views.file, name="file"),
    re_path(rf"^v/{_OPENED}$", views.viewer, name="viewer"),
    re_path(rf"^v/{_OPENED}used/$", views.used, name="used"),
    path("v/lib/<slug:mark>/<path:name>", views.lib, name="lib"),
]
