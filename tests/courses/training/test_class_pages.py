"""Pages of classes: choosing the course of a new one, what its form asks, what its page offers."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.days import today
from courses.training.models import CourseRun
from tests.courses.training.test_sessions import signed_in, text_of
from tests.courses.world import Sector, make_sector
from tests.factories import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def sector() -> Sector:
    return make_sector()


def test_a_new_class_without_a_course_asks_for_one(sector: Sector) -> None:
    client = signed_in(sector.manager)
    url = reverse("courses:run_new")
    address = f"{url}?course={sector.course.uid}"
    assert address in client.get(url).content.decode()
    assert client.get(address).status_code == 200
    assert address not in client.get(url, {"q": "không có"}).content.decode()
    sector.course.state = "draft"
    sector.course.save()
    assert address not in client.get(url).content.decode()
    assert signed_in(sector.teacher).get(url).status_code == 403


def _sent(sector: Sector, **more: str) -> dict[str, str]:
    return {
        "name": "Lớp hè",
        "unit": str(sector.school.pk),
        "opens_on": f"{today():%Y-%m-%d}",
        "closes_on": f"{today() + timedelta(days=10):%Y-%m-%d}",
        "school_year": "2026",
    } | more


def test_the_form_of_a_new_class_carries_seats_choice_and_its_teacher(sector: Sector) -> None:
    client = signed_in(sector.xa_manager)
    url = f"{reverse('courses:run_new')}?course={sector.course.uid}"
    form = client.get(url).content.decode()
    assert form.index(">Xã Tiên Lữ<") < form.index(">\u2003Tiểu học Tiên Lữ<"), "a tree, her own unit first"
    assert "Sở GD&amp;ĐT Hưng Yên</option>" not in form
    assert client.post(url, _sent(sector, teaches="on", seats="0")).status_code == 422
    assert not CourseRun.objects.filter(name="Lớp hè").exists(), "nothing half done"
    client.post(url, _sent(sector, teaches="on", seats="30", choice="on"))
    made = CourseRun.objects.get(name="Lớp hè")
    assert (made.unit, made.seats, made.choice) == (sector.school, 30, True)
    assert [(one.user, one.lead) for one in made.instructors.all()] == [(sector.xa_manager, True)]
    client.post(url, _sent(sector, name="Lớp thu"))
    assert not CourseRun.objects.get(name="Lớp thu").instructors.exists()


def test_enrolling_all_offers_no_more_than_there_are_seats(sector: Sector) -> None:
    for _n in range(3):
        person(sector.school)
    sector.run.seats = 3
    sector.run.save()
    client = signed_in(sector.xa_manager)
    url = f"{reverse('courses:run_people', args=[sector.run.uid])}?unit=th"
    assert "Ghi danh 2 người đầu" not in text_of(
        client.get(url.partition("?")[0])
    )  # not asked for anybody yet
    assert "Ghi danh 2 người đầu, vừa đủ số chỗ còn lại" in text_of(client.get(url))
    refused = text_of(client.post(url, {"act": "all"}))
    assert "2 chỗ" in refused and "chỗ cần sửa" not in refused
    client.post(url, {"act": "all", "first": "2"})
    assert sector.run.enrolments.active().count() == 3


def test_nobody_is_late_before_the_first_day(sector: Sector) -> None:
    url = reverse("courses:run", args=[sector.run.uid])
    client = signed_in(sector.xa_manager)
    assert "Cần nhắc" in text_of(client.get(url))
    sector.run.opens_on = today() + timedelta(days=1)
    sector.run.save()
    before = client.get(url)
    assert "Cần nhắc" not in text_of(before)
    assert f"Mở ngày {sector.run.opens_on:%d/%m/%Y}" in text_of(before)
    assert '"small bad strong"' not in before.content.decode()


def test_a_class_named_after_its_course_says_it_once(sector: Sector) -> None:
    assert sector.run.title == "Kĩ năng CNTT cơ bản, Lớp 1"
    sector.run.name = "Kĩ năng CNTT cơ bản, Xã Tiên Lữ"
    assert sector.run.title == sector.run.name


def test_a_class_that_people_join_by_themselves_begins_on_its_own_page(sector: Sector) -> None:
    client, last = signed_in(sector.manager), today() + timedelta(days=9)
    facts = {
        "name": "Lớp tự chọn",
        "unit": sector.xa.pk,
        "opens_on": today().isoformat(),
        "closes_on": last.isoformat(),
        "school_year": "2026",
        "choice": "on",
        "seats": "30",
    }
    made = client.post(f"{reverse('courses:run_new')}?course={sector.course.uid}", facts, follow=True)
    run = CourseRun.objects.get(name="Lớp tự chọn")
    assert made.redirect_chain[-1][0] == reverse("courses:run", args=[run.uid])
    opened = client.post(reverse("courses:run_act", args=[run.uid]), {"act": "open"}, follow=True)
    for page in (made, opened):
        assert f"Mở cho tự ghi danh đến {last:%d/%m/%Y}" in text_of(page)
    assert "Lớp chưa có học viên." not in text_of(opened)
