"""Who finds what is who may see it: the scope against the database, for roles × places × publications."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts import actions as accounts_actions
from accounts.models import Role
from courses.training.models import Course
from repository.models import Publication
from search import documents
from search.actions import drain_marks, mark_dirty
from search.documents import COURSE
from search.engines import engine
from search.engines.base import SearchRequest
from search.queries import parse
from search.scope import scope_of, with_courses
from tests.factories import CourseFactory, MembershipFactory, RoleGrantFactory, UserFactory, person
from tests.search.conftest import Tree, publish, publish_next


@pytest.fixture
def published(tree: Tree) -> list[Publication]:
    """One lesson at each unit, one open to guests, one at two units with different versions."""
    made = [publish(tree, f"Bài ở {unit.code}", at=unit, owner=unit) for unit in tree.units]
    made.append(publish(tree, "Bài mở", at=tree.far, owner=tree.far, guests=True))
    both = publish(tree, "Bài hai bản", at=tree.so)
    made += [both, publish_next(tree, both.version.resource, at=tree.school)]
    drain_marks()
    return made


def found_by(user) -> set[tuple[int, int]]:
    request = SearchRequest(parse("bài"), scope_of(user), size=100)
    return {(h.document.resource, h.document.version) for h in engine().search(request).hits}


def visible_to(user) -> set[tuple[int, int]]:
    """The newest visible version of each resource, as the database says."""
    rows = Publication.objects.visible_to(user).order_by("version__number", "published_at", "pk")
    return set(dict(rows.values_list("version__resource_id", "version_id")).items())


@pytest.mark.parametrize("role", ["", *Role.values])
def test_every_role_at_every_unit(tree, published, role):
    for unit in tree.units:
        user = person(unit, *([role] if role else []), username=f"{role}-{unit.code}")
        assert found_by(user) == visible_to(user), unit.code
        assert found_by(user)


def test_roles_away_from_the_place_of_work(tree, published):
    user = person(tree.far, username="kiem-nhiem")
    RoleGrantFactory(user=user, unit=tree.xa, role=Role.RESOURCE_REVIEWER)
    assert found_by(user) == visible_to(user)
    assert len(found_by(user)) > len(found_by(person(tree.far)))


def test_guests_the_inactive_and_those_without_unit(tree, published):
    inactive = person(tree.school, is_active=False)
    for user in (AnonymousUser(), inactive, UserFactory()):
        assert found_by(user) == visible_to(user)
        assert len(found_by(user)) == 1


def test_past_and_future_memberships_do_not_count(tree, published):
    user = UserFactory()
    MembershipFactory(user=user, unit=tree.school, until=date(2020, 1, 1))
    MembershipFactory(user=user, unit=tree.xa, on=date(2090, 1, 1))
    assert found_by(user) == visible_to(user)
    assert len(found_by(user)) == 1


def test_a_moved_unit_sees_what_its_new_parent_publishes(tree, published):
    user = person(tree.school)
    accounts_actions.move_unit(by=None, unit=tree.school, parent=tree.other_xa, on=date(2026, 7, 1))
    drain_marks()
    assert found_by(user) == visible_to(user)
    moved = [d for d in documents.published() if d.unit_path[0] == tree.school.code]
    assert {d.unit_path for d in moved} == {("th-nguyen-hue", "tan-hung", "so")}
    assert not engine().check()


def courses_found_by(user) -> set[int]:
    scope = with_courses(scope_of(user), user)
    request = SearchRequest(parse("tập huấn"), scope, size=100, what=(COURSE,))
    return {h.document.resource for h in engine().search(request).hits}


def test_courses_are_found_by_those_who_see_them(tree):
    courses = [CourseFactory(title=f"Tập huấn ở {unit.code}", unit=unit) for unit in tree.units]
    hidden = CourseFactory(title="Tập huấn chưa mở", unit=tree.so, state=Course.State.DRAFT)
    mark_dirty(COURSE, [course.pk for course in (*courses, hidden)])
    drain_marks()
    people = [
        person(unit, *roles) for unit in tree.units for roles in ([], *([role] for role in Role.values))
    ]
    for user in (*people, AnonymousUser()):
        visible = Course.objects.visible_to(user).filter(state=Course.State.OPEN)
        assert courses_found_by(user) == set(visible.values_list("pk", flat=True)), user
    assert courses_found_by(person(tree.school)) == {c.pk for c in courses if c.unit in tree.units[:3]}
    assert courses_found_by(AnonymousUser()) == set()


def test_scope_is_one_query(tree, django_assert_num_queries):
    user = person(tree.school, "resource_reviewer")
    with django_assert_num_queries(1):
        scope_of(user)
