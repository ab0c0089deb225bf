"""Targets, the coverage page and the people behind it, by HTTP."""

from __future__ import annotations

import json
import uuid
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import actions as tree
from accounts.days import today
from accounts.models import OrgUnit
from accounts.signals import day_turned
from courses.coverage import actions
from courses.coverage.models import CoverageState, Target
from courses.training import actions as training
from courses.training.models import Enrolment
from tests.courses.coverage.board import Board
from tests.courses.training.test_pages import complete, signed_in, text_of
from tests.factories import LONG_AGO, MembershipFactory, OrgUnitFactory, person

pytestmark = pytest.mark.django_db


class TestRights:
    def test_everybody_sees_her_own_subtree_only(self, board: Board) -> None:
        s = board.sector
        principal = person(s.school, "unit_administrator")
        seen = {
            "so": (200, 200, 200, 200),
            "xa": (404, 200, 200, 200),
            "sister": (404, 404, 404, 200),
            "principal": (404, 404, 200, 200),
            "teacher": (404, 404, 404, 404),
        }
        people = {
            "so": s.manager,
            "xa": s.xa_manager,
            "sister": s.sister_manager,
            "principal": principal,
            "teacher": s.teacher,
        }
        for name in ("target", "people"):
            found = {
                who: tuple(
                    signed_in(user).get(board.url(name, **query)).status_code
                    for query in ({"unit": "so"}, {"unit": "xa"}, {"unit": "th"}, {})
                )
                for who, user in people.items()
            }
            assert found == seen, name

    def test_without_a_unit_the_view_begins_at_ones_own(self, board: Board) -> None:
        response = signed_in(board.sector.xa_manager).get(board.url())
        words = text_of(response)
        assert "Xã Tiên Lữ" in words
        assert "Xã Ân Thi" not in words
        assert "Cơ quan Sở" not in words

    def test_lists_and_forms(self, board: Board) -> None:
        s = board.sector
        principal = person(s.school, "unit_administrator")
        for name, codes in {"targets": (200, 200, 403), "target_new": (200, 403, 403)}.items():
            url = reverse(f"coverage:{name}")
            people = (s.manager, principal, s.teacher)
            assert tuple(signed_in(u).get(url).status_code for u in people) == codes
        edit = board.url("target_edit")
        codes = [signed_in(u).get(edit).status_code for u in (s.manager, s.xa_manager, principal)]
        assert codes == [200, 404, 404]
        assert Client().get(board.url()).status_code == 302

    def test_target_of_a_sister_unit_does_not_exist(self, board: Board) -> None:
        s = board.sector
        own = actions.create_target(
            by=s.xa_manager,
            unit=s.xa,
            course=s.course,
            name="Của xã",
            percent=90,
            first_day=LONG_AGO,
            deadline=today(),
        )
        url = reverse("coverage:target", args=[own.uid])
        codes = [signed_in(u).get(url).status_code for u in (s.manager, s.xa_manager, s.sister_manager)]
        assert codes == [200, 200, 404]
        assert "Của xã" not in text_of(signed_in(s.sister_manager).get(reverse("coverage:targets")))


