"""Prepared queries answer as their querysets do, to each person for herself, on each day anew."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.days import today
from accounts.models import Membership, OrgUnit, User
from accounts.permissions import units_where
from accounts.prepared import prepared
from accounts.querysets import on_day
from accounts.standing import kept
from tests.factories import OrgUnitFactory, person

pytestmark = pytest.mark.django_db


def memberships(user: User, unit: int) -> Any:
    return Membership.objects.filter(on_day(), user=user, unit=unit).select_related("user", "unit")


def managed(user: User) -> Any:
    return units_where(user, "unit.manage").order_by("pk").values_list("pk", flat=True)


def test_objects_come_whole_and_to_each_her_own() -> None:
    unit, other = OrgUnitFactory(), OrgUnitFactory()
    one, two = person(unit), person(other)
    ask = prepared(memberships)
    with CaptureQueriesContext(connection) as asked:
        (mine,) = ask(user=one, unit=unit.pk)
        assert (mine.user, mine.unit.code, mine.valid_from) == (one, unit.code, date(2016, 9, 1))
    assert len(asked) == 1
    assert ask(user=two, unit=unit.pk) == []
    assert [row.user_id for row in ask(user=two, unit=other.pk)] == [two.pk]
    assert ask.first(user=one, unit=other.pk) is None


def test_numbers_of_a_class_and_addresses_are_compared_with() -> None:
    one, two = person(OrgUnitFactory()), person(OrgUnitFactory())
    by_uid = prepared(lambda uid: User.objects.filter(uid=uid).values("username", "uid"))
    listed = prepared(
        lambda user: Membership.objects.filter(user__in=[user]).values_list("user_id", "primary")
    )
    for who in (one, two):
        assert by_uid(uid=who.uid) == [{"username": who.username, "uid": who.uid}]
        assert listed(user=who.pk) == [(who.pk, True)]


def test_rights_kept_for_one_page_do_not_get_into_the_sql() -> None:
    root = OrgUnitFactory()
    school = OrgUnitFactory(parent=root)
    chief, head, nobody = (
        person(root, "unit_administrator"),
        person(school, "unit_administrator"),
        person(school),
    )
    ask = prepared(managed)
    with kept():
        assert list(managed(nobody)) == ask(user=nobody) == []
        assert ask(user=chief) == list(managed(chief)) == [root.pk, school.pk]
        assert ask(user=head) == list(managed(head)) == [school.pk]
    head.is_active = False
    assert ask(user=head) == []


def test_each_day_is_asked_anew() -> None:
    unit = OrgUnitFactory()
    ask = prepared(lambda unit: OrgUnit.objects.open().filter(pk=unit))
    assert ask(unit=unit.pk) == [unit]
    with patch("django.utils.timezone.localdate", return_value=date(2010, 1, 1)):
        assert ask(unit=unit.pk) == []
    assert today() > date(2010, 1, 1) + timedelta(days=1)
    assert ask(unit=unit.pk) == [unit]


def test_what_shapes_the_query_is_refused() -> None:
    ask = prepared(lambda most: OrgUnit.objects.order_by("pk")[: int(str(most)) - 1])
    with pytest.raises(TypeError, match="compared with"):
        ask(most=3)
