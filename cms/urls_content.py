"""Addresses of the content origin: other people's programs, the player and its commits. No sign-in here."""

from django.urls import include, path

from cms.health import health, ready

urlpatterns = [
    path("", include("repository.content.urls")),
    path("", include("courses.runtime.urls_content")),
    path("health/", health, name="health"),
    path("health/ready/", ready, name="ready"),
]

# Django's own pages look for a session, which does not exist here.
handler404 = "repository.content.views.not_found"
handler500 = "repository.content.views.failed"
