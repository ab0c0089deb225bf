"""The targets of the demo: who is to have completed which course by when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from accounts.days import school_year_of, today
from accounts.models import OrgUnit, Position, User
from cms.demo import clock
from cms.demo.units import REFORM
from courses.coverage.actions import close_target, create_target
from courses.coverage.models import Target
from courses.training.models import Course


def goal(
    *,
    by: User,
    unit: OrgUnit,
    course: Course,
    name: str,
    percent: int,
    since: int,
    set_on: int,
    deadline: date | None = None,
    positions: Sequence[str] = (),
    levels: Sequence[str] = (),
) -> Target:
    """A target of this school year. ``since`` and ``set_on`` are days from today; the deadline is its end."""
    now, year = today(), school_year_of(today())
    with clock.on(now + timedelta(days=set_on)):
        return create_target(
            by=by,
            unit=unit,
            course=course,
            name=name.replace("{year}", f"năm học {year}–{year + 1}"),
            percent=Decimal(percent),
            first_day=now + timedelta(days=since),
            deadline=deadline or date(year + 1, 5, 31),
            positions=positions,
            levels=levels,
            school_year=year,
        )


def of_e_learning(by: User, unit: OrgUnit, course: Course, since: int) -> None:
    """Indicator 2.5, of everybody and of the teachers of two levels."""
    goal(
        by=by,
        unit=unit,
        course=course,
        name="Cán bộ, giáo viên, nhân viên biết làm bài giảng e‑Learning, {year}",
        percent=80,
        since=since,
        set_on=-38,
    )
    goal(
        by=by,
        unit=unit,
        course=course,
        name="Giáo viên tiểu học và THCS biết làm bài giảng e‑Learning, {year}",
        percent=60,
        since=since,
        set_on=-38,
        deadline=today() + timedelta(days=45),
        positions=[Position.TEACHER],
        levels=["th", "thcs"],
    )


def of_basics(by: User, unit: OrgUnit, ward: OrgUnit, course: Course, since: int) -> None:
    """Indicator 2.4, of the sector and of one ward; what was reached before is counted on."""
    goal(
        by=by,
        unit=unit,
        course=course,
        name="Đạt chuẩn kĩ năng công nghệ thông tin cơ bản, {year}",
        percent=90,
        since=since,
        set_on=-60,
    )
    goal(
        by=by,
        unit=ward,
        course=course,
        name="Phường Phố Hiến đạt chuẩn kĩ năng công nghệ thông tin cơ bản, {year}",
        percent=75,
        since=since,
        set_on=-30,
    )


def of_assessment(by: User, ward: OrgUnit, course: Course) -> None:
    goal(
        by=by,
        unit=ward,
        course=course,
        name="Giáo viên tiểu học trong phường học xong Thông tư 27/2020",
        percent=70,
        since=-15,
        set_on=-14,
        deadline=today() + timedelta(days=20),
        positions=[Position.TEACHER],
        levels=["th"],
    )


def of_earlier_years(by: User, unit: OrgUnit, course: Course, first_day: date) -> None:
    """Indicator 2.4 of the year before the reform and of last year: closed, with their results.

    The first is closed after the reform: until then its people can be asked for among the units of then.
    """
    last = school_year_of(today()) - 1
    before = REFORM.year - 1
    _closed(by, unit, course, before, percent=20, first_day=first_day, closed=REFORM + timedelta(days=30))
    if last > before:
        _closed(by, unit, course, last, percent=45, first_day=first_day, closed=date(last + 1, 6, 15))


def _closed(
    by: User, unit: OrgUnit, course: Course, year: int, *, percent: int, first_day: date, closed: date
) -> None:
    with clock.on(max(first_day, date(year, 9, 20))):
        target = create_target(
            by=by,
            unit=unit,
            course=course,
            name=f"Đạt chuẩn kĩ năng công nghệ thông tin cơ bản, năm học {year}–{year + 1}",
            percent=Decimal(percent),
            first_day=first_day,
            deadline=date(year + 1, 5, 31),
            school_year=year,
        )
    with clock.on(closed):
        close_target(by=by, target=target)
