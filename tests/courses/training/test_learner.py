"""The learner's own pages: what is next, what is on its days, what is behind her, what she can join."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.days import today
from accounts.models import User
from courses.training import actions
from courses.training.learning import learning_of
from courses.training.models import ClassSession, Completion, Course, CourseRun, Enrolment
from courses.training.standing import standings
from tests.courses.training.test_pages import signed_in, text_of
from tests.courses.world import Sector, make_sector

pytestmark = pytest.mark.django_db


@pytest.fixture
def sector(db: None) -> Sector:
    return make_sector()


def a_session(
    sector: Sector, title: str, *, days: int, run: CourseRun | None = None, link: str = ""
) -> ClassSession:
    starts = timezone.now() + timedelta(days=days, hours=1)
    return actions.add_session(
        by=sector.xa_manager,
        run=run or sector.run,
        title=title,
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        mode="online" if link else "room",
        place="" if link else "Phòng máy 2",
        link=link,
    )


def a_class(sector: Sector, name: str, *, first: int, last: int, course: Course | None = None) -> CourseRun:
    return actions.create_run(
        by=sector.xa_manager,
        course=course or sector.course,
        unit=sector.xa,
        name=name,
        opens_on=today() + timedelta(days=first),
        closes_on=today() + timedelta(days=last),
    )


def past_class(sector: Sector, name: str, *, completed: bool, user: User | None = None) -> Enrolment:
    run = a_class(sector, name, first=-60, last=-30)
    actions.enrol(by=sector.xa_manager, run=run, users=[user or sector.teacher])
    enrolment = Enrolment.objects.get(run=run)
    if completed:
        Completion.objects.create(
            enrolment=enrolment,
            user=enrolment.user,
            course=run.course,
            on=today() - timedelta(days=40),
            score=0.85,
        )
    return enrolment


def queries(client: Client, url: str) -> int:
    client.get(url)  # fills the caches of header and footer
    with CaptureQueriesContext(connection) as counted:
        assert client.get(url).status_code == 200
    return len(counted)


class TestAgenda:
    def test_sessions_and_last_days_come_by_day_with_place(self, sector: Sector) -> None:
        a_session(sector, "Buổi hai", days=9)
        a_session(sector, "Buổi một", days=2)
        CourseRun.objects.filter(pk=sector.run.pk).update(closes_on=today() + timedelta(days=12))
        due = learning_of(sector.teacher).due
        assert [(one.kind, one.appointment.title if one.appointment else "") for one in due] == [
            ("session", "Buổi một"),
            ("session", "Buổi hai"),
            ("ends", ""),
        ]
        page = text_of(signed_in(sector.teacher).get(reverse("courses:learning")))
        assert "Buổi một" in page
        assert "Phòng máy 2" in page
        assert "Còn 12 ngày, lớp kết thúc" in page
        assert "Minh" not in page  # nobody teaches the class yet

    def test_cancelled_and_past_sessions_are_not_coming(self, sector: Sector) -> None:
        a_session(sector, "Đã qua", days=-1)
        off = a_session(sector, "Đã hủy", days=3)
        actions.cancel_session(by=sector.xa_manager, session=off, reason="Bão")
        mine = learning_of(sector.teacher)
        assert mine.coming is None
        assert "Đã hủy" not in {one.appointment.title for one in mine.due if one.appointment}

    def test_the_next_session_is_shown_even_when_it_is_far_away(self, sector: Sector) -> None:
        sector.run.closes_on = today() + timedelta(days=90)
        sector.run.save()
        a_session(sector, "Xa", days=60)
        a_session(sector, "Xa hơn", days=70)
        mine = learning_of(sector.teacher)
        assert [one.appointment.title for one in mine.due if one.appointment] == ["Xa"]

    def test_the_calendar_holds_her_sessions_only(self, sector: Sector) -> None:
        a_session(sector, "Của lớp em", days=2, link="https://meet.example.org/x")
        mine = signed_in(sector.teacher).get(reverse("courses:calendar"))
        assert mine["Content-Type"].startswith("text/calendar")
        assert "SUMMARY:Của lớp em" in mine.content.decode()
        assert "URL:https://meet.example.org/x" in mine.content.decode()
        others = signed_in(sector.stranger).get(reverse("courses:calendar"))
        assert "VEVENT" not in others.content.decode()

    def test_marks_are_each_learners_own(self, sector: Sector) -> None:
        session = a_session(sector, "Buổi chung", days=0)
        actions.enrol(by=sector.manager, run=sector.run, users=[sector.stranger])
        both = list(Enrolment.objects.filter(run=sector.run).order_by("pk"))
        session.starts_at -= timedelta(days=1)
        session.save()
        actions.mark_attendance(by=sector.xa_manager, session=session, marks={both[0].pk: ("present", "")})
        stands = standings(both)
        assert [stands[e.pk].appointments[0].mark for e in both] == ["present", ""]


class TestHistory:
    def test_past_classes_with_dates_points_and_what_became_of_them(self, sector: Sector) -> None:
        past_class(sector, "Lớp đã xong", completed=True)
        past_class(sector, "Lớp bỏ dở", completed=False)
        past_class(sector, "Lớp của người khác", completed=True, user=sector.xa_manager)
        page = text_of(signed_in(sector.teacher).get(reverse("courses:history")))
        assert "Lớp đã xong" in page
        assert "8,5" in page
        assert "Lớp bỏ dở" in page
        assert "Chưa hoàn thành" in page
        assert "1 khóa đã hoàn thành, tổng cộng 20 tiết" in page
        assert "của người khác" not in page
        assert "Lớp 1" not in page  # it runs

    def test_a_revoked_completion_does_not_count_and_a_class_left_is_named(self, sector: Sector) -> None:
        done = past_class(sector, "Lớp thu hồi", completed=True)
        actions.revoke_completion(by=None, completion=done.completion)
        actions.end_enrolment(by=sector.xa_manager, enrolment=sector.enrolment)
        page = text_of(signed_in(sector.teacher).get(reverse("courses:history")))
        assert "Đã rời lớp" in page
        assert "Chưa hoàn thành" in page
        assert "tổng cộng" not in page

    def test_by_school_year_and_empty(self, sector: Sector) -> None:
        client, url = signed_in(sector.teacher), reverse("courses:history")
        assert "Chưa có lớp nào đã qua" in text_of(client.get(url))
        run = past_class(sector, "Lớp cũ", completed=True).run
        CourseRun.objects.filter(pk=run.pk).update(school_year=2019)
        assert "Lớp cũ" in text_of(client.get(url, {"year": "2019"}))
        assert "Lớp cũ" not in text_of(client.get(url, {"year": "2020"}))
        assert client.get(url, {"year": "x", "page": "zz"}).status_code == 200

    def test_the_learning_page_lists_the_latest_three(self, sector: Sector) -> None:
        for number in range(5):
            past_class(sector, f"Lớp cũ {number}", completed=True)
        page = text_of(signed_in(sector.teacher).get(reverse("courses:learning")))
        assert sum(f"Lớp cũ {n}" in page for n in range(5)) == 3
        assert "Toàn bộ lịch sử" in page


class TestChoice:
    def test_a_class_open_to_choice_is_offered_joined_and_gone_from_the_offer(self, sector: Sector) -> None:
        course = actions.create_course(by=sector.manager, unit=sector.so, title="Khóa tự chọn")
        section = actions.add_section(by=sector.manager, course=course, title="P")
        actions.add_page(by=sector.manager, section=section, title="Trang")
        actions.open_course(by=sector.manager, course=course)
        run = a_class(sector, "Lớp tự chọn", first=2, last=20, course=course)
        client = signed_in(sector.teacher)
        urls = (reverse("courses:list"), reverse("courses:course", args=[course.uid]))
        join = reverse("courses:join", args=[run.uid])
        assert all(join not in client.get(url).content.decode() for url in urls)
        actions.set_choice(by=sector.xa_manager, run=run, choice=True, seats=20)
        for url in urls:
            assert join in client.get(url).content.decode()
            assert "đã có 0 trong 20 chỗ" in text_of(client.get(url))
            assert join not in signed_in(sector.stranger).get(url).content.decode()
        client.post(join)
        assert Enrolment.objects.get(run=run).user == sector.teacher
        assert all(join not in client.get(url).content.decode() for url in urls)
        assert "Rời lớp" in text_of(client.get(urls[1]))


class TestQueries:
    def test_pages_are_flat_in_rows(self, sector: Sector) -> None:
        client = signed_in(sector.teacher)
        past_class(sector, "Một", completed=True)
        a_session(sector, "Buổi", days=2)
        most = {"learning": 12, "history": 9, "calendar": 5, "list": 8}
        urls = {name: reverse(f"courses:{name}") for name in most}
        few = {name: queries(client, url) for name, url in urls.items()}
        for number in range(4):
            past_class(sector, f"Cũ {number}", completed=bool(number % 2))
            run = a_class(sector, f"Mới {number}", first=-1, last=20)
            actions.enrol(by=sector.xa_manager, run=run, users=[sector.teacher])
            actions.open_run(by=sector.xa_manager, run=run)
            a_session(sector, f"Buổi {number}", days=3, run=run)
        many = {name: queries(client, url) for name, url in urls.items()}
        assert many == few
        assert all(many[name] <= limit for name, limit in most.items()), many

    def test_a_course_of_forty_activities_takes_ten(self, sector: Sector) -> None:
        for number in range(38):
            section = sector.lesson.section
            verb = actions.add_page if number % 2 else actions.add_meeting
            verb(by=sector.manager, section=section, title=f"Hoạt động {number}")
        run = a_class(sector, "Lớp dài", first=-1, last=20)
        actions.enrol(by=sector.xa_manager, run=run, users=[sector.teacher])
        actions.open_run(by=sector.xa_manager, run=run)
        url = f"{reverse('courses:course', args=[sector.course.uid])}?class={run.uid}"
        client = signed_in(sector.teacher)
        assert client.get(url).content.decode().count('<li class="activity') == 40
        assert queries(client, url) <= 10


class TestOnce:
    def test_the_next_session_stands_once_and_classes_to_begin_apart(self, sector: Sector) -> None:
        a_session(sector, "Buổi một", days=2)
        a_session(sector, "Buổi hai", days=9)
        soon = a_class(sector, "Lớp sau", first=5, last=20)
        actions.enrol(by=sector.xa_manager, run=soon, users=[sector.teacher])
        page = signed_in(sector.teacher).get(reverse("courses:learning")).content.decode()
        assert page.count("Buổi một") == 1
        assert page.count("Buổi hai") == 1
        running = page.split('aria-labelledby="running"')[1].split("</section>")[0]
        begins = page.split('aria-labelledby="soon"')[1].split("</section>")[0]
        assert "1 lớp" in running
        assert "Lớp sau" not in running
        assert "Lớp sau" in begins
