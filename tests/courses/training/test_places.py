"""In which courses and classes a resource is used, for each who looks."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from courses.training.places import courses_and_classes
from tests.courses.world import make_sector
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def found(user, sector) -> list[tuple[str, str]]:
    return [(place.kind, place.title) for place in courses_and_classes(user, sector.lesson.resource_id)]


def test_each_sees_the_courses_and_classes_that_are_hers():
    sector = make_sector()
    course, run = ("course", "Kĩ năng CNTT cơ bản"), ("class", "Lớp: Lớp 1")
    assert found(sector.teacher, sector) == [course, run]  # learns in it
    assert found(sector.xa_manager, sector) == [course, run]  # runs it
    assert found(sector.stranger, sector) == [course]  # an open course above her, no class of hers
    assert found(UserFactory(), sector) == []  # no unit, no course


def test_an_activity_that_was_retired_is_no_use_of_it():
    sector = make_sector()
    type(sector.lesson).objects.filter(pk=sector.lesson.pk).update(retired_at=timezone.now())
    assert found(sector.teacher, sector) == []


def test_the_page_of_the_resource_leads_there(client, django_assert_max_num_queries):
    sector = make_sector()
    client.force_login(sector.teacher)
    url = reverse("repository:resource", args=[sector.document.resource.uid])
    client.get(url)
    with django_assert_max_num_queries(14):
        page = client.get(url).content.decode()
    assert reverse("courses:course", args=[sector.course.uid]) in page
    assert reverse("courses:run", args=[sector.run.uid]) in page
    assert "Sở GD&amp;ĐT Hưng Yên" in page
