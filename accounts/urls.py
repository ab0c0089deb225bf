"""Addresses of the account pages: allauth's and ours."""

from django.urls import include, path

urlpatterns = [
    path("", include("allauth.account.urls")),
]
