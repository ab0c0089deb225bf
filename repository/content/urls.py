"""Addresses of files on the content origin."""

app_name = "content"
urlpatterns: list = []
