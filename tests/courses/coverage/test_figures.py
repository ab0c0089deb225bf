"""Counting: who is in a population on a day, whose completion counts, and the tree of then and now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test.utils import CaptureQueriesContext

from accounts import actions as people
from accounts.days import today
from accounts.errors import NotAllowed, Refusal
from accounts.models import OrgUnit, User
from courses.coverage import actions
from courses.coverage.figures import Figure, Measure, by_kind, by_unit, sum_states
from courses.coverage.models import CoverageState, Target
from courses.coverage.people import members
from courses.coverage.report import make_report
from courses.training.actions import revoke_completion
from courses.training.models import Completion, Course
from tests.factories import (
    LONG_AGO,
    CompletionFactory,
    CourseFactory,
    MembershipFactory,
    OrgUnitFactory,
    UserFactory,
    person,
)

pytestmark = pytest.mark.django_db
MERGER = date(2025, 7, 1)


@dataclass
class World:
    so: OrgUnit
    phong: OrgUnit
    xa: OrgUnit
    school: OrgUnit
    thpt: OrgUnit
    course: Course

    def target(self, **fields: object) -> Target:
        facts: dict = {
            "unit": self.so,
            "course": self.course,
            "name": "70 % đạt chuẩn",
            "percent": 70,
            "first_day": LONG_AGO,
            "deadline": date(2027, 5, 31),
        }
        return actions.create_target(by=None, **{**facts, **fields})

    def staff(self, unit: OrgUnit, count: int, trained: int = 0, **fields: object) -> list[User]:
        found = []
        for n in range(count):
            user = UserFactory()
            MembershipFactory(user=user, unit=unit, **fields)
            if n < trained:
                CompletionFactory(user=user, course=self.course, on=date(2024, 5, 1))
            found.append(user)
        return found


@pytest.fixture
def world(db: None) -> World:
    """A district office gives way to a commune on 1-7-2025; its school moves over."""
    so = OrgUnitFactory(code="so", name="Sở GD&ĐT", kind="so", parent=None)
    phong = OrgUnitFactory(code="phong", name="Phòng GD&ĐT Tiên Lữ", kind="phong_gddt", parent=so)
    school = OrgUnitFactory(code="th", name="Tiểu học Tiên Lữ", parent=phong)
    thpt = OrgUnitFactory(code="thpt", name="THPT Tiên Lữ", kind="thpt", parent=so)
    xa = OrgUnitFactory(code="xa", name="Xã Tiên Lữ", kind="xa", parent=so, on=MERGER)
    return World(so, phong, xa, school, thpt, CourseFactory(unit=so))


def merge(world: World) -> None:
    people.move_unit(by=None, unit=world.school, parent=world.xa, on=MERGER)
    people.close_unit(by=None, unit=world.phong, on=MERGER, successors=[world.xa])


def figures(target: Target, day: date | None = None, structure: str = "then") -> dict[str, tuple[int, int]]:
    found = by_unit(Measure.of_target(target), day or today(), structure)  # type: ignore[arg-type]
    codes = dict(OrgUnit.objects.values_list("pk", "code"))
    return {codes[pk]: (f.people, f.trained) for pk, f in found.items() if f.people}


def test_population_is_the_primary_members_of_the_day(world: World) -> None:
    world.staff(world.school, 3, trained=1)
    guest = world.staff(world.thpt, 1)[0]
    MembershipFactory(user=guest, unit=world.school, primary=False)
    world.staff(world.school, 1, until=date(2020, 1, 1))
    UserFactory()
    assert figures(world.target()) == {"th": (3, 1), "thpt": (1, 0)}


def test_positions_and_levels_narrow_the_population(world: World) -> None:
    world.staff(world.school, 2, position="principal", level="th")
    world.staff(world.school, 3, trained=2, level="th")
    world.staff(world.thpt, 4, level="thpt")
    assert figures(world.target(positions=["teacher"])) == {"th": (3, 2), "thpt": (4, 0)}
    assert figures(world.target(levels=["th"])) == {"th": (5, 2)}
    assert figures(world.target(positions=["principal"], levels=["thpt"])) == {}


def test_population_ends_at_the_targets_unit(world: World) -> None:
    world.staff(world.school, 2)
    world.staff(world.thpt, 3)
    assert figures(world.target(unit=world.phong)) == {"th": (2, 0)}


def test_completions_count_from_the_first_day_until_revoked(world: World) -> None:
    users = world.staff(world.school, 3, trained=3)
    early, revoked = (Completion.objects.get(user=u) for u in users[:2])
    Completion.objects.filter(pk=early.pk).update(on=date(2020, 1, 1))
    target = world.target(first_day=date(2024, 1, 1))
    assert figures(target) == {"th": (3, 2)}
    revoke_completion(by=None, completion=revoked)
    assert figures(target) == {"th": (3, 1)}
    assert figures(target, today() - timedelta(days=1)) == {"th": (3, 2)}


def test_trained_in_two_classes_counts_once(world: World) -> None:
    user = world.staff(world.school, 1, trained=1)[0]
    enrolment = Completion.objects.get().enrolment
    run = enrolment.run
    run.pk, run.uid, run._state.adding = None, "00000000-0000-4000-8000-000000000001", True
    run.save()
    second = type(enrolment).objects.create(run=run, user=user)
    Completion.objects.create(enrolment=second, user=user, course=world.course, on=date(2025, 1, 1))
    assert figures(world.target()) == {"th": (1, 1)}


def test_another_course_does_not_count(world: World) -> None:
    user = world.staff(world.school, 1)[0]
    CompletionFactory(user=user, course=CourseFactory(unit=world.so))
    assert figures(world.target()) == {"th": (1, 0)}


def test_past_day_in_the_structure_of_then(world: World) -> None:
    world.staff(world.school, 4, trained=2)
    world.staff(world.phong, 2, trained=1)
    merge(world)
    target = world.target()
    before = MERGER - timedelta(days=1)
    report = make_report(Measure.of_target(target), world.so, before, "then")
    assert [(r.code, r.people, r.trained) for r in report.rows] == [("phong", 6, 3)]
    assert report.rows[0].name == "Phòng GD&ĐT Tiên Lữ"
    report = make_report(Measure.of_target(target), world.so, today(), "then")
    assert [(r.code, r.people, r.trained) for r in report.rows] == [("xa", 4, 2)]


def test_past_day_in_todays_structure_places_people_of_closed_units(world: World) -> None:
    world.staff(world.school, 4, trained=2)
    to_thpt, stays_out = world.staff(world.phong, 2, trained=2)
    del stays_out
    merge(world)
    MembershipFactory(user=to_thpt, unit=world.thpt, on=MERGER)
    target = world.target()
    before = MERGER - timedelta(days=1)
    # one went to the THPT, her next primary unit; the other stands at the successor, the commune
    assert figures(target, before, "now") == {"th": (4, 2), "thpt": (1, 1), "xa": (1, 1)}
    report = make_report(Measure.of_target(target), world.so, before, "now")
    assert {r.code: (r.people, r.trained) for r in report.rows} == {"xa": (5, 3), "thpt": (1, 1)}
    commune = make_report(Measure.of_target(target), world.xa, before, "now")
    assert [(r.code, r.people, r.own) for r in commune.rows] == [("xa", 1, True), ("th", 4, False)]
    assert (commune.total.people, commune.total.trained) == (5, 3)


def test_report_sums_children_own_staff_and_all(world: World) -> None:
    world.staff(world.school, 3, trained=1)
    world.staff(world.thpt, 2, trained=2)
    world.staff(world.so, 1)
    report = make_report(Measure.of_target(world.target()), world.so, today())
    rows = {(r.code, r.own): (r.people, r.trained, r.missing, r.short) for r in report.rows}
    assert rows == {
        ("so", True): (1, 0, 1, 1),
        ("phong", False): (3, 1, 2, 2),
        ("thpt", False): (2, 2, 0, 0),
    }
    assert (report.total.people, report.total.trained, report.total.percent) == (6, 3, 50.0)
    assert report.total.short == 2
    assert [r.code for r in report.rows] == ["so", "phong", "thpt"]


def test_by_kind(world: World) -> None:
    world.staff(world.school, 3, trained=1)
    world.staff(world.thpt, 2, trained=2)
    stored = by_unit(Measure.of_target(world.target()), today(), "then")
    assert by_kind(stored, today()) == {"tieu_hoc": Figure(3, 1), "thpt": Figure(2, 2)}


def test_short_of_a_goal_is_exact() -> None:
    assert Figure(17603, 8266).short_of(Decimal(70)) == 4057
    assert Figure(1000, 0).short_of(Decimal("16.1")) == 161
    assert Figure(54, 2).short_of(Decimal(70)) == 36
    assert Figure(10, 9).short_of(Decimal(70)) == 0
    assert Figure(0, 0).short_of(Decimal(70)) == 0
    assert Figure(5, 1).short_of(None) is None
    assert Figure().percent is None


def test_states_follow_moves_of_people_and_units(world: World) -> None:
    users = world.staff(world.school, 3, trained=1)
    target = world.target()
    people.move_person(by=None, user=users[0], unit=world.thpt, on=today())
    assert figures(target) == {"th": (2, 0), "thpt": (1, 1)}
    merge(world)
    sums = sum_states(target.pk, world.so.pk)
    assert sums[world.xa.pk] == Figure(2, 0)
    assert sums[world.so.pk] == Figure(3, 1)
    assert world.phong.pk not in sums


def test_unit_that_moves_below_a_targets_unit_is_counted(world: World) -> None:
    world.staff(world.thpt, 2, trained=1)
    target = world.target(unit=world.xa)
    assert figures(target) == {}
    people.move_unit(by=None, unit=world.thpt, parent=world.xa, on=today())
    assert figures(target) == {"thpt": (2, 1)}
    people.move_unit(by=None, unit=world.thpt, parent=world.so, on=today())
    assert figures(target) == {}


def test_recompute_heals_a_wrong_row_and_is_idempotent(world: World) -> None:
    world.staff(world.school, 3, trained=1)
    target = world.target()
    CoverageState.objects.update(people=99, trained=50)
    for _twice in range(2):
        actions.recompute_target(target=target)
        assert figures(target) == {"th": (3, 1)}


def test_turning_the_day_counts_what_begins_and_ends(world: World) -> None:
    world.staff(world.school, 2)
    leaver = world.staff(world.school, 1, until=today())
    del leaver
    MembershipFactory(unit=world.thpt, on=today())
    target = world.target()
    CoverageState.objects.all().delete()  # as they stood before anything of the day was seen
    CoverageState.objects.create(target=target, unit=world.school, people=3)
    for _twice in range(2):
        actions.turn_day(day=today())
        assert figures(target) == {"th": (2, 0), "thpt": (1, 0)}


def test_state_queries_do_not_grow_with_units(world: World, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    target = world.target()
    measure = Measure.of_target(target)
    for n in range(6):
        world.staff(OrgUnitFactory(code=f"t-{n}", parent=world.phong), 2, trained=n % 2)
    for unit in (world.so, world.phong):
        with django_assert_num_queries(2):
            report = make_report(measure, unit, today())
        assert report.total.people == 12


def test_recomputing_many_units_takes_the_same_queries(world: World) -> None:
    from django.db import connection

    counts = []
    target = world.target()
    for size in (2, 8):
        units = [OrgUnitFactory(code=f"n-{size}-{n}", parent=world.phong) for n in range(size)]
        for unit in units:
            world.staff(unit, 1)
        CoverageState.objects.all().delete()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            actions.recompute(target=target, unit_ids=[u.pk for u in units])
        counts.append(len(queries))
    assert counts[0] == counts[1]


class TestTargets:
    def test_bad_figures_and_days_are_refused(self, world: World) -> None:
        for fields, code in (
            ({"percent": 0}, "target_percent"),
            ({"percent": 100.5}, "target_percent"),
            ({"deadline": LONG_AGO - timedelta(days=1)}, "target_dates"),
            ({"name": "  "}, "title_missing"),
        ):
            with pytest.raises(Refusal) as refused:
                world.target(**fields)
            assert refused.value.code == code
        assert not Target.objects.exists()

    def test_course_of_a_sister_unit_is_refused(self, world: World) -> None:
        with pytest.raises(Refusal) as refused:
            world.target(unit=world.thpt, course=CourseFactory(unit=world.xa))
        assert refused.value.code == "target_course_elsewhere"

    def test_only_a_manager_of_the_unit_sets_and_edits(self, world: World) -> None:
        facts = {
            "name": "Chỉ tiêu",
            "percent": 80,
            "first_day": LONG_AGO,
            "deadline": date(2027, 5, 31),
        }
        outsider = person(world.xa, "training_manager")
        for nobody in (outsider, person(world.so, "unit_administrator"), person(world.so)):
            with pytest.raises(NotAllowed):
                actions.create_target(by=nobody, unit=world.so, course=world.course, **facts)
        manager = person(world.so, "training_manager")
        target = actions.create_target(by=manager, unit=world.so, course=world.course, **facts)
        with pytest.raises(NotAllowed):
            actions.edit_target(by=outsider, target=target, **facts)
        world.staff(world.school, 2, position="principal")
        actions.edit_target(by=manager, target=target, positions=["principal"], **facts)
        assert figures(target) == {"th": (2, 0)}

    def test_who_sees_a_target(self, world: World) -> None:
        target = world.target(unit=world.phong)
        seen = {
            "above": person(world.so, "training_manager"),
            "at": person(world.phong, "unit_administrator"),
            "below": person(world.school, "unit_administrator"),
            "sister": person(world.thpt, "training_manager"),
            "teacher": person(world.school),
        }
        found = {
            name
            for name, user in seen.items()
            if Target.objects.visible_to(user).filter(pk=target.pk).exists()
        }
        assert found == {"above", "at", "below"}


def test_a_row_counted_as_of_an_earlier_day_is_brought_up_to_today(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """History loaded under a clock set back: the target is counted before its completions' days."""
    done, _other = world.staff(world.school, 2)
    CompletionFactory(user=done, course=world.course, on=today() - timedelta(days=3))
    with monkeypatch.context() as earlier:
        then = today() - timedelta(days=30)
        earlier.setattr("courses.coverage.actions.counting.today", lambda: then)
        target = world.target()
    assert figures(target) == {"th": (2, 0)}
    assert actions.recompute_all() == 1
    assert figures(target) == {"th": (2, 1)}
    assert actions.recompute_all() == 0
    CoverageState.objects.update(trained=0)
    actions.turn_day(day=today())
    assert figures(target) == {"th": (2, 1)}
    report = make_report(Measure.of_target(target), world.school, today())
    listed = [row.trained for row in members(Measure.of_target(target), world.school.pk)]
    assert (report.total.trained, report.total.people) == (sum(listed), len(listed)) == (1, 2)