class TestFigures:
    def test_page_rises_at_once_when_somebody_completes(self, board: Board) -> None:
        client = signed_in(board.sector.manager)
        before = text_of(client.get(board.url()))
        assert "0 trong 5 người đã đạt" in before
        complete(board.sector)
        after = text_of(client.get(board.url()))
        assert "1 trong 5 người đã đạt" in after
        assert "20 %" in after.replace("\xa0", " ").replace("&nbsp;", " ")
        below = text_of(client.get(board.url(unit="xa")))
        assert "1/2" in below
        assert "Tiểu học Tiên Lữ" in below

    def test_past_day_shows_what_was_then(self, board: Board) -> None:
        complete(board.sector)
        client = signed_in(board.sector.manager)
        yesterday = (today() - timedelta(days=1)).isoformat()
        response = client.get(board.url(as_of=yesterday, structure="then"))
        words = text_of(response)
        assert "0 trong 5 người đã đạt" in words
        assert "cơ cấu tại ngày đó" in words
        assert board.url("people") not in response.content.decode()

    def test_wrong_days_are_answered_with_todays_figures(self, board: Board) -> None:
        client = signed_in(board.sector.manager)
        tomorrow = (today() + timedelta(days=1)).isoformat()
        for day, said in ((tomorrow, "Ngày này chưa đến"), ("31/02/2026", ""), ("0001-01-01", "quá xa")):
            response = client.get(board.url(as_of=day))
            assert response.status_code == 200
            assert said in text_of(response)
            assert "trong 5 người" in text_of(response)
        assert client.get(board.url(unit="khong-co")).status_code == 404

    def test_meaning_follows_the_figures(self, board: Board) -> None:
        client = signed_in(board.sector.manager)
        deadline = f"{board.target.deadline:%d/%m/%Y}"
        assert f"Cần thêm 4 người trước {deadline}." in text_of(client.get(board.url()))
        Target.objects.update(first_day=LONG_AGO, deadline=today() - timedelta(days=1))
        assert "Đã quá hạn, còn thiếu 4 người." in text_of(client.get(board.url()))
        CoverageState.objects.filter(people__gt=0).update(trained=1, people=1)
        assert "Đã đạt chỉ tiêu" in text_of(client.get(board.url()))

    def test_turn_of_the_day_reaches_coverage(self, board: Board) -> None:
        CoverageState.objects.all().delete()
        MembershipFactory(unit=board.sector.school, on=today())
        CoverageState.objects.all().delete()
        day_turned.send(sender=None, day=today())
        assert CoverageState.objects.get(unit=board.sector.school).people == 2


class TestTargets:
    def test_setting_and_changing(self, board: Board) -> None:
        s = board.sector
        client = signed_in(s.manager)
        data = {
            "name": "Hiệu trưởng học trước",
            "unit": s.xa.pk,
            "course": s.course.pk,
            "percent": "92,5",
            "first_day": "2026-09-01",
            "deadline": "2027-05-31",
            "positions": ["principal", "vice_principal"],
            "levels": ["th"],
        }
        made = client.post(reverse("coverage:target_new"), data)
        target = Target.objects.get(name="Hiệu trưởng học trước")
        assert made["Location"] == reverse("coverage:target", args=[target.uid])
        assert (str(target.percent), target.positions, target.levels) == (
            "92.50",
            ["principal", "vice_principal"],
            ["th"],
        )
        assert target.school_year == 2026
        wrong = client.post(reverse("coverage:target_new"), {**data, "deadline": "2026-08-31"})
        assert wrong.status_code == 422
        assert "Hạn đứng trước" in text_of(wrong)
        edited = client.post(
            reverse("coverage:target_edit", args=[target.uid]), {**data, "percent": "80", "positions": []}
        )
        assert edited.status_code == 302
        target.refresh_from_db()
        assert (target.percent, target.positions) == (80, [])

    def test_unit_beyond_ones_rights_is_not_a_choice(self, board: Board) -> None:
        s = board.sector
        data = {
            "name": "Của cả Sở",
            "unit": s.so.pk,
            "course": s.course.pk,
            "percent": "50",
            "first_day": "2026-09-01",
            "deadline": "2027-05-31",
        }
        assert signed_in(s.xa_manager).post(reverse("coverage:target_new"), data).status_code == 422
        assert not Target.objects.filter(name="Của cả Sở").exists()


