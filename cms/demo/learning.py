"""One course, a class that has ended, one that runs, and two targets; all by the real actions."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

from accounts.days import school_year_of, today
from accounts.models import OrgUnit, Position, UnitKind, User
from cms.demo import clock
from cms.demo.people import People
from cms.demo.resources import DESIGN, PACKAGING, REQUIREMENTS
from cms.demo.study import Work, open_file, work_through
from cms.demo.units import ROOT
from courses.coverage.actions import create_target, recompute_all
from courses.training import actions
from courses.training.models import Course, CourseRun, Enrolment, RunPin
from repository.models import LearningResource

COURSE = "Thiết kế bài giảng e‑Learning theo chuẩn SCORM"
_SUMMARY = (
    "Từ mục tiêu bài học đến gói SCORM chạy được trên điện thoại: thiết kế, đóng gói, tự kiểm tra. "
    "Học trực tuyến theo nhịp của từng người, khoảng 5 giờ."
)
# Share of each kind's people who finished the class of the past: indicator 2.5 of 2016-2017, those
# trained in making e-Learning lessons.
_TRAINED = {
    UnitKind.MAM_NON: 0.124,
    UnitKind.TIEU_HOC: 0.224,
    UnitKind.THCS: 0.301,
    UnitKind.THPT: 0.7,
    UnitKind.LIEN_CAP: 0.0,
    UnitKind.GDTX: 0.438,
    UnitKind.XA: 0.23,
    UnitKind.PHUONG: 0.23,
    UnitKind.SO: 0.037,
}
# How far the people of the running class are, in turns: activities done, and pages of the next lesson.
_PROGRESS = ((1, 0), (0, 2), (2, 2), (0, 0), (0, 4), (1, 0), (2, 0), (0, 3), (3, 0), (0, 0))
_RUNNING_SCHOOLS = (
    "thcs-le-loi",
    "th-bao-khe",
    "th-nguyen-hue",
    "th-lam-son",
    "thcs-nguyen-quoc-an",
    "thcs-lam-son",
    "mn-hien-nam",
    "th-ban-yen-nhan",
    "thcs-ban-yen-nhan",
    "thcs-thi-tran-vuong",
    "thpt-hung-yen",
)


@dataclass(frozen=True)
class Days:
    """The days of the demo's learning, counted back from today."""

    course: date
    past: tuple[date, date]
    running: tuple[date, date]

    @classmethod
    def from_today(cls, day: date) -> Days:
        def at(days: int) -> date:
            return day + timedelta(days=days)

        return cls(at(-140), (at(-128), at(-100)), (at(-18), at(40)))


def load(
    units: dict[str, OrgUnit],
    people: People,
    resources: dict[str, LearningResource],
    *,
    say: Callable[[str], object],
) -> Course:
    """The course with its classes and targets."""
    manager = people.by_username["quanly"]
    days = Days.from_today(today())
    with clock.on(days.course):
        course = _course(manager, units[ROOT], resources)
    past = _past_class(manager, course, units, people, days)
    say(f"  {past.enrolments.filter(completion__isnull=False).count()} people finished the past class")
    running = _running_class(manager, course, units, people, days)
    say(f"  {running.enrolments.count()} people in the running class")
    _targets(manager, course, units[ROOT], days)
    # The targets were counted as of the day they were set; the running class went on after it.
    recompute_all()
    return course


def _course(manager: User, unit: OrgUnit, resources: dict[str, LearningResource]) -> Course:
    course = actions.create_course(by=manager, unit=unit, title=COURSE, summary=_SUMMARY, periods=15)
    design = actions.add_section(by=manager, course=course, title="Thiết kế")
    actions.add_activity(by=manager, section=design, resource=resources[DESIGN])
    actions.add_activity(
        by=manager, section=design, resource=resources[REQUIREMENTS], title="Đọc: yêu cầu kĩ thuật"
    )
    packing = actions.add_section(by=manager, course=course, title="Đóng gói và tự kiểm tra")
    actions.add_activity(by=manager, section=packing, resource=resources[PACKAGING])
    actions.open_course(by=manager, course=course)
    return course


def _open_class(
    manager: User, course: Course, unit: OrgUnit, days: tuple[date, date], users: list[User]
) -> CourseRun:
    first, last = days
    # Summer training belongs to the school year that follows it: both classes count for the present one.
    year = school_year_of(today())
    with clock.on(first - timedelta(days=6)):
        run = actions.create_run(
            by=manager,
            course=course,
            unit=unit,
            name=f"Lớp bồi dưỡng tháng {first.month}/{first.year}",
            opens_on=first,
            closes_on=last,
            school_year=year,
        )
        actions.set_instructors(by=manager, run=run, users=[manager], lead=manager)
        actions.enrol(by=manager, run=run, users=users)
        actions.open_run(by=manager, run=run)
    run.refresh_from_db()
    return run


