"""Joining a class by choice, its seats, and what a manager does to many people and undoes."""

from __future__ import annotations

import threading
import time
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from accounts.days import today
from accounts.errors import NotAllowed, Refusal
from accounts.models import User
from courses.training import actions
from courses.training.models import Completion, CourseRun, Enrolment
from tests.courses.training.test_sessions import signed_in, text_of
from tests.courses.world import Sector, make_sector
from tests.factories import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def sector(db: None) -> Sector:
    return make_sector()


@pytest.fixture
def colleague(sector: Sector) -> User:
    return person(sector.school, "teacher", first_name="Ánh", last_name="Phạm Thị Ngọc")


def offer(sector: Sector, **changes: Any) -> CourseRun:
    """Opens the class of the sector to choice."""
    given = {"choice": True, "choice_until": None, "seats": None, "description": ""} | changes
    actions.set_choice(by=sector.xa_manager, run=sector.run, **given)
    sector.run.refresh_from_db()
    return sector.run


def page(run: CourseRun, name: str = "run") -> str:
    return reverse(f"courses:{name}", args=[run.uid])


class TestJoining:
    def test_joins_once_leaves_and_comes_back(self, sector: Sector, colleague: User) -> None:
        run = offer(sector)
        assert list(CourseRun.objects.open_to_choice(colleague)) == [run]
        mine = actions.enrol_self(by=colleague, run=run)
        assert actions.enrol_self(by=colleague, run=run) == mine
        assert (mine.how, run.enrolments.active().count()) == ("choice", 2)
        actions.leave_self(by=colleague, enrolment=mine)
        actions.leave_self(by=colleague, enrolment=mine)
        assert run.enrolments.active().count() == 1
        assert actions.enrol_self(by=colleague, run=run).pk == mine.pk

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"seats": 1}, "class_full"),
            ({"choice_until": today() - timedelta(days=1)}, "choice_over_since"),
            ({"closes_on": today() - timedelta(days=1)}, "choice_over"),
            ({"state": "closed"}, "choice_over"),
        ],
    )
    def test_refusals(self, sector: Sector, colleague: User, changes: dict[str, Any], code: str) -> None:
        run = offer(sector)
        CourseRun.objects.filter(pk=run.pk).update(**changes)
        with pytest.raises(Refusal) as refused:
            actions.enrol_self(by=colleague, run=run)
        assert refused.value.code == code
        assert not CourseRun.objects.open_to_choice(colleague).exists()
        assert run.enrolments.count() == 1

    def test_only_people_of_the_unit_and_below_and_only_where_it_is_open(
        self, sector: Sector, colleague: User
    ) -> None:
        with pytest.raises(NotAllowed):
            actions.enrol_self(by=colleague, run=sector.run)
        offer(sector)
        with pytest.raises(NotAllowed):
            actions.enrol_self(by=sector.stranger, run=sector.run)
        assert signed_in(sector.stranger).get(page(sector.run)).status_code == 404
        assert signed_in(sector.stranger).post(page(sector.run, "join")).status_code == 404
        assert sector.run.enrolments.count() == 1

    def test_not_in_two_classes_of_one_course(self, sector: Sector, colleague: User) -> None:
        offer(sector)
        other = actions.create_run(
            by=sector.xa_manager,
            course=sector.course,
            unit=sector.xa,
            name="Lớp 9",
            opens_on=today(),
            closes_on=today() + timedelta(days=9),
        )
        actions.enrol(by=sector.xa_manager, run=other, users=[colleague])
        with pytest.raises(Refusal) as refused:
            actions.enrol_self(by=colleague, run=sector.run)
        assert refused.value.code == "choice_elsewhere"
        assert "Lớp 9" in refused.value.message

    def test_who_was_put_in_or_has_completed_does_not_leave_by_herself(
        self, sector: Sector, colleague: User
    ) -> None:
        with pytest.raises(Refusal) as refused:
            actions.leave_self(by=sector.teacher, enrolment=sector.enrolment)
        assert refused.value.code == "leave_not_chosen"
        mine = actions.enrol_self(by=colleague, run=offer(sector))
        with pytest.raises(NotAllowed):
            actions.leave_self(by=sector.teacher, enrolment=mine)
        Completion.objects.create(enrolment=mine, user=colleague, course=sector.course, on=today())
        with pytest.raises(Refusal) as refused:
            actions.leave_self(by=colleague, enrolment=mine)
        assert refused.value.code == "leave_completed"

    def test_on_the_pages(self, sector: Sector, colleague: User) -> None:
        run = offer(sector, seats=2, description="Dành cho giáo viên tiểu học")
        client = signed_in(colleague)
        words = text_of(client.get(page(run)))
        assert "Dành cho giáo viên tiểu học" in words
        assert "Còn 1 chỗ" in words
        assert sector.teacher.full_name not in words
        joined = text_of(client.post(page(run, "join"), follow=True))
        assert "Phần của thầy cô" in joined
        late = signed_in(person(sector.school)).get(page(run))
        assert "Lớp đã đủ người" in text_of(late)
        assert "Rời lớp" in text_of(client.get(page(run, "leave")))
        client.post(page(run, "leave"))
        assert run.enrolments.active().count() == 1

    def test_a_learner_sees_her_own_part_and_no_names_of_others(
        self, sector: Sector, colleague: User
    ) -> None:
        actions.enrol(by=sector.xa_manager, run=sector.run, users=[colleague])
        words = text_of(signed_in(sector.teacher).get(page(sector.run)))
        assert "Phần của thầy cô" in words
        assert colleague.full_name not in words


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_at_once_for_the_last_seat() -> None:
    sector = make_sector()
    run = offer(sector, seats=2)
    rivals = [person(sector.school), person(sector.school)]
    together = threading.Barrier(2)
    codes: list[str] = []

    def join(user: User) -> None:
        together.wait(10)
        while True:
            try:
                actions.enrol_self(by=user, run=run)
                codes.append("in")
            except OperationalError:  # SQLite in memory does not wait for the other writer
                time.sleep(0.02)
                continue
            except Refusal as refusal:
                codes.append(refusal.code)
            break
        connection.close()

    threads = [threading.Thread(target=join, args=(user,)) for user in rivals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(codes) == ["class_full", "in"]
    assert run.enrolments.active().count() == 2


class TestSeats:
    def test_a_manager_fills_no_more_than_the_seats(self, sector: Sector) -> None:
        offer(sector, seats=2)
        people = [person(sector.school), person(sector.school)]
        with pytest.raises(Refusal) as refused:
            actions.enrol(by=sector.xa_manager, run=sector.run, users=people)
        assert refused.value.code == "class_seats_left"
        url = reverse("courses:run_people", args=[sector.run.uid])
        answer = signed_in(sector.xa_manager).post(url, {"people": [p.uid for p in people]})
        assert answer.status_code == 422
        assert "Lớp còn 1 chỗ" in text_of(answer)
        assert sector.run.enrolments.count() == 1

    def test_seats_and_days_in_range(self, sector: Sector, colleague: User) -> None:
        actions.enrol(by=sector.xa_manager, run=sector.run, users=[colleague])
        for changes, code in (
            ({"seats": 1}, "seats_taken"),
            ({"seats": 0}, "seats_range"),
            ({"choice_until": sector.run.closes_on + timedelta(days=1)}, "choice_after_class"),
        ):
            with pytest.raises(Refusal) as refused:
                offer(sector, **changes)
            assert refused.value.code == code
        with pytest.raises(NotAllowed):
            actions.set_choice(by=sector.sister_manager, run=sector.run, choice=True)

    def test_a_refused_form_changes_nothing_at_all(self, sector: Sector) -> None:
        url = reverse("courses:run_edit", args=[sector.run.uid])
        sent = {
            "name": "Tên mới",
            "opens_on": sector.run.opens_on.isoformat(),
            "closes_on": sector.run.closes_on.isoformat(),
            "school_year": sector.run.school_year,
            "choice": "on",
            "choice_until": (sector.run.closes_on + timedelta(days=1)).isoformat(),
        }
        client = signed_in(sector.xa_manager)
        assert client.post(url, sent).status_code == 422
        sector.run.refresh_from_db()
        assert (sector.run.name, sector.run.choice) == ("Lớp 1", False)
        sent |= {"choice_until": "", "seats": "40", "description": "Mang máy tính"}
        assert client.post(url, sent).status_code == 302
        sector.run.refresh_from_db()
        assert (sector.run.name, sector.run.choice, sector.run.seats) == ("Tên mới", True, 40)


class TestManyPeople:
    def test_all_found_are_enrolled_counted_and_undone(self, sector: Sector, colleague: User) -> None:
        client = signed_in(sector.xa_manager)
        url = reverse("courses:run_people", args=[sector.run.uid])
        answer = client.post(f"{url}?unit=th&q=anh", {"act": "all"}, follow=True)
        assert "Ghi danh mới 1 người" in text_of(answer)
        assert "Hoàn tác" in text_of(answer)
        assert set(sector.run.enrolments.active().values_list("user", flat=True)) == {
            sector.teacher.pk,
            colleague.pk,
        }
        again = text_of(client.get(page(sector.run)))
        assert "Vừa ghi danh 1 người" in again and "Hoàn tác" in again
        client.post(page(sector.run, "enrolments_undo"))
        assert "Hoàn tác" not in text_of(client.get(page(sector.run)))
        assert not Enrolment.objects.filter(user=colleague).exists()
        assert sector.run.enrolments.active().count() == 1
        nothing = client.post(page(sector.run, "enrolments_undo"), follow=True)
        assert "không còn gì" in text_of(nothing).lower()

    def test_ticked_ones_already_there_are_counted_apart(self, sector: Sector, colleague: User) -> None:
        url = reverse("courses:run_people", args=[sector.run.uid])
        answer = signed_in(sector.xa_manager).post(
            url, {"people": [colleague.uid, sector.teacher.uid]}, follow=True
        )
        assert "Ghi danh mới 1 người; 1 người đã ở trong lớp" in text_of(answer)

    def test_undo_leaves_those_who_began_and_ends_those_who_were_there_before(
        self, sector: Sector, colleague: User
    ) -> None:
        actions.end_enrolment(by=sector.xa_manager, enrolment=sector.enrolment)
        fresh = person(sector.school)
        done = actions.enrol(by=sector.xa_manager, run=sector.run, users=[sector.teacher, colleague, fresh])
        assert done.back == [sector.teacher.pk]
        actions.record_opened(
            by=colleague, enrolment=Enrolment.objects.get(user=colleague), activity=sector.document
        )
        with pytest.raises(NotAllowed):
            actions.undo_enrol(by=sector.sister_manager, run=sector.run, user_ids=done.new)
        undone = actions.undo_enrol(by=sector.xa_manager, run=sector.run, user_ids=done.new, back=done.back)
        assert (undone.gone, undone.begun) == (2, 1)
        states = dict(sector.run.enrolments.values_list("user", "state"))
        assert states == {sector.teacher.pk: "ended", colleague.pk: "active"}

    def test_taking_out_is_undone_and_those_who_left_are_listed(self, sector: Sector) -> None:
        client = signed_in(sector.xa_manager)
        end = page(sector.run, "enrolments_end")
        out = client.post(end, {"people": [sector.teacher.uid], "act": "end"}, follow=True)
        assert "Hoàn tác" in text_of(out)
        assert sector.teacher.full_name in text_of(client.get(page(sector.run), {"show": "left"}))
        client.post(page(sector.run, "enrolments_undo"))
        assert sector.run.enrolments.active().count() == 1
        client.post(end, {"people": [sector.teacher.uid], "act": "end"})
        client.post(end, {"people": [sector.teacher.uid], "act": "restore"})
        assert sector.run.enrolments.active().count() == 1

    def test_filters_of_people_to_enrol(self, sector: Sector, colleague: User) -> None:
        client = signed_in(sector.xa_manager)
        url = reverse("courses:run_people", args=[sector.run.uid])
        assert sector.teacher.full_name in text_of(client.get(url, {"only": "untrained"}))
        nowhere = text_of(client.get(url, {"only": "nowhere"}))
        assert sector.teacher.full_name not in nowhere
        assert colleague.full_name in nowhere
        Completion.objects.create(
            enrolment=sector.enrolment, user=sector.teacher, course=sector.course, on=today()
        )
        assert sector.teacher.full_name not in text_of(client.get(url, {"only": "untrained"}))


class TestClassPage:
    def test_behind_never_begun_and_sorted(self, sector: Sector, colleague: User) -> None:
        actions.enrol(by=sector.xa_manager, run=sector.run, users=[colleague])
        CourseRun.objects.update(opens_on=today() - timedelta(days=20), closes_on=today() + timedelta(days=1))
        actions.record_opened(by=sector.teacher, enrolment=sector.enrolment, activity=sector.document)
        client = signed_in(sector.xa_manager)
        late = text_of(client.get(page(sector.run), {"show": "late"}))
        assert f"{colleague.full_name} Tiểu học Tiên Lữ 0/2 Chưa học" in late
        Enrolment.objects.filter(user=colleague).update(last_active_at=timezone.now())
        late = text_of(client.get(page(sector.run), {"show": "late"}))
        assert f"{colleague.full_name} Tiểu học Tiên Lữ 0/2 Chậm 10 ngày" in late
        assert sector.teacher.full_name not in late
        ordered = text_of(client.get(page(sector.run), {"sort": "-progress"}))
        assert ordered.index(sector.teacher.full_name) < ordered.index(colleague.full_name)
        by_school = text_of(client.get(page(sector.run), {"q": "Tiên Lữ"}))
        assert colleague.full_name in by_school
        assert colleague.full_name not in text_of(client.get(page(sector.run), {"q": "Ân Thi"}))

    def test_a_class_is_closed_after_a_question(self, sector: Sector) -> None:
        client = signed_in(sector.xa_manager)
        words = text_of(client.get(page(sector.run, "run_close")))
        assert "1 trong 1 học viên chưa hoàn thành" in words
        sector.run.refresh_from_db()
        assert sector.run.state == "open"
        assert signed_in(sector.sister_manager).get(page(sector.run, "run_close")).status_code == 404

    def test_instructors_are_found_named_and_removed(self, sector: Sector) -> None:
        client = signed_in(sector.xa_manager)
        url = page(sector.run, "run_instructors")
        assert sector.stranger.full_name in text_of(client.get(url, {"q": sector.stranger.first_name}))
        client.post(url, {"act": "add", "person": sector.stranger.uid})
        client.post(url, {"act": "add", "person": sector.manager.uid})
        leads = dict(sector.run.instructors.values_list("user", "lead"))
        assert leads == {sector.stranger.pk: True, sector.manager.pk: False}
        client.post(url, {"act": "lead", "person": sector.manager.uid})
        client.post(url, {"act": "remove", "person": sector.stranger.uid})
        assert dict(sector.run.instructors.values_list("user", "lead")) == {sector.manager.pk: True}
        others = signed_in(sector.sister_manager)
        assert others.post(url, {"act": "add", "person": sector.stranger.uid}).status_code == 404
        assert Client().get(url).status_code == 302

    def test_one_learner_in_detail(self, sector: Sector) -> None:
        actions.record_opened(by=sector.teacher, enrolment=sector.enrolment, activity=sector.document)
        url = reverse("courses:run_person", args=[sector.run.uid, sector.enrolment.uid])
        words = text_of(signed_in(sector.xa_manager).get(url))
        assert "1 trong 2 bắt buộc" in words
        assert "Chưa mở bài nào" in words

    def test_the_sheet_has_vietnamese_heads_and_names_as_text(self, sector: Sector) -> None:
        trick = person(sector.school, first_name="=1+1", last_name="@SUM(A1)")
        actions.enrol(by=sector.xa_manager, run=sector.run, users=[trick])
        answer = signed_in(sector.xa_manager).get(page(sector.run, "run_excel"))
        file = BytesIO(b"".join(answer.streaming_content))
        rows = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()
        assert rows[3][:2] == ["STT", "Họ và tên"]
        assert {row[1] for row in rows[4:]} == {trick.full_name, sector.teacher.full_name}
        with ZipFile(file) as book:
            assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")

    def test_queries_do_not_grow(self, sector: Sector) -> None:
        learner, manager = signed_in(sector.teacher), signed_in(sector.xa_manager)
        person_url = reverse("courses:run_person", args=[sector.run.uid, sector.enrolment.uid])
        asked = {
            "lead": (manager, page(sector.run), 10),
            "own": (learner, page(sector.run), 11),
            "person": (manager, person_url, 13),
            "people": (manager, page(sector.run, "run_people"), 10),
        }

        def count() -> dict[str, int]:
            found = {}
            for name, (client, url, _most) in asked.items():
                client.get(url)
                with CaptureQueriesContext(connection) as queries:
                    assert client.get(url).status_code == 200
                found[name] = len(queries)
            return found

        few = count()
        actions.enrol(by=sector.xa_manager, run=sector.run, users=[person(sector.school) for _n in range(12)])
        assert count() == few
        assert all(few[name] <= most for name, (_c, _u, most) in asked.items()), few
