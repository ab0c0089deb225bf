"""Addresses of the player on the content origin."""

from django.urls import include, path

from courses.runtime import views_content as views

app_name = "player"
urlpatterns = [
    path("play/<str:ticket>/", views.play, name="play"),
    path("commit/", views.commit, name="commit"),
    path("", include("courses.runtime.cmi5.urls")),
    path("player-lib/<str:mark>/<str:name>", views.player_lib, name="lib"),
]
