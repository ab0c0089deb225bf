"""Sessions of a class and their rolls: who may, what a mark completes, what taking it back takes back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.days import start_of, today
from accounts.errors import NotAllowed, Refusal
from accounts.models import User
from courses.training import actions
from courses.training.models import (
    Activity,
    ActivityCompletion,
    Attendance,
    ClassSession,
    Completion,
    CourseRun,
    Enrolment,
)
from tests.courses.world import Sector, make_sector
from tests.factories import person

pytestmark = pytest.mark.django_db


@dataclass
class Room:
    """A class of one required session activity, its session of today, an instructor and three people."""

    sector: Sector
    run: CourseRun
    activity: Activity
    session: ClassSession
    instructor: User
    people: list[Enrolment]

    def mark(self, *marks: str, by: User | None = None, **more: Any) -> actions.Marked:
        return actions.mark_attendance(
            by=by or self.instructor,
            session=self.session,
            marks={row.pk: (mark, "") for row, mark in zip(self.people, marks, strict=False)},
            **more,
        )

    def url(self, name: str = "session") -> str:
        return reverse(f"courses:{name}", args=[self.run.uid, self.session.uid])


@pytest.fixture
def room(db: None) -> Room:
    sector = make_sector()
    course = actions.create_course(by=sector.manager, unit=sector.so, title="Sử dụng phòng máy")
    section = actions.add_section(by=sector.manager, course=course, title="Gặp nhau")
    activity = actions.add_meeting(by=sector.manager, section=section, title="Thực hành")
    actions.open_course(by=sector.manager, course=course)
    run = actions.create_run(
        by=sector.xa_manager,
        course=course,
        unit=sector.xa,
        name="Lớp 2",
        opens_on=today() - timedelta(days=5),
        closes_on=today() + timedelta(days=5),
    )
    names = [("An", "Bùi Thị Lan"), ("Bảy", "Nguyễn Văn"), ("Chi", "Đỗ Kim")]
    users = [person(sector.school, first_name=first, last_name=last) for first, last in names]
    actions.enrol(by=sector.xa_manager, run=run, users=users)
    actions.open_run(by=sector.xa_manager, run=run)
    run.refresh_from_db()
    instructor = person(sector.other_school, first_name="Việt", last_name="Nguyễn Quốc")
    actions.set_instructors(by=sector.xa_manager, run=run, users=[instructor])
    session = actions.add_session(
        by=instructor, run=run, activity=activity, **facts(title="Buổi 1", place="Phòng máy 2")
    )
    people = list(run.enrolments.order_by("user__sort_name"))
    return Room(sector, run, activity, session, instructor, people)


def at(days: int, hour: int) -> datetime:
    return start_of(today() + timedelta(days=days)) + timedelta(hours=hour)


def facts(**changes: Any) -> dict[str, Any]:
    return {"title": "Buổi", "starts_at": at(0, 8), "ends_at": at(0, 11), "mode": "room"} | changes


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


class TestPlanning:
    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"ends_at": at(0, 8)}, "session_times"),
            ({"starts_at": at(-4, 8)}, "session_too_long"),
            ({"starts_at": at(9, 8), "ends_at": at(9, 9)}, "session_outside_class"),
            ({"starts_at": at(-6, 8), "ends_at": at(-6, 9)}, "session_outside_class"),
            ({"link": "http://hop.example"}, "session_link"),
            ({"link": "javascript:alert(1)"}, "session_link"),
            ({"title": "  "}, "title_missing"),
            ({"mode": "garden"}, "session_mode"),
        ],
    )
    def test_what_cannot_be(self, room: Room, changes: dict[str, Any], code: str) -> None:
        with pytest.raises(Refusal) as refused:
            actions.add_session(by=room.instructor, run=room.run, **facts(**changes))
        assert refused.value.code == code
        assert room.run.sessions.count() == 1

    def test_an_activity_of_another_kind_or_course_is_refused(self, room: Room) -> None:
        for activity in (room.sector.lesson, room.sector.document):
            with pytest.raises(Refusal) as refused:
                actions.add_session(by=room.instructor, run=room.run, activity=activity, **facts())
            assert refused.value.code == "session_activity"

    def test_only_who_leads_the_class_plans(self, room: Room) -> None:
        for user in (room.sector.sister_manager, room.sector.teacher, room.people[0].user):
            with pytest.raises(NotAllowed):
                actions.add_session(by=user, run=room.run, **facts())
            with pytest.raises(NotAllowed):
                actions.cancel_session(by=user, session=room.session, reason="Mưa")

    def test_cancelled_marks_do_not_count_until_it_is_put_back(self, room: Room) -> None:
        room.mark("present", "absent")
        assert Completion.objects.count() == 1
        completed = room.people[0].completion
        completed.delete()  # so that there is something to take back
        with pytest.raises(Refusal) as refused:
            actions.cancel_session(by=room.instructor, session=room.session, reason=" ")
        assert refused.value.code == "reason_missing"
        actions.cancel_session(by=room.instructor, session=room.session, reason="Mất điện")
        assert not ActivityCompletion.objects.exists()
        with pytest.raises(Refusal) as refused:
            room.mark("present")
        assert refused.value.code == "session_cancelled"
        actions.restore_session(by=room.instructor, session=room.session)
        room.session.refresh_from_db()
        assert (room.session.state, room.session.cancelled_for) == ("held", "")
        assert ActivityCompletion.objects.get().enrolment == room.people[0]

    def test_another_activity_takes_the_marks_along(self, room: Room) -> None:
        room.mark("present")
        Completion.objects.all().delete()
        kept = {name: getattr(room.session, name) for name in ("title", "starts_at", "ends_at", "mode")}
        actions.edit_session(by=room.instructor, session=room.session, **kept)
        assert not ActivityCompletion.objects.exists()
        actions.edit_session(by=room.instructor, session=room.session, **kept, activity=room.activity)
        assert ActivityCompletion.objects.get().enrolment == room.people[0]


class TestMarking:
    def test_present_and_late_complete_the_activity_and_the_course(self, room: Room) -> None:
        done = room.mark("present", "late", "absent")
        assert (len(done.changed), done.left_out, done.completed_before) == (3, [], [])
        completed = set(Completion.objects.values_list("enrolment_id", flat=True))
        assert completed == {room.people[0].pk, room.people[1].pk}
        room.people[2].refresh_from_db()
        room.session.refresh_from_db()
        assert (room.people[2].progress, room.session.state) == (0, "held")

    def test_a_second_time_changes_nothing(self, room: Room) -> None:
        room.mark("present", "absent")
        before = list(Attendance.objects.order_by("pk").values())
        assert room.mark("present", "absent").changed == []
        assert list(Attendance.objects.order_by("pk").values()) == before
        assert ActivityCompletion.objects.count() == 1

    def test_a_mark_taken_back_takes_the_activity_back_while_the_course_is_open(self, room: Room) -> None:
        section = room.activity.section
        room.run.pins.create(activity=actions.add_meeting(by=None, section=section, title="Buổi sau"))
        room.mark("present")
        room.people[0].refresh_from_db()
        assert room.people[0].progress == 0.5
        room.mark("")
        room.people[0].refresh_from_db()
        assert (room.people[0].progress, Attendance.objects.count()) == (0, 0)
        room.session.refresh_from_db()
        assert room.session.state == "planned"

    def test_a_recorded_completion_stays_and_the_answer_says_so(self, room: Room) -> None:
        room.mark("present")
        done = room.mark("absent")
        assert done.completed_before == [room.people[0].pk]
        assert Completion.objects.get().enrolment == room.people[0]
        assert ActivityCompletion.objects.count() == 1

    def test_who_attended_another_session_for_it_keeps_the_activity(self, room: Room) -> None:
        section = room.activity.section
        room.run.pins.create(activity=actions.add_meeting(by=None, section=section, title="Buổi sau"))
        again = actions.add_session(by=None, run=room.run, activity=room.activity, **facts(title="Học bù"))
        room.mark("present")
        actions.mark_attendance(
            by=room.instructor, session=again, marks={room.people[0].pk: ("late", "Kẹt xe")}
        )
        room.mark("absent")
        assert ActivityCompletion.objects.count() == 1
        actions.mark_attendance(by=room.instructor, session=again, marks={room.people[0].pk: ("", "")})
        assert not ActivityCompletion.objects.exists()

    def test_people_of_other_classes_and_those_who_left_are_left_out(self, room: Room) -> None:
        actions.end_enrolment(by=room.sector.xa_manager, enrolment=room.people[1])
        marks = dict.fromkeys((room.sector.enrolment.pk, room.people[1].pk), ("present", ""))
        done = actions.mark_attendance(by=room.instructor, session=room.session, marks=marks)
        assert (done.changed, len(done.left_out)) == ([], 2)
        assert not Attendance.objects.exists()

    def test_a_late_message_does_not_undo_what_another_marked_since(self, room: Room) -> None:
        tapped = timezone.now() - timedelta(minutes=10)
        room.mark("late", by=room.sector.xa_manager)
        done = room.mark("absent", "present", made_at=tapped)
        assert done.left_out == [room.people[0].pk]
        assert Attendance.objects.get(enrolment=room.people[0]).mark == "late"
        assert Attendance.objects.get(enrolment=room.people[1]).mark == "present"
        assert room.mark("absent", by=room.sector.xa_manager, made_at=tapped).left_out == []

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [("state", "planned", "session_class_planned"), ("state", "closed", "class_over")],
    )
    def test_class_must_be_open(self, room: Room, field: str, value: str, code: str) -> None:
        CourseRun.objects.filter(pk=room.run.pk).update(**{field: value})
        with pytest.raises(Refusal) as refused:
            room.mark("present")
        assert refused.value.code == code

    def test_not_before_its_day_and_no_unknown_mark(self, room: Room) -> None:
        with pytest.raises(Refusal) as refused:
            room.mark("asleep")
        assert refused.value.code == "mark_unknown"
        ClassSession.objects.update(starts_at=at(1, 8), ends_at=at(1, 9))
        with pytest.raises(Refusal) as refused:
            room.mark("present")
        assert refused.value.code == "session_not_begun"

    def test_attendance_of_the_last_evening_is_marked_after_the_class_ended(self, room: Room) -> None:
        ClassSession.objects.update(starts_at=at(-2, 8), ends_at=at(-2, 9))
        CourseRun.objects.filter(pk=room.run.pk).update(closes_on=today() - timedelta(days=2))
        room.mark("present")
        assert Completion.objects.count() == 1


class TestPages:
    def test_who_opens_what(self, room: Room) -> None:
        sector = room.sector
        users = [
            sector.manager,
            sector.xa_manager,
            room.instructor,
            sector.sister_manager,
            room.people[0].user,
            sector.stranger,
        ]
        pages = {
            "session": room.url(),
            "edit": room.url("session_edit"),
            "new": reverse("courses:session_new", args=[room.run.uid]),
            "person": reverse("courses:run_person", args=[room.run.uid, room.people[0].uid]),
            "excel": reverse("courses:run_excel", args=[room.run.uid]),
        }
        for name, url in pages.items():
            codes = [signed_in(user).get(url).status_code for user in users]
            assert codes == [200, 200, 200, 404, 404, 404], name
            assert Client().get(url).status_code == 302, name

    def test_posts_of_others_change_nothing(self, room: Room) -> None:
        tapped = {f"m-{room.people[0].uid}": "present"}
        for user in (room.sector.sister_manager, room.people[0].user, room.sector.stranger):
            client = signed_in(user)
            assert client.post(room.url(), tapped).status_code == 404
            assert client.post(room.url("session_act"), {"act": "cancel", "reason": "x"}).status_code == 404
            assert client.post(room.url("session_edit"), {"title": "x"}).status_code == 404
        room.session.refresh_from_db()
        assert (room.session.state, Attendance.objects.count()) == ("planned", 0)

    def test_the_form_saves_the_whole_roll_without_script(self, room: Room) -> None:
        a, b, _c = (row.uid for row in room.people)
        sent = {
            f"m-{a}": "present",
            f"m-{b}": "absent",
            f"x-{b}": "1",
            f"r-{b}": "Đi coi thi",
            f"r-{a}": "lạc",
            "act": "save",
        }
        answer = signed_in(room.instructor).post(room.url(), sent, follow=True)
        words = text_of(answer)
        assert "Đã lưu điểm danh" in words
        marks = dict(Attendance.objects.values_list("enrolment", "mark"))
        assert marks == {room.people[0].pk: "present", room.people[1].pk: "excused"}
        assert set(Attendance.objects.values_list("reason", flat=True)) == {"", "Đi coi thi"}
        html = answer.content.decode()
        counts = re.findall(r'<dd class="figure" data-n="(\w+)">(\d+)', html)
        assert counts == [("present", "1"), ("late", "0"), ("absent", "1"), ("unmarked", "1")]
        assert 'value="Đi coi thi"' in html
        left = text_of(signed_in(room.instructor).get(room.url(), {"show": "unmarked"}))
        assert "Đỗ Kim Chi" in left
        assert "Nguyễn Văn Bảy" not in left

    def test_all_others_present_in_one_press(self, room: Room) -> None:
        sent = {f"m-{room.people[1].uid}": "late", "act": "rest_present"}
        signed_in(room.instructor).post(room.url(), sent)
        marks = list(Attendance.objects.order_by("enrolment__user__sort_name").values_list("mark", flat=True))
        assert marks == ["present", "late", "present"]

    def test_a_roll_kept_for_the_wrong_session_is_cleared(self, room: Room) -> None:
        section = room.activity.section
        room.run.pins.create(activity=actions.add_meeting(by=None, section=section, title="Buổi sau"))
        room.mark("present", "late", "absent")
        answer = signed_in(room.instructor).post(room.url(), {"act": "clear"}, follow=True)
        assert "Đã xóa điểm danh" in text_of(answer)
        room.session.refresh_from_db()
        left = (Attendance.objects.count(), ActivityCompletion.objects.count(), room.session.state)
        assert left == (0, 0, "planned")

    def test_todays_roll_is_one_press_from_my_learning(self, room: Room) -> None:
        learning = reverse("courses:learning")
        taught = signed_in(room.instructor).get(learning).content.decode()
        assert room.url() in taught
        assert room.url() not in signed_in(room.people[0].user).get(learning).content.decode()
        actions.cancel_session(by=None, session=room.session, reason="Mưa bão")
        taught = signed_in(room.instructor).get(learning).content.decode()
        assert room.url() not in taught
        assert reverse("courses:run", args=[room.run.uid]) in taught

    def test_moving_the_class_says_which_sessions_lie_outside(self, room: Room) -> None:
        sent = {
            "name": "Lớp 2",
            "opens_on": (today() + timedelta(days=1)).isoformat(),
            "closes_on": room.run.closes_on.isoformat(),
            "school_year": room.run.school_year,
        }
        url = reverse("courses:run_edit", args=[room.run.uid])
        answer = signed_in(room.sector.xa_manager).post(url, sent, follow=True)
        assert "1 buổi học nằm ngoài ngày mới của lớp" in text_of(answer)

    def test_a_script_gets_the_counts_and_a_refusal_in_words(self, room: Room) -> None:
        client = signed_in(room.instructor)
        script = {"headers": {"Accept": "application/json"}}
        answer = client.post(room.url(), {f"m-{room.people[0].uid}": "present", "age": "3"}, **script)
        assert answer.json()["tally"] == {"present": 1, "late": 0, "absent": 0, "unmarked": 2, "all": 3}
        taken_back = client.post(room.url(), {f"m-{room.people[0].uid}": "absent"}, **script).json()
        assert "vẫn được giữ" in taken_back["said"]
        actions.cancel_session(by=None, session=room.session, reason="Mưa bão")
        refused = client.post(room.url(), {f"m-{room.people[0].uid}": "present"}, **script)
        assert (refused.status_code, refused.json()["code"]) == (409, "session_cancelled")

    def test_sessions_are_planned_changed_and_cancelled_on_their_pages(self, room: Room) -> None:
        client = signed_in(room.instructor)
        new = reverse("courses:session_new", args=[room.run.uid])
        sent = {
            "title": "Buổi 2: chữa bài",
            "day": (today() + timedelta(days=2)).isoformat(),
            "begins": "13:30",
            "ends": "16:00",
            "mode": "online",
            "link": "https://hop.example/lop-2",
            "activity": room.activity.pk,
        }
        wrong = client.post(new, sent | {"ends": "13:00"})
        assert (wrong.status_code, room.run.sessions.count()) == (422, 1)
        assert 'value="Buổi 2: chữa bài"' in wrong.content.decode()
        assert client.post(new, sent | {"link": "http://hop.example"}).status_code == 422
        words = text_of(client.post(new, sent, follow=True))
        assert "13:30–16:00" in words
        made = room.run.sessions.get(title="Buổi 2: chữa bài")
        assert (timezone.localtime(made.starts_at).hour, made.activity) == (13, room.activity)
        act = reverse("courses:session_act", args=[room.run.uid, made.uid])
        words = text_of(client.post(act, {"act": "cancel", "reason": "Giảng viên ốm"}, follow=True))
        assert "Đã hủy : Giảng viên ốm" in words.replace("Đã hủy:", "Đã hủy :")
        learner = text_of(signed_in(room.people[0].user).get(reverse("courses:run", args=[room.run.uid])))
        assert "Giảng viên ốm" in learner
        client.post(act, {"act": "restore"})
        made.refresh_from_db()
        assert made.state == "planned"

    def test_the_roll_takes_the_same_queries_for_many(self, room: Room) -> None:
        room.mark("present", "late")

        def queries() -> int:
            client = signed_in(room.instructor)
            client.get(room.url())
            with CaptureQueriesContext(connection) as counted:
                assert client.get(room.url()).status_code == 200
            return len(counted)

        few = queries()
        more = [person(room.sector.school) for _n in range(15)]
        actions.enrol(by=room.sector.xa_manager, run=room.run, users=more)
        everybody = dict.fromkeys(room.run.enrolments.values_list("pk", flat=True), ("present", ""))
        actions.mark_attendance(by=room.instructor, session=room.session, marks=everybody)
        assert queries() == few <= 10
