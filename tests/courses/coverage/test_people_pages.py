"""People missing: filters, one click into a class, a class made for them, taking it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.days import today
from accounts.models import User
from courses.coverage import actions
from courses.training import actions as training
from courses.training.models import CourseRun, Enrolment
from tests.courses.coverage.board import Board
from tests.courses.training.test_pages import signed_in, text_of
from tests.factories import CourseFactory, person

UNDO = "coverage_enrolled"  # where the session keeps it
pytestmark = pytest.mark.django_db


@pytest.fixture
def newcomers(board: Board) -> list[User]:
    school = board.sector.school
    return [person(school, first_name=name, last_name="Nguyễn Văn") for name in ("Bảy", "Tám", "Chín")]


def names(board: Board, **query: str) -> set[str]:
    html = signed_in(board.sector.xa_manager).get(board.url("people", unit="th", **query)).content.decode()
    people = [*User.objects.all()]
    return {one.first_name for one in people if one.full_name in html.split("<main", 1)[1]}


class TestFilters:
    def test_positions_and_states(self, board: Board, newcomers: list[User]) -> None:
        s = board.sector
        s.school.memberships.filter(user=newcomers[0]).update(position="principal")
        assert names(board, position="principal") == {"Bảy"}
        assert names(board, state="never") == {"Bảy", "Tám", "Chín"}
        training.enrol(by=s.xa_manager, run=s.run, users=newcomers[1:2])
        assert names(board, state="learning") == {"Hằng", "Tám"}
        training.end_enrolment(by=s.xa_manager, enrolment=Enrolment.objects.get(user=newcomers[1]))
        assert "Tám" not in names(board, state="never")
        assert "Tám" in names(board, state="unenrolled")
        assert names(board, position="x", state="x") == names(board)

    def test_behind_is_who_has_done_less_than_an_even_pace(self, board: Board) -> None:
        s = board.sector
        CourseRun.objects.update(
            opens_on=today() - timedelta(days=30), closes_on=today() + timedelta(days=30)
        )
        assert names(board, state="behind") == set()  # enrolled a moment ago
        Enrolment.objects.update(enrolled_at=timezone.now() - timedelta(days=20), progress=0.4)
        assert names(board, state="behind") == {"Hằng"}
        words = text_of(signed_in(s.xa_manager).get(board.url("people", unit="th")))
        assert "Chậm tiến độ" in words
        Enrolment.objects.update(progress=0.6)
        assert names(board, state="behind") == set()


class TestNewClass:
    def test_it_is_made_opened_and_filled_in_one_click(self, board: Board, newcomers: list[User]) -> None:
        s = board.sector
        client = signed_in(s.xa_manager)
        url = board.url("people", unit="xa")
        assert "Lớp mới từ" in text_of(client.get(url))
        answer = client.post(url, {"run": "new", "people": [one.uid for one in newcomers]}, follow=True)
        made = CourseRun.objects.latest("pk")
        assert (made.unit_id, made.state, made.opens_on) == (s.xa.pk, "open", today())
        assert made.closes_on == today() + timedelta(days=90)
        assert made.name == f"Xã Tiên Lữ, tháng {today():%m/%Y}"
        assert set(made.enrolments.values_list("user_id", flat=True)) == {one.pk for one in newcomers}
        assert "Đã ghi danh 3 người" in text_of(answer)

    def test_nothing_is_made_where_somebody_may_not_be_enrolled(self, board: Board) -> None:
        s = board.sector
        client = signed_in(s.xa_manager)
        refused = client.post(board.url("people", unit="xa"), {"run": "new", "people": [s.stranger.uid]})
        assert refused.status_code == 422
        assert CourseRun.objects.count() == 1

    def test_those_who_manage_no_classes_are_not_offered_one(
        self, board: Board, newcomers: list[User]
    ) -> None:
        principal = person(board.sector.school, "unit_administrator")
        client = signed_in(principal)
        url = board.url("people", unit="th")
        assert "Lớp mới từ" not in text_of(client.get(url))
        refused = client.post(url, {"run": "new", "people": [newcomers[0].uid]})
        assert refused.status_code == 422
        assert "chưa có quyền mở lớp" in text_of(refused)
        assert CourseRun.objects.count() == 1

    def test_dates_follow_the_deadline(self, board: Board) -> None:
        s = board.sector
        for days, last in ((-10, 14), (40, 40), (400, 90)):
            board.target.deadline = today() + timedelta(days=days)
            plan = actions.plan_class(s.manager, board.target, s.xa)
            assert plan is not None
            assert plan.closes_on == today() + timedelta(days=last)
        board.target.course = CourseFactory(unit=s.so, state="closed")
        assert actions.plan_class(s.manager, board.target, s.xa) is None


class TestUndo:
    def test_what_was_done_a_moment_ago_is_taken_back(self, board: Board, newcomers: list[User]) -> None:
        s = board.sector
        client = signed_in(s.xa_manager)
        url = board.url("people", unit="th", state="never")
        page = client.post(url, {"run": s.run.uid, "all": "1"}, follow=True)
        assert "Hoàn tác" in text_of(page)
        assert s.run.enrolments.count() == 4
        Enrolment.objects.filter(user=newcomers[0]).update(last_active_at=timezone.now())
        undone = client.post(board.url("undo", unit="th"), follow=True)
        assert "rút 2 người khỏi “Lớp 1”" in text_of(undone)
        assert "1 người đã bắt đầu học" in text_of(undone)
        left = set(s.run.enrolments.values_list("user_id", flat=True))
        assert left == {s.teacher.pk, newcomers[0].pk}
        again = client.post(board.url("undo", unit="th"), follow=True)
        assert "Không còn gì để hoàn tác" in text_of(again)

    def test_it_is_offered_to_who_did_it_and_for_half_an_hour(
        self, board: Board, newcomers: list[User]
    ) -> None:
        s = board.sector
        client = signed_in(s.xa_manager)
        client.post(board.url("people", unit="th"), {"run": s.run.uid, "people": [newcomers[0].uid]})
        assert "Hoàn tác" not in text_of(signed_in(s.manager).get(board.url("people", unit="th")))
        kept = client.session
        kept[UNDO]["at"] = (timezone.now() - timedelta(minutes=31)).isoformat()
        kept.save()
        assert "Hoàn tác" not in text_of(client.get(board.url("people", unit="th")))
        client.post(board.url("undo", unit="th"))
        assert s.run.enrolments.count() == 2

    def test_full_classes_say_so_and_nobody_is_enrolled(self, board: Board, newcomers: list[User]) -> None:
        s = board.sector
        CourseRun.objects.update(seats=2)
        client = signed_in(s.xa_manager)
        refused = client.post(board.url("people", unit="th"), {"run": s.run.uid, "all": "1"})
        assert refused.status_code == 422
        assert s.run.enrolments.count() == 1


def test_a_school_keeps_the_way_up_and_nobody_chosen_is_said_at_the_list(board: Board) -> None:
    s = board.sector
    person(s.school)
    client = signed_in(s.xa_manager)
    url = board.url("people", unit="th")
    html = client.get(f"{url}&tick=1").content.decode()
    assert '<option value="xa">' in html
    assert '<option value="th" selected>' in html
    assert html.count(" checked") == html.count('name="people"') > 0
    refused = client.post(url, {"run": s.run.uid})
    assert refused.status_code == 422
    assert text_of(refused).count("Chưa chọn ai") == 1
    done = text_of(client.post(url, {"run": s.run.uid, "all": "1"}, follow=True))
    assert done.count("người vào “Lớp 1”") <= 1
    assert done.count("Hoàn tác") == 1


class TestManyAtOnce:
    def test_a_class_of_one_school_is_not_offered_first_for_a_whole_commune(
        self, board: Board, newcomers: list[User]
    ) -> None:
        s = board.sector
        CourseRun.objects.update(unit=s.school)
        client = signed_in(s.xa_manager)
        whole = client.get(board.url("people", unit="xa")).content.decode()
        assert '<option value="new" selected>' in whole
        assert f'value="{s.run.uid}" selected' not in whole
        school = client.get(board.url("people", unit="th")).content.decode()
        assert f'<option value="{s.run.uid}" selected>' in school

    def test_more_than_twenty_are_asked_for_with_class_and_unit(self, board: Board) -> None:
        s = board.sector
        CourseRun.objects.update(unit=s.school)
        for number in range(21):
            person(s.xa if number else s.school)
        client = signed_in(s.xa_manager)
        url = board.url("people", unit="xa")
        asked = client.post(url, {"run": s.run.uid, "all": "1"})
        words = text_of(asked)
        assert "Lớp 1" in words
        assert "Tiểu học Tiên Lữ" in words
        assert "không công tác tại" in words
        assert s.run.enrolments.count() == 1
        client.post(url, {"run": s.run.uid, "all": "1", "sure": "1"})
        assert s.run.enrolments.count() > 20

    def test_without_a_class_chosen_nothing_happens(self, board: Board, newcomers: list[User]) -> None:
        refused = signed_in(board.sector.xa_manager).post(
            board.url("people", unit="th"), {"run": "", "people": [newcomers[0].uid]}
        )
        assert refused.status_code == 422
        assert "chọn lớp" in text_of(refused)
