"""The front of "Manage": what waits for each role, and nothing of anybody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.days import today
from courses.coverage import actions
from courses.coverage.models import CoverageState
from courses.training import actions as training
from courses.training.models import ClassSession, CourseRun
from tests.courses.coverage.board import Board
from tests.courses.training.test_pages import signed_in, text_of
from tests.factories import LONG_AGO, person

pytestmark = pytest.mark.django_db
URL = "/manage/"


def planned(board: Board, days: int) -> CourseRun:
    s = board.sector
    return training.create_run(
        by=s.xa_manager,
        course=s.course,
        unit=s.xa,
        name="Lớp sắp mở",
        opens_on=today() + timedelta(days=days),
        closes_on=today() + timedelta(days=60),
    )


def session(board: Board, days: int) -> ClassSession:
    begin = timezone.now() + timedelta(days=days)
    return ClassSession.objects.create(
        run=board.sector.run,
        title="Buổi tập trung",
        starts_at=begin,
        ends_at=begin + timedelta(minutes=1),
        created_by=board.sector.xa_manager,
    )


def test_targets_not_reached_come_with_what_is_missing(board: Board) -> None:
    s = board.sector
    words = text_of(signed_in(s.manager).get(URL))
    assert "70 % đạt kĩ năng CNTT cơ bản" in words
    assert "Xem 5 người chưa đạt" in words
    assert "cần thêm 4 người" in words
    assert "Xem 2 người chưa đạt" in text_of(signed_in(s.xa_manager).get(URL))
    CoverageState.objects.filter(people__gt=0).update(people=1, trained=1)
    reached = text_of(signed_in(s.manager).get(URL))
    assert "1 chỉ tiêu đã đạt" in reached
    assert "người chưa đạt" not in reached


def test_settled_and_far_targets_do_not_wait(board: Board) -> None:
    s = board.sector
    actions.close_target(by=s.manager, target=board.target)
    actions.create_target(
        by=s.manager,
        unit=s.so,
        course=s.course,
        name="Năm sau",
        percent=70,
        first_day=today() + timedelta(days=100),
        deadline=today() + timedelta(days=300),
    )
    actions.create_target(
        by=s.manager,
        unit=s.so,
        course=s.course,
        name="Ngày xưa",
        percent=70,
        first_day=LONG_AGO,
        deadline=today() - timedelta(days=400),
    )
    words = text_of(signed_in(s.manager).get(URL))
    assert "Chưa có việc nào chờ thầy cô." in words


def test_classes_and_sessions_of_ones_own(board: Board) -> None:
    s = board.sector
    planned(board, 3)
    session(board, 0)
    session(board, -5)
    words = text_of(signed_in(s.xa_manager).get(URL))
    assert "Lớp sắp mở" in words
    assert "Mở danh sách điểm danh" in words
    assert "Chưa điểm danh" in words
    other = text_of(signed_in(s.sister_manager).get(URL))
    assert "Lớp sắp mở" not in other
    assert "Buổi tập trung" not in other


def test_what_does_not_press_stays_away(board: Board) -> None:
    planned(board, 20)
    session(board, 2)
    CourseRun.objects.filter(name="Lớp 1").update(closes_on=today() + timedelta(days=5))
    words = text_of(signed_in(board.sector.xa_manager).get(URL))
    assert "Lớp sắp mở" not in words
    assert "Buổi tập trung" not in words
    assert "1 trong 1 người chưa xong" in words  # the class that ends in five days


def test_who_may_come(board: Board) -> None:
    s = board.sector
    assert Client().get(URL).status_code == 302
    codes = {
        role: signed_in(person(s.school, role)).get(URL).status_code
        for role in ("training_manager", "unit_administrator", "system_administrator", "teacher")
    }
    assert codes == {
        "training_manager": 200,
        "unit_administrator": 200,
        "system_administrator": 200,
        "teacher": 403,
    }
    principal = text_of(signed_in(person(s.school, "unit_administrator")).get(URL))
    assert "Đặt chỉ tiêu" not in principal
    assert "Lớp bồi dưỡng" not in principal
