"""Addresses of targets and coverage."""

from django.urls import path

from courses.coverage import views

app_name = "coverage"
urlpatterns = [
    path("manage/", views.manage, name="manage"),
    path("manage/targets/", views.targets, name="targets"),
    path("manage/targets/new/", views.target_new, name="target_new"),
    path("manage/targets/<uuid:uid>/", views.target, name="target"),
    path("manage/targets/<uuid:uid>/edit/", views.target_edit, name="target_edit"),
    path("manage/targets/<uuid:uid>/act/", views.target_act, name="target_act"),
    path("manage/targets/<uuid:uid>/people/", views.people, name="people"),
    path("manage/targets/<uuid:uid>/people/undo/", views.undo, name="undo"),
    path("manage/targets/<uuid:uid>/excel/", views.excel, name="excel"),
]
