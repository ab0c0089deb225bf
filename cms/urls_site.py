"""Addresses of the site. Each app brings its own; Wagtail's pages come last, for they match anything."""

from django.urls import include, path
from django.views.i18n import set_language
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from cms.health import health
from cms.views import front

urlpatterns = [
    path("health/", health, name="health"),
    path("language/", set_language, name="set_language"),
    path("admin/", include(wagtailadmin_urls)),
    path("account/", include("accounts.urls")),
    path("", front, name="front"),
    path("", include("repository.urls")),
    path("", include("search.urls")),
    path("", include("courses.training.urls")),
    path("", include("courses.coverage.urls")),
    path("", include("courses.runtime.urls_site")),
    path("", include(wagtail_urls)),
]

handler400 = "cms.views.bad_request"
handler403 = "cms.views.forbidden"
handler404 = "cms.views.not_found"
handler500 = "cms.views.server_error"
