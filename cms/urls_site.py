"""Addresses of the site. Each app brings its own; Wagtail's pages come last, for they match anything."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from accounts.views.account import language
from cms import member_views
from cms.admin_scripts import words_of_scripts
from cms.health import health, ready
from cms.media_views import picture
from cms.views import front

urlpatterns = [
    path("health/", health, name="health"),
    path("health/ready/", ready, name="ready"),
    path("language/", language, name="set_language"),
    path("admin/jsi18n/", words_of_scripts),  # instead of Wagtail's own
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("media/<path:name>", picture, name="picture"),
    path("", include("accounts.urls_manage")),
    path("account/", include("accounts.urls")),
    path("", front, name="front"),
    path("units/", member_views.members, name="members"),
    path("units/<slug:code>/", member_views.member, name="member"),
    path("units/<slug:code>/contact/", member_views.contact, name="member_contact"),
    path("", include("repository.urls")),
    path("", include("search.urls")),
    path("", include("courses.training.urls")),
    path("", include("courses.coverage.urls")),
    path("", include("courses.runtime.urls_site")),
    path("", include(wagtail_urls)),
]

handler400 = "cms.error_pages.bad_request"
handler403 = "cms.error_pages.forbidden"
handler404 = "cms.error_pages.not_found"
handler500 = "cms.error_pages.server_error"
