"""What is kept of a person's rights answers as the tables do, and no longer than a page is read."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts.middleware import StandingMiddleware
from accounts.models import OrgUnit, Role, RoleGrant
from accounts.permissions import TABLE, at_or_above, holds, may, top_units, units_where, verbs_of
from accounts.standing import kept, standing_of
from tests.factories import OrgUnitFactory, person

pytestmark = pytest.mark.django_db


def answers(user: Any) -> dict[str, Any]:
    units = list(OrgUnit.objects.order_by("pk"))
    found: dict[str, Any] = {
        verb: (
            [may(user, verb, unit) for unit in units],
            holds(user, verb),
            set(units_where(user, verb)),
            set(top_units(user, verb)),
        )
        for verb in TABLE
    }
    found["verbs"] = verbs_of(user)
    found["above"] = set(OrgUnit.objects.filter(at_or_above(user, "pk")))
    return found


@pytest.mark.parametrize("role", [None, *Role])
def test_kept_rights_are_those_of_the_tables(role: Role | None) -> None:
    root = OrgUnitFactory()
    own = OrgUnitFactory(parent=root)
    OrgUnitFactory(parent=own)
    OrgUnitFactory(parent=root)
    user = person(own, *([role] if role else []))
    asked = answers(user)
    with kept():
        assert answers(user) == asked
    assert asked["above"] == {own, root}


def test_whoever_holds_nothing_is_looked_up_once() -> None:
    unit = OrgUnitFactory()
    user = person(unit)
    with kept(), CaptureQueriesContext(connection) as queries:
        assert not any(may(user, verb, unit) for verb in TABLE)
        assert list(units_where(user, "resource.review")) == []
    assert len(queries) == 1


@pytest.mark.parametrize(("method", "keeps"), [("GET", True), ("HEAD", True), ("POST", False)])
def test_nothing_outlives_the_page_and_changes_keep_nothing(method: str, keeps: bool) -> None:
    unit = OrgUnitFactory()
    user = person(unit, Role.UNIT_ADMINISTRATOR)
    seen: list[tuple[bool, bool]] = []

    def view(_request: Any) -> HttpResponse:
        seen.append((standing_of(user) is not None, may(user, "unit.manage", unit)))
        return HttpResponse()

    page = StandingMiddleware(view)
    page(RequestFactory().generic(method, "/"))
    RoleGrant.objects.filter(user=user).delete()
    page(RequestFactory().generic(method, "/"))
    assert seen == [(keeps, True), (keeps, False)]
    assert standing_of(user) is None
