"""Addresses of courses and classes."""

app_name = "courses"
urlpatterns: list = []
