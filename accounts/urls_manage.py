"""Addresses of the account page and of the desks of units and people."""

from django.urls import path

from accounts.views import (
    account,
    people,
    person,
    person_acts,
    person_places,
    person_roles,
    roster,
    roster_sheets,
    unit_acts,
    units,
)

app_name = "accounts"
urlpatterns = [
    path("account/", account.profile, name="profile"),
    path("account/sign-out-elsewhere/", account.sign_out_others, name="sign_out_others"),
    path("account/first/<str:secret>/", account.first, name="first"),
    path("account/address/<str:secret>/", account.confirm_email, name="confirm_email"),
    path("manage/units/", units.units, name="units"),
    path("manage/units/changes/<uuid:uid>/undo/", units.undo, name="unit_undo"),
    path("manage/units/<slug:code>/", units.unit, name="unit"),
    path("manage/units/<slug:code>/<slug:act>/", unit_acts.unit_act, name="unit_act"),
    path("manage/people/", people.people, name="people"),
    path("manage/people/import/", roster.roster, name="roster"),
    path("manage/people/import/template/", roster_sheets.template, name="roster_template"),
    path("manage/people/import/<uuid:uid>/", roster.run, name="roster_run"),
    path("manage/people/import/<uuid:uid>/repair/", roster.repair, name="roster_repair"),
    path("manage/people/import/<uuid:uid>/skip/", roster.skip, name="roster_skip"),
    path("manage/people/import/<uuid:uid>/columns/", roster.columns, name="roster_columns"),
    path("manage/people/import/<uuid:uid>/write/", roster.write, name="roster_write"),
    path("manage/people/import/<uuid:uid>/undo/", roster.undo, name="roster_undo"),
    path("manage/people/import/<uuid:uid>/doubtful/", roster_sheets.doubtful, name="roster_doubtful"),
    path("manage/people/import/<uuid:uid>/links/", roster_sheets.links, name="roster_links"),
    path("manage/people/new/", people.person_new, name="person_new"),
    path("manage/people/<uuid:uid>/", person.person, name="person"),
    path("manage/people/<uuid:uid>/edit/", person_acts.edit, name="person_edit"),
    path("manage/people/<uuid:uid>/places/", person_acts.place, name="person_place"),
    path("manage/people/<uuid:uid>/move/", person_places.move, name="person_move"),
    path("manage/people/<uuid:uid>/places/<int:pk>/end/", person_places.end_place, name="place_end"),
    path("manage/people/<uuid:uid>/places/<int:pk>/cancel/", person_places.cancel_place, name="place_cancel"),
    path("manage/people/<uuid:uid>/roles/<int:pk>/undo/", person_roles.undo_role, name="role_undo"),
    path("manage/people/<uuid:uid>/roles/", person_roles.give_role, name="role_give"),
    path("manage/people/<uuid:uid>/roles/<int:pk>/revoke/", person_roles.end_role, name="role_end"),
    path("manage/people/<uuid:uid>/link/", person_acts.account_act, {"act": "link"}, name="person_link"),
    path("manage/people/<uuid:uid>/close/", person_acts.account_act, {"act": "close"}, name="person_close"),
    path("manage/people/<uuid:uid>/open/", person_acts.account_act, {"act": "open"}, name="person_open"),
]