def _pins(run: CourseRun) -> list[RunPin]:
    rows = RunPin.objects.filter(run=run).select_related("activity__resource", "version", "run")
    return list(rows.order_by("activity__section__position", "activity__position"))


def _finishers(units: dict[str, OrgUnit], people: People) -> list[User]:
    """Of each kind of unit the share that was trained, taken evenly over its units."""
    kinds = dict(OrgUnit.objects.named().filter(code__in=units).values_list("code", "kind"))
    of_kind: dict[str, list[User]] = {}
    for code in sorted(units):
        of_kind.setdefault(kinds[code] or "", []).extend(people.of_unit.get(code, []))
    chosen = []
    for kind, users in of_kind.items():
        named = [user for user in users if user.username not in {"hocvien", "gv", "gv2", "quanly"}]
        share = _TRAINED.get(UnitKind(kind), 0) if kind else 0
        count = round(share * len(users) / 8) if len(users) > 40 else round(share * len(users))
        chosen += [named[i * len(named) // count] for i in range(min(count, len(named)))]
    return chosen


def _past_class(
    manager: User, course: Course, units: dict[str, OrgUnit], people: People, days: Days
) -> CourseRun:
    finishers = _finishers(units, people)
    others = [u for code in sorted(units) for u in people.of_unit.get(code, [])[2:3] if u not in finishers]
    dropouts = [user for user in others if user.username not in {"hocvien", "gv", "gv2"}][:12]
    run = _open_class(manager, course, units[ROOT], days.past, finishers + dropouts)
    pins = _pins(run)
    dice = random.Random(83)  # noqa: S311 - the same marks every time
    enrolled = {e.user_id: e for e in Enrolment.objects.filter(run=run).select_related("run")}
    span = (days.past[1] - days.past[0]).days
    for n, user in enumerate(finishers):
        day = days.past[0] + timedelta(days=1 + n % (span - 1))
        _learn(day, user, enrolled[user.pk], pins, activities=3, page=0, wrong=dice.choice((0, 0, 0, 1)))
    for n, user in enumerate(dropouts):
        _learn(days.past[0] + timedelta(days=3 + n), user, enrolled[user.pk], pins, activities=n % 3, page=2)
    with clock.on(days.past[1] + timedelta(days=1)):
        actions.close_run(by=manager, run=run)
    run.refresh_from_db()
    return run


def _running_class(
    manager: User, course: Course, units: dict[str, OrgUnit], people: People, days: Days
) -> CourseRun:
    finished = set(course.completions.values_list("user_id", flat=True))
    users = [
        user
        for code in _RUNNING_SCHOOLS
        for user in people.of_unit.get(code, [])[:6]
        if user.pk not in finished and user.username not in {"truong", "duyettruong"}
    ]
    run = _open_class(manager, course, units[ROOT], days.running, users)
    pins = _pins(run)
    enrolled = {e.user_id: e for e in Enrolment.objects.filter(run=run).select_related("run")}
    for n, user in enumerate(users):
        done, page = (0, 3) if user.username == "hocvien" else _PROGRESS[n % len(_PROGRESS)]
        day = days.running[0] + timedelta(days=1 + n % 15)
        _learn(day, user, enrolled[user.pk], pins, activities=done, page=page)
    return run


def _learn(
    day: date,
    user: User,
    enrolment: Enrolment,
    pins: list[RunPin],
    *,
    activities: int,
    page: int,
    wrong: int = 0,
) -> None:
    """On one evening: so many activities to their end, then ``page`` pages of the next one."""
    with clock.on(day, time(19, 30)) as evening:
        for n, pin in enumerate(pins[: activities + bool(page)]):
            if pin.activity.kind == pin.activity.Kind.RESOURCE:
                open_file(user=user, enrolment=enrolment, pin=pin)
            elif n < activities:
                work_through(evening, user=user, enrolment=enrolment, pin=pin, work=Work(wrong=wrong))
            else:
                work_through(evening, user=user, enrolment=enrolment, pin=pin, work=Work(page=page))


def _targets(manager: User, course: Course, unit: OrgUnit, days: Days) -> None:
    year, soon = school_year_of(today()), today() + timedelta(days=45)
    with clock.on(days.running[0] - timedelta(days=20)):
        create_target(
            by=manager,
            unit=unit,
            course=course,
            name=f"Cán bộ, giáo viên, nhân viên biết làm bài giảng e‑Learning, năm học {year}–{year + 1}",
            percent=Decimal(80),
            first_day=days.past[0],
            deadline=date(year + 1, 5, 31),
            school_year=year,
        )
        create_target(
            by=manager,
            unit=unit,
            course=course,
            name=f"Giáo viên tiểu học và THCS biết làm bài giảng e‑Learning, năm học {year}–{year + 1}",
            percent=Decimal(60),
            first_day=days.past[0],
            deadline=soon,
            positions=[Position.TEACHER],
            levels=["th", "thcs"],
            school_year=year,
        )