class TestPeople:
    def test_states_and_search(self, board: Board) -> None:
        s = board.sector
        complete(s)
        person(s.school, first_name="Bảy", last_name="Nguyễn Văn")
        person(s.school, first_name="Cúc", last_name="Đỗ Thị")
        client = signed_in(s.xa_manager)
        missing = text_of(client.get(board.url("people", unit="xa")))
        assert "Nguyễn Văn Bảy" in missing
        assert "Trần Thị Thu Hằng" not in missing
        trained = text_of(client.get(board.url("people", unit="xa", state="trained")))
        assert "Trần Thị Thu Hằng" in trained
        assert "Nguyễn Văn Bảy" not in trained
        assert "Nguyễn Văn Bảy" not in text_of(client.get(board.url("people", unit="xa", state="learning")))
        found = text_of(client.get(board.url("people", unit="xa", q="bay")))
        assert "Nguyễn Văn Bảy" in found
        assert "Đỗ Thị Cúc" not in found

    def test_one_click_enrols_those_ticked(self, board: Board) -> None:
        s = board.sector
        newcomer = person(s.school, first_name="Bảy", last_name="Nguyễn Văn")
        client = signed_in(s.xa_manager)
        url = board.url("people", unit="xa")
        response = client.post(url, {"run": s.run.uid, "people": [newcomer.uid]}, follow=True)
        assert "Đã ghi danh 1 người vào “Lớp 1”" in text_of(response)
        assert Enrolment.objects.of(newcomer).get().run == s.run
        assert "Đã ghi danh, chưa học" in text_of(client.get(url))

    def test_everybody_listed_at_once(self, board: Board) -> None:
        s = board.sector
        for _n in range(3):
            person(s.school)
        client = signed_in(s.xa_manager)
        client.post(board.url("people", unit="th", state="unenrolled"), {"run": s.run.uid, "all": "1"})
        assert s.run.enrolments.count() == 4
        assert not s.run.enrolments.filter(user=s.xa_manager).exists()

    def test_nobody_from_outside_the_list_and_no_foreign_class(self, board: Board) -> None:
        s = board.sector
        client = signed_in(s.xa_manager)
        url = board.url("people", unit="xa")
        assert client.post(url, {"run": s.run.uid, "people": [s.stranger.uid]}).status_code == 422
        assert client.post(url, {"run": s.run.uid}).status_code == 422
        assert client.post(url, {"run": uuid.uuid4(), "people": [s.teacher.uid]}).status_code == 404
        other = signed_in(s.sister_manager)
        mine = board.url("people", unit="xa-khac")
        assert other.post(mine, {"run": s.run.uid, "people": [s.stranger.uid]}).status_code == 404
        assert Enrolment.objects.count() == 1

    def test_administrator_of_a_school_sees_people_but_enrols_nobody(self, board: Board) -> None:
        s = board.sector
        principal = person(s.school, "unit_administrator")
        client = signed_in(principal)
        html = client.get(board.url("people", unit="th")).content.decode()
        assert "Trần Thị Thu Hằng" in html
        assert 'name="people"' not in html
        refused = client.post(board.url("people", unit="th"), {"run": s.run.uid, "people": [s.teacher.uid]})
        assert refused.status_code == 404


def test_queries_are_few_and_flat(board: Board) -> None:
    s = board.sector
    client = signed_in(s.manager)
    urls = {
        "targets": (reverse("coverage:targets"), 7),
        "target": (board.url(), 12),
        "target, open": (board.url(open="xa"), 13),
        "people": (board.url("people", unit="so"), 13),
        "desk": (reverse("coverage:manage"), 12),
    }

    def counted() -> dict[str, int]:
        found = {}
        for name, (url, _most) in urls.items():
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            found[name] = len(queries)
        return found

    few = counted()
    for n in range(8):
        school = OrgUnitFactory(code=f"them-{n}", parent=s.so)
        person(school)
        actions.create_target(
            by=s.manager,
            unit=school,
            course=s.course,
            name=f"Chỉ tiêu {n}",
            percent=50,
            first_day=LONG_AGO,
            deadline=date(2027, 1, 1),
        )
    many = counted()
    assert many == few
    for name, (_url, most) in urls.items():
        assert many[name] <= most, f"{name} takes {many[name]} queries"


