"""Addresses of the player on the site. The tracked player page itself is training's."""

from django.urls import path

from courses.runtime import views_site as views

app_name = "runtime"
urlpatterns = [
    path("try/<uuid:uid>/", views.browse, name="browse"),
    path("try/<uuid:uid>/open/", views.browse_open, name="browse_open"),
    path("learn/outbox/", views.outbox, name="outbox"),
    path("learn/kept/<int:kept>/dismiss/", views.dismiss, name="dismiss"),
]
