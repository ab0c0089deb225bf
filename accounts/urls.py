"""Addresses of signing in, all below /account/: allauth's. Ours are in urls_manage."""

from django.urls import include, path

urlpatterns = [path("", include("allauth.account.urls"))]