class TestCommand:
    def ask(self, *arguments: str) -> list[dict]:
        out = StringIO()
        call_command("coverage", *arguments, "--json", stdout=out)
        return [json.loads(line) for line in out.getvalue().splitlines()]

    def test_says_what_the_page_says(self, board: Board) -> None:
        complete(board.sector)
        (report,) = self.ask("--target", str(board.target.uid), "--unit", "so")
        assert report["schema"] == 1
        assert report["total"] == {
            "unit": "so",
            "name": "Sở GD&ĐT Hưng Yên",
            "kind": "so",
            "people": 5,
            "trained": 1,
            "percent": 20.0,
            "missing": 4,
            "short": 3,
        }
        rows = {row["unit"]: (row["people"], row["trained"], row["missing"]) for row in report["rows"]}
        assert rows == {"so": (1, 0, 1), "xa": (2, 1, 1), "xa-khac": (2, 0, 2)}

    def test_course_counts_everybody_of_the_unit(self, board: Board) -> None:
        complete(board.sector)
        (report,) = self.ask("--course", str(board.sector.course.uid), "--unit", "xa")
        assert (report["total"]["people"], report["total"]["trained"]) == (2, 1)
        assert report["total"]["short"] is None
        yesterday = (today() - timedelta(days=1)).isoformat()
        (report,) = self.ask(
            "--course",
            str(board.sector.course.uid),
            "--unit",
            "xa",
            "--as-of",
            yesterday,
            "--structure",
            "now",
        )
        assert (report["as_of"], report["structure"], report["total"]["trained"]) == (yesterday, "now", 0)

    @pytest.mark.parametrize(
        "arguments",
        [
            ("--target", "x", "--unit", "so"),
            ("--target", str(uuid.UUID(int=1)), "--unit", "so"),
            ("--course", str(uuid.UUID(int=1)), "--unit", "khong-co"),
            ("--target", "x", "--unit", "so", "--as-of", "mai"),
            ("--target", "x", "--unit", "so", "--as-of", "2099-01-01"),
        ],
    )
    def test_what_does_not_exist_is_an_error(self, board: Board, arguments: tuple[str, ...]) -> None:
        with pytest.raises(CommandError) as failed:
            call_command("coverage", *arguments)
        assert failed.value.returncode == 2


class TestTreesOfThen:
    """A district office gave way to a commune on 1-7-2025."""

    MERGER = date(2025, 7, 1)

    def ask(self, board: Board, **query: str) -> tuple[int, str]:
        response = signed_in(board.sector.manager).get(board.url(**query), follow=True)
        return response.status_code, text_of(response)

    @pytest.fixture
    def merged(self, board: Board) -> Board:
        s = board.sector
        district = OrgUnitFactory(code="pgd", name="Phòng GD&ĐT Tiên Lữ", kind="phong_gddt", parent=s.so)
        school = OrgUnitFactory(code="mn", name="Mầm non Tiên Lữ", parent=district)
        ward = OrgUnitFactory(
            code="phuong", name="Phường Phố Hiến", kind="phuong", parent=s.so, on=self.MERGER
        )
        person(school)
        tree.move_unit(by=None, unit=school, parent=ward, on=self.MERGER)
        tree.close_unit(by=None, unit=district, on=self.MERGER, successors=[ward])
        return board

    def test_a_unit_of_that_day_opens_in_its_tree(self, merged: Board) -> None:
        then = {"as_of": "2025-06-15", "structure": "then"}
        client = signed_in(merged.sector.manager)
        html = client.get(merged.url(**then)).content.decode()
        assert "unit=pgd" in html
        status, words = self.ask(merged, unit="pgd", **then)
        assert status == 200
        assert "Mầm non Tiên Lữ" in words
        assert "trong 1 người" in words
        foreign = signed_in(merged.sector.sister_manager).get(merged.url(unit="pgd", **then))
        assert foreign.status_code == 404

    def test_a_unit_closed_since_leads_to_the_units_of_now(self, merged: Board) -> None:
        for query in ({"as_of": "2025-06-15", "structure": "now"}, {}):
            status, words = self.ask(merged, unit="pgd", **query)
            assert status == 200
            assert "đã giải thể hoặc sáp nhập" in words
            assert "Phường Phố Hiến" in words

    def test_a_unit_born_later_shows_the_units_of_then_that_lie_in_it_today(self, merged: Board) -> None:
        then = {"unit": "phuong", "as_of": "2025-06-15", "structure": "then"}
        status, words = self.ask(merged, **then)
        assert status == 200
        assert "Phường Phố Hiến chưa có vào ngày này" in words
        assert "Phòng GD&amp;ĐT Tiên Lữ" in words
        assert "Mầm non Tiên Lữ" in words
        assert "0 trong 1 người" in words
        sheet = signed_in(merged.sector.manager).get(merged.url("excel", **then, format="csv"))
        rows = b"".join(sheet.streaming_content).decode()
        assert "Mầm non Tiên Lữ" in rows
        assert "Phường Phố Hiến" in rows
        assert "None" not in rows
        foreign = signed_in(merged.sector.sister_manager)
        assert foreign.get(merged.url(**then)).status_code == 404
        assert foreign.get(merged.url("excel", **then)).status_code == 404
        _status, words = self.ask(merged, unit="phuong", as_of="2025-06-15", structure="now")
        assert "trong 1 người" in words
        assert "Danh sách người chỉ xem được cho hôm nay" in words

    def test_the_wards_own_manager_sees_the_same_of_then(self, merged: Board) -> None:
        ward = OrgUnit.objects.get(code="phuong")
        hers = signed_in(person(ward, "training_manager"))
        words = text_of(hers.get(merged.url(as_of="2025-06-15", structure="then")))
        assert "Mầm non Tiên Lữ" in words
        assert "0 trong 1 người" in words
        assert hers.get(merged.url(unit="pgd", as_of="2025-06-15", structure="then")).status_code == 404

    def test_a_unit_with_nothing_of_then_refuses_page_and_sheet_alike(self, merged: Board) -> None:
        OrgUnitFactory(
            code="moi", name="Trường Mới", parent=OrgUnit.objects.get(code="phuong"), on=date(2025, 9, 1)
        )
        then = {"unit": "moi", "as_of": "2025-06-15", "structure": "then"}
        for name in ("target", "excel"):
            response = signed_in(merged.sector.manager).get(merged.url(name, **then), follow=True)
            assert "Trường Mới chưa có vào ngày này" in text_of(response)
            assert "người đã đạt" not in text_of(response)

    def test_before_its_first_day_a_target_had_not_begun(self, merged: Board) -> None:
        Target.objects.update(first_day=date(2025, 7, 15))
        for name in ("target", "excel"):
            response = signed_in(merged.sector.manager).get(merged.url(name, as_of="2025-07-14"), follow=True)
            words = text_of(response)
            assert "chỉ tiêu chưa bắt đầu" in words
            assert "tuần" not in words
            assert "CSV" not in words
            assert "Còn phải" not in words

    def test_the_day_leads_to_targets_that_had_begun(self, merged: Board) -> None:
        Target.objects.update(first_day=date(2025, 7, 15))
        old = actions.create_target(
            by=merged.sector.manager,
            unit=merged.sector.so,
            course=merged.sector.course,
            name="Chỉ tiêu năm trước",
            percent=50,
            first_day=LONG_AGO,
            deadline=date(2027, 1, 1),
        )
        html = signed_in(merged.sector.manager).get(merged.url(as_of="2025-07-14")).content.decode()
        assert f"{reverse('coverage:target', args=[old.uid])}?as_of=2025-07-14" in html

    def test_a_closed_target_is_dated_by_its_last_day(self, merged: Board) -> None:
        Target.objects.update(closed_on=date(2025, 7, 31), frozen_on=date(2025, 7, 31), deadline=today())
        html = signed_in(merged.sector.manager).get(merged.url()).content.decode()
        assert 'value="2025-07-31"' in html
        assert 'name="structure"' in html


