"""Lists that grow without end come in pages, and say how many there are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.days import today
from courses.coverage.views.targets import COURSES_PER_PAGE, MOST_TO_CHOOSE
from courses.training.models import Course, CourseRun
from courses.training.views import PER_PAGE
from courses.training.views_manage import CLASSES_AT_FIRST
from courses.training.views_public import PER_PAGE as PUBLIC_PAGE
from tests.courses.world import Sector, make_sector

pytestmark = pytest.mark.django_db


def more_classes(sector: Sector, number: int) -> None:
    day = today()
    CourseRun.objects.bulk_create(
        CourseRun(
            course=sector.course,
            unit=sector.run.unit,
            name=f"Lớp thêm {n}",
            opens_on=day + timedelta(days=n),
            closes_on=day + timedelta(days=2000),
            school_year=day.year,
            created_by=sector.run.created_by,
        )
        for n in range(1, number + 1)
    )


def test_a_course_of_many_classes_shows_the_newest_and_leads_to_the_others(client: Client) -> None:
    sector = make_sector()
    client.force_login(sector.manager)
    client.get(reverse("courses:manage"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert "lớp cũ hơn" not in client.get(reverse("courses:manage")).content.decode()
    number = 1005
    more_classes(sector, number)
    with CaptureQueriesContext(connection) as many:
        shown = client.get(reverse("courses:manage")).content.decode()
    assert len(many) == len(few)
    assert shown.count("Lớp thêm") == CLASSES_AT_FIRST
    assert f"Lớp thêm {number}" in shown
    assert "Xem 1.001 lớp cũ hơn" in shown

    builder = reverse("courses:edit", args=[sector.course.uid])
    first = client.get(builder)
    assert len(first.context["runs"]) == PER_PAGE
    assert "?classes=2" in first.content.decode()
    last = client.get(builder, {"classes": 34}).context["runs"]
    assert sector.run in last.object_list
    assert not last.has_next()


def test_guests_reach_every_class(client: Client) -> None:
    sector = make_sector()
    more_classes(sector, PUBLIC_PAGE + 3)
    address = reverse("courses:list")
    first, second = client.get(address), client.get(address, {"page": 2})
    assert (
        first.content.decode().count("Lớp thêm") + second.content.decode().count("Lớp thêm")
        == PUBLIC_PAGE + 3
    )
    assert "?page=2" in first.content.decode()


def test_a_target_chooses_among_many_courses_in_pages(client: Client) -> None:
    sector = make_sector()
    client.force_login(sector.manager)
    address = reverse("coverage:target_new")
    assert "<select" in client.get(address).content.decode()
    Course.objects.bulk_create(
        Course(unit=sector.so, owner=sector.manager, title=f"Khóa thêm {n}", state=Course.State.OPEN)
        for n in range(MOST_TO_CHOOSE)
    )
    shown = client.get(address).content.decode()
    assert "<select" not in shown
    assert shown.count("<h3") == COURSES_PER_PAGE
    assert "?page=4" in shown
    found = client.get(address, {"q": "thêm 77"}).content.decode()
    wanted = Course.objects.get(title="Khóa thêm 77")
    assert found.count("<h3") == 1
    assert f"?course={wanted.uid}" in found
    form = client.get(address, {"course": str(wanted.uid)}).context["form"]
    assert list(form.fields["course"].queryset) == [wanted]
    assert form["course"].value() == wanted.pk
    assert client.get(address, {"course": "chua-co"}).status_code == 200
