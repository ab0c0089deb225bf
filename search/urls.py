"""Addresses of search."""

from django.urls import path

from search import views

app_name = "search"
urlpatterns = [
    path("library/", views.search, name="search"),
    path("library/suggest/", views.suggest, name="suggest"),
    path("library/pick/", views.pick, name="pick"),
]
