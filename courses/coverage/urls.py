"""Addresses of targets and coverage."""

app_name = "coverage"
urlpatterns: list = []
