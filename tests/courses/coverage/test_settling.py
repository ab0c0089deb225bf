"""A target copied to another year, its population fixed, its result closed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts import actions as people
from accounts.days import school_year_of, today
from accounts.errors import NotAllowed, Refusal
from accounts.models import Membership, OrgUnit, User
from courses.coverage import actions
from courses.coverage.figures import Figure, Measure, Population, sum_states
from courses.coverage.models import CoverageState, Target, TargetPerson
from courses.coverage.people import members
from courses.training.models import Completion
from tests.courses.coverage.board import Board
from tests.courses.training.test_pages import signed_in, text_of
from tests.factories import LONG_AGO, CompletionFactory, MembershipFactory, OrgUnitFactory, person

pytestmark = pytest.mark.django_db


def trained(user: User, board: Board, on: date) -> None:
    CompletionFactory(user=user, course=board.sector.course, on=on)
    actions.recompute_people(user_ids=[user.pk], course_id=board.sector.course.pk)


def whole(board: Board) -> Figure:
    board.target.refresh_from_db()
    return sum_states(board.target.pk, board.sector.so.pk)[board.sector.so.pk]


class TestFixing:
    def test_who_comes_or_goes_no_longer_counts(self, board: Board) -> None:
        s = board.sector
        assert actions.freeze_target(by=s.manager, target=board.target) == 5
        newcomer = person(s.school)
        people.end_membership(by=None, membership=s.stranger.memberships.get(), on=today())
        actions.recompute_target(target=board.target)
        assert whole(board) == Figure(5, 0)
        trained(newcomer, board, today())
        trained(s.stranger, board, today())
        assert whole(board) == Figure(5, 1)
        listed = members(Measure.of_target(board.target), s.so.pk)
        assert s.stranger.pk in listed.values_list("user", flat=True)
        assert newcomer.pk not in listed.values_list("user", flat=True)

    def test_a_person_who_moved_counts_where_she_was(self, board: Board) -> None:
        s = board.sector
        actions.freeze_target(by=s.manager, target=board.target)
        Membership.objects.filter(user=s.teacher).update(unit=s.other_school)
        trained(s.teacher, board, today())
        assert sum_states(board.target.pk, s.so.pk)[s.xa.pk] == Figure(2, 1)

    def test_thawed_it_follows_the_staff_again(self, board: Board) -> None:
        s = board.sector
        actions.freeze_target(by=s.manager, target=board.target)
        person(s.school)
        board.target.refresh_from_db()
        actions.thaw_target(by=s.manager, target=board.target)
        assert whole(board) == Figure(6, 0)
        assert not TargetPerson.objects.exists()

    def test_days_before_it_was_fixed_are_counted_as_they_were(self, board: Board) -> None:
        s = board.sector
        actions.freeze_target(by=s.manager, target=board.target)
        board.target.refresh_from_db()
        MembershipFactory(unit=s.school, on=today() - timedelta(days=2))
        yesterday = today() - timedelta(days=1)
        measure = Measure.of_target(board.target)
        assert sum(Population(measure, yesterday, "now", s.so.pk).figures.values(), Figure()).people == 6
        assert sum(Population(measure, today(), "then", s.so.pk).figures.values(), Figure()).people == 5

    def test_people_of_a_unit_that_closes_stand_at_its_successor(self, board: Board) -> None:
        s = board.sector
        actions.freeze_target(by=s.manager, target=board.target)
        heir = OrgUnitFactory(code="moi", name="Tiểu học Mới", parent=s.xa)
        people.close_unit(by=None, unit=s.school, on=today(), successors=[heir])
        board.target.refresh_from_db()
        assert whole(board) == Figure(5, 0)
        assert TargetPerson.objects.get(user=s.teacher).unit == heir

    def test_who_counts_cannot_be_changed_then(self, board: Board) -> None:
        s = board.sector
        actions.freeze_target(by=s.manager, target=board.target)
        asked: dict[str, Any] = {
            "name": "Khác",
            "percent": 50,
            "first_day": LONG_AGO,
            "deadline": today(),
        }
        with pytest.raises(Refusal) as refused:
            actions.edit_target(by=s.manager, target=board.target, positions=["teacher"], **asked)
        assert refused.value.code == "target_frozen"
        actions.edit_target(by=s.manager, target=board.target, **asked)
        with pytest.raises(Refusal) as refused:
            actions.freeze_target(by=s.manager, target=board.target)
        assert refused.value.code == "target_frozen_before"


class TestClosing:
    def test_the_result_stays(self, board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
        s = board.sector
        trained(s.teacher, board, today())
        actions.close_target(by=s.manager, target=board.target)
        board.target.refresh_from_db()
        assert (board.target.closed_on, board.target.frozen_on) == (today(), today())
        Completion.objects.update(on=today() + timedelta(days=1))  # as if it came tomorrow
        later = today() + timedelta(days=2)
        for module in ("actions.counting", "figures"):
            monkeypatch.setattr(f"courses.coverage.{module}.today", lambda: later)
        actions.recompute_target(target=board.target)
        assert sum_states(board.target.pk, s.so.pk)[s.so.pk] == Figure(5, 0)
        actions.reopen_target(by=s.manager, target=board.target)
        assert sum_states(board.target.pk, s.so.pk)[s.so.pk] == Figure(5, 1)

    def test_closed_it_is_neither_changed_nor_thawed(self, board: Board) -> None:
        s = board.sector
        actions.close_target(by=s.manager, target=board.target)
        for act in (actions.thaw_target, actions.close_target):
            with pytest.raises(Refusal) as refused:
                act(by=s.manager, target=board.target)
            assert refused.value.code in {"target_closed", "target_closed_before"}

    def test_the_page_says_so(self, board: Board) -> None:
        s = board.sector
        client = signed_in(s.manager)
        answer = client.post(board.url("target_act"), {"act": "close"}, follow=True)
        words = text_of(answer)
        assert "Đã chốt ngày" in words
        assert "Chỉ tiêu đã chốt, thiếu 4 người." in words
        assert "chọn được cơ cấu đơn vị cho các ngày trước đó" in words
        assert "Đã chốt" in text_of(client.get(reverse("coverage:targets")))
        refused = client.post(
            board.url("target_edit"),
            {"name": "x", "percent": "5", "first_day": "2026-01-01", "deadline": "2026-12-31"},
        )
        assert refused.status_code == 422
        assert "Mở lại chỉ tiêu" in text_of(refused)


class TestCopying:
    def old(self, board: Board) -> Target:
        year = school_year_of(today()) - 1
        return actions.create_target(
            by=board.sector.manager,
            unit=board.sector.so,
            course=board.sector.course,
            name=f"70 % đạt chuẩn năm học {year}–{year + 1}",
            percent=70,
            first_day=date(year, 9, 1),
            deadline=date(year + 1, 5, 31),
            positions=["teacher"],
        )

    def test_dates_and_years_move_along(self, board: Board) -> None:
        client, old = signed_in(board.sector.manager), self.old(board)
        assert "Chép sang" in text_of(client.get(reverse("coverage:targets")))
        answer = client.post(reverse("coverage:target_act", args=[old.uid]), {"act": "copy"})
        made = Target.objects.latest("pk")
        year = old.school_year + 1
        assert answer["Location"] == reverse("coverage:target_edit", args=[made.uid])
        assert made.name == f"70 % đạt chuẩn năm học {year}–{year + 1}"
        assert (made.first_day, made.deadline) == (date(year, 9, 1), date(year + 1, 5, 31))
        assert (made.positions, made.school_year, made.frozen_on) == (["teacher"], year, None)
        assert CoverageState.objects.filter(target=made).exists()
        again = client.post(reverse("coverage:target_act", args=[old.uid]), {"act": "copy"}, follow=True)
        assert "đã có chỉ tiêu" in text_of(again)
        assert Target.objects.count() == 3

    def test_a_leap_day_moves_to_the_28th(self, board: Board) -> None:
        old = self.old(board)
        old.deadline, old.first_day, old.school_year = date(2024, 2, 29), date(2023, 9, 1), 2023
        old.save()
        made = actions.copy_target(by=board.sector.manager, target=old, school_year=2024)
        assert made.deadline == date(2025, 2, 28)
        with pytest.raises(Refusal) as refused:
            actions.copy_target(by=board.sector.manager, target=made, school_year=2024)
        assert refused.value.code == "target_same_year"


def test_only_managers_of_its_unit_settle_a_target(board: Board) -> None:
    s = board.sector
    principal = person(s.school, "unit_administrator")
    for act in ("freeze", "close", "copy", "delete", "reopen", "thaw"):
        for who in (s.xa_manager, s.sister_manager, principal, s.teacher):
            assert signed_in(who).post(board.url("target_act"), {"act": act}).status_code == 404
    with pytest.raises(NotAllowed):
        actions.close_target(by=s.xa_manager, target=board.target)
    assert signed_in(s.manager).post(board.url("target_act"), {"act": "burn"}).status_code == 404
    assert signed_in(s.manager).get(board.url("target_act")).status_code == 405
    signed_in(s.manager).post(board.url("target_act"), {"act": "delete"})
    assert not Target.objects.exists()
    assert Completion.objects.count() == 0
    assert OrgUnit.objects.filter(pk=s.so.pk).exists()
