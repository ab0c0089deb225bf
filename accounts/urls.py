"""Addresses of the account pages: allauth's and ours."""

from django.urls import include, path

from accounts import views

own = ([path("", views.profile, name="profile")], "accounts")

urlpatterns = [
    path("", include(own)),
    path("", include("allauth.account.urls")),
]
