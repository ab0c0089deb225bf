"""Addresses of courses and classes."""

from django.urls import path

from courses.training import (
    views,
    views_activities,
    views_attempt,
    views_choice,
    views_classes,
    views_import,
    views_learn,
    views_manage,
    views_paste,
    views_people,
    views_remind,
    views_sessions,
    views_switch,
)

app_name = "courses"
urlpatterns = [
    path("courses/", views.course_list, name="list"),
    path("courses/<uuid:uid>/", views.course, name="course"),
    path("learning/", views.learning, name="learning"),
    path("learning/history/", views.history, name="history"),
    path("learning/completed/<uuid:uid>/", views.confirmation, name="confirmation"),
    path("learning/calendar.ics", views.calendar, name="calendar"),
    path("learn/<uuid:enrolment>/<uuid:activity>/", views_learn.player, name="player"),
    path("learn/<uuid:enrolment>/<uuid:activity>/open/", views_learn.player_open, name="player_open"),
    path(
        "learn/<uuid:enrolment>/<uuid:activity>/standing/",
        views_learn.player_standing,
        name="player_standing",
    ),
    path("classes/<uuid:uid>/", views_classes.run, name="run"),
    path("classes/<uuid:uid>/excel/", views_people.run_excel, name="run_excel"),
    path("classes/<uuid:uid>/remind/", views_remind.run_remind, name="run_remind"),
    path("classes/<uuid:uid>/join/", views_choice.join, name="join"),
    path("classes/<uuid:uid>/leave/", views_choice.leave, name="leave"),
    path("classes/<uuid:uid>/people/<uuid:enrolment>/", views_people.person, name="run_person"),
    path("classes/<uuid:uid>/attempts/<uuid:attempt>/", views_attempt.run_attempt, name="run_attempt"),
    path("classes/<uuid:uid>/sessions/new/", views_sessions.session_new, name="session_new"),
    path("classes/<uuid:uid>/sessions/<uuid:session>/", views_sessions.session, name="session"),
    path(
        "classes/<uuid:uid>/sessions/<uuid:session>/edit/", views_sessions.session_edit, name="session_edit"
    ),
    path("classes/<uuid:uid>/sessions/<uuid:session>/act/", views_sessions.session_act, name="session_act"),
    path("manage/courses/", views_manage.manage, name="manage"),
    path("manage/courses/new/", views_manage.course_new, name="new"),
    path("manage/courses/<uuid:uid>/", views_manage.course_edit, name="edit"),
    path("manage/courses/<uuid:uid>/import/", views_import.course_import, name="import"),
    path("manage/courses/<uuid:uid>/import/<uuid:planned>/", views_import.imported, name="imported"),
    path(
        "manage/courses/<uuid:uid>/import/<uuid:planned>/undo/", views_import.import_undo, name="import_undo"
    ),
    path("manage/courses/<uuid:uid>/act/", views_manage.course_act, name="course_act"),
    path("manage/courses/<uuid:uid>/sections/", views_manage.section_add, name="section_add"),
    path("manage/courses/<uuid:uid>/sections/<int:section>/", views_manage.section_act, name="section_act"),
    path("manage/courses/<uuid:uid>/sections/<int:section>/pick/", views_manage.pick, name="pick"),
    path(
        "manage/courses/<uuid:uid>/sections/<int:section>/add/",
        views_activities.activity_add,
        name="activity_add",
    ),
    path("manage/activities/<uuid:uid>/preview/", views_activities.preview, name="preview"),
    path("manage/activities/<uuid:uid>/", views_activities.activity, name="activity"),
    path("manage/activities/<uuid:uid>/version/", views_switch.switch, name="switch"),
    path("lessons/<uuid:uid>/touches/", views_switch.touched, name="touched"),
    path("manage/activities/<uuid:uid>/act/", views_activities.activity_act, name="activity_act"),
    path("manage/classes/new/", views_classes.run_new, name="run_new"),
    path("manage/classes/<uuid:uid>/", views_classes.run_edit, name="run_edit"),
    path("manage/classes/<uuid:uid>/act/", views_classes.run_act, name="run_act"),
    path("manage/classes/<uuid:uid>/people/", views_people.run_people, name="run_people"),
    path("manage/classes/<uuid:uid>/close/", views_classes.run_close, name="run_close"),
    path("manage/classes/<uuid:uid>/instructors/", views_choice.run_instructors, name="run_instructors"),
    path("manage/classes/<uuid:uid>/people/paste/", views_paste.run_paste, name="run_paste"),
    path("manage/classes/<uuid:uid>/end/", views_people.enrolments_end, name="enrolments_end"),
    path("manage/classes/<uuid:uid>/undo/", views_people.enrolments_undo, name="enrolments_undo"),
]
