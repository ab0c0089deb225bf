"""Addresses of search."""

from django.urls import path

from search import views
from search.saved import views as saved

app_name = "search"
urlpatterns = [
    path("library/", views.search, name="search"),
    path("library/suggest/", views.suggest, name="suggest"),
    path("library/pick/", views.pick, name="pick"),
    path("account/searches/", saved.listing, name="saved"),
    path("account/searches/add/", saved.save, name="save"),
    path("account/searches/<uuid:uid>/", saved.act, name="saved_act"),
    path("account/searches/stop/<str:secret>/", saved.stop, name="stop"),
]
