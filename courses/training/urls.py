"""Addresses of courses and classes."""

from django.urls import path

from courses.training import views, views_classes, views_learn, views_manage

app_name = "courses"
urlpatterns = [
    path("courses/", views.course_list, name="list"),
    path("courses/<uuid:uid>/", views.course, name="course"),
    path("learning/", views.learning, name="learning"),
    path("learn/<uuid:enrolment>/<uuid:activity>/", views_learn.player, name="player"),
    path("learn/<uuid:enrolment>/<uuid:activity>/open/", views_learn.player_open, name="player_open"),
    path("classes/<uuid:uid>/", views_classes.run, name="run"),
    path("manage/courses/", views_manage.manage, name="manage"),
    path("manage/courses/new/", views_manage.course_new, name="new"),
    path("manage/courses/<uuid:uid>/", views_manage.course_edit, name="edit"),
    path("manage/courses/<uuid:uid>/act/", views_manage.course_act, name="course_act"),
    path("manage/courses/<uuid:uid>/sections/", views_manage.section_add, name="section_add"),
    path("manage/courses/<uuid:uid>/sections/<int:section>/", views_manage.section_act, name="section_act"),
    path("manage/courses/<uuid:uid>/sections/<int:section>/pick/", views_manage.pick, name="pick"),
    path("manage/activities/<uuid:uid>/", views_manage.activity, name="activity"),
    path("manage/activities/<uuid:uid>/act/", views_manage.activity_act, name="activity_act"),
    path("manage/classes/new/", views_classes.run_new, name="run_new"),
    path("manage/classes/<uuid:uid>/", views_classes.run_edit, name="run_edit"),
    path("manage/classes/<uuid:uid>/act/", views_classes.run_act, name="run_act"),
    path("manage/classes/<uuid:uid>/people/", views_classes.run_people, name="run_people"),
    path("manage/classes/<uuid:uid>/end/", views_classes.enrolments_end, name="enrolments_end"),
]
