"""Addresses of the library on the site."""

app_name = "repository"
urlpatterns: list = []
