"""Addresses of the player on the site."""

app_name = "runtime"
urlpatterns: list = []
