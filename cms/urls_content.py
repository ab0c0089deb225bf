"""Addresses of the content origin: other people's programs, the player and its commits. No sign-in here."""

from django.urls import path

from cms.health import health

urlpatterns = [
    path("health/", health, name="health"),
]