class TestPeopleOfAUnitItself:
    def test_own_staff_only(self, board: Board) -> None:
        s = board.sector
        own = text_of(signed_in(s.xa_manager).get(board.url("people", unit="xa", own="1")))
        assert s.xa_manager.full_name in own
        assert s.teacher.full_name not in own

    def test_those_enrolled_are_not_counted_again(self, board: Board) -> None:
        s = board.sector
        person(s.school)
        html = signed_in(s.xa_manager).get(board.url("people", unit="th")).content.decode()
        assert "Ghi danh cả 1 người chưa ghi danh" in html
        assert html.count('name="people"') == 1

    def test_who_did_not_complete_a_class_that_is_over_may_be_enrolled_again(self, board: Board) -> None:
        s = board.sector
        training.close_run(by=s.xa_manager, run=s.run)
        client = signed_in(s.manager)
        free = text_of(client.get(board.url("people", unit="th", state="unenrolled")))
        assert s.teacher.full_name in free
        assert "lớp trước chưa xong" in free
        learning = text_of(client.get(board.url("people", unit="th", state="learning")))
        assert s.teacher.full_name not in learning

    def test_classes_of_others_are_named_with_who_runs_them(self, board: Board) -> None:
        s = board.sector
        lower = person(s.school, "training_manager")
        page = signed_in(lower).get(board.url("people", unit="th"))
        words = text_of(page)
        assert "Lớp 1" in words
        assert s.xa_manager.full_name in words
        assert f"mailto:{s.xa_manager.email}" in page.content.decode()
