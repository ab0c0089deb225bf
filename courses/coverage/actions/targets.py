"""Setting targets, fixing their populations, closing them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.days import school_year_of, today
from accounts.errors import Refusal
from accounts.models import OrgUnit, UnitAncestry, User
from accounts.permissions import require
from accounts.querysets import on_day
from accounts.text import nfc
from courses.coverage.actions.counting import recompute_target
from courses.coverage.figures import Measure, Population
from courses.coverage.models import Target, TargetPerson
from courses.training.models import Course

BATCH = 2000


def _check(name: str, percent: float, first_day: date, deadline: date) -> str:
    name = nfc(name).strip()[:250]
    if not name:
        raise Refusal("title_missing", _("Give it a name."))
    if not 1 <= percent <= 100:
        raise Refusal("target_percent", _("The percentage lies between 1 and 100."))
    if first_day > deadline:
        raise Refusal("target_dates", _("The deadline lies before the first day that counts."))
    return name


def _check_course(course: Course, unit: OrgUnit) -> None:
    above = UnitAncestry.objects.filter(on_day(), descendant=unit.pk, ancestor=course.unit_id)
    below = UnitAncestry.objects.filter(on_day(), ancestor=unit.pk, descendant=course.unit_id)
    if not (above.exists() or below.exists()):
        raise Refusal(
            "target_course_elsewhere", _("Choose a course of the unit, of one above it or of one below it.")
        )


@transaction.atomic
def create_target(
    *,
    by: User | None,
    unit: OrgUnit,
    course: Course,
    name: str,
    percent: float,
    first_day: date,
    deadline: date,
    positions: Sequence[str] = (),
    levels: Sequence[str] = (),
    school_year: int | None = None,
) -> Target:
    """A share of a unit's people that is to complete a course by a day; counted at once."""
    if by is not None:
        require(by, "target.manage", unit.pk)
    name = _check(name, float(percent), first_day, deadline)
    _check_course(course, unit)
    target = Target.objects.create(
        name=name,
        unit=unit,
        course=course,
        positions=list(positions),
        levels=list(levels),
        percent=percent,
        first_day=first_day,
        deadline=deadline,
        school_year=school_year or school_year_of(deadline),
        created_by=by or course.owner,
    )
    recompute_target(target=target)
    return target


@transaction.atomic
def edit_target(
    *,
    by: User | None,
    target: Target,
    name: str,
    percent: float,
    first_day: date,
    deadline: date,
    positions: Sequence[str] = (),
    levels: Sequence[str] = (),
    school_year: int | None = None,
) -> None:
    """Changes what a target asks; its course and unit stay. Counted anew."""
    target = _locked(by, target)
    if target.closed_on:
        raise Refusal("target_closed", _("The target is closed. Open it again to change it."))
    if target.frozen_on and (set(positions), set(levels)) != (set(target.positions), set(target.levels)):
        raise Refusal(
            "target_frozen", _("The population is fixed. Let it follow the staff again to change who counts.")
        )
    target.school_year = school_year or target.school_year
    target.name = _check(name, float(percent), first_day, deadline)
    target.percent, target.first_day, target.deadline = percent, first_day, deadline  # type: ignore[assignment]
    target.positions, target.levels = list(positions), list(levels)
    target.save()
    recompute_target(target=target)


def _locked(by: User | None, target: Target) -> Target:
    if by is not None:
        require(by, "target.manage", target.unit_id)
    return Target.objects.select_for_update().get(pk=target.pk)


@transaction.atomic
def freeze_target(*, by: User | None, target: Target) -> int:
    """Stores who counts today: from now on nobody joins or leaves. Returns how many people."""
    target = _locked(by, target)
    if target.frozen_on:
        raise Refusal("target_frozen_before", _("The population is fixed already."))
    return _store_people(target)


def _store_people(target: Target) -> int:
    found = Population(Measure.of_target(target), today(), "now", target.unit_id).rows
    rows = found.values_list("user_id", "unit_id", "position", "level")
    TargetPerson.objects.bulk_create(
        (
            TargetPerson(target=target, user_id=user, unit_id=unit, position=position, level=level)
            for user, unit, position, level in rows.iterator(BATCH)
        ),
        batch_size=BATCH,
    )
    target.frozen_on = today()
    target.save(update_fields=["frozen_on"])
    recompute_target(target=target)
    return target.people.count()


@transaction.atomic
def thaw_target(*, by: User | None, target: Target) -> None:
    """The population follows who works where again."""
    target = _locked(by, target)
    if target.closed_on:
        raise Refusal("target_closed", _("The target is closed. Open it again to change it."))
    target.people.all().delete()
    target.frozen_on = None
    target.save(update_fields=["frozen_on"])
    recompute_target(target=target)


@transaction.atomic
def close_target(*, by: User | None, target: Target) -> None:
    """Keeps the result of today: neither later completions nor changes of staff alter it."""
    target = _locked(by, target)
    if target.closed_on:
        raise Refusal("target_closed_before", _("The target is closed already."))
    if not target.frozen_on:
        _store_people(target)
    target.closed_on = today()
    target.save(update_fields=["closed_on"])
    recompute_target(target=target)


@transaction.atomic
def reopen_target(*, by: User | None, target: Target) -> None:
    """Completions count again; the population stays fixed until it is thawed."""
    target = _locked(by, target)
    target.closed_on = None
    target.save(update_fields=["closed_on"])
    recompute_target(target=target)


@transaction.atomic
def delete_target(*, by: User | None, target: Target) -> None:
    """Takes a target away. Nothing that people learnt is touched."""
    _locked(by, target).delete()


@transaction.atomic
def copy_target(*, by: User, target: Target, school_year: int | None = None) -> Target:
    """The same target for another school year (this one by default): dates and years move along."""
    require(by, "target.manage", target.unit_id)
    year = school_year or school_year_of(today())
    steps = year - target.school_year
    if steps == 0:
        raise Refusal("target_same_year", _("The target is of this school year already."))
    name = _years_moved(target.name, steps)
    twin = Target.objects.filter(unit=target.unit_id, course=target.course_id, school_year=year)
    if twin.filter(name=name).exists():
        raise Refusal(
            "target_copied_before", _("This school year has a target “%(name)s” already."), name=name
        )
    return create_target(
        by=by,
        unit=target.unit,
        course=target.course,
        name=name,
        percent=target.percent,  # type: ignore[arg-type]
        first_day=_moved(target.first_day, steps),
        deadline=_moved(target.deadline, steps),
        positions=target.positions,
        levels=target.levels,
        school_year=year,
    )


def _years_moved(name: str, steps: int) -> str:
    """Years written in a name move along: “2025–2026” becomes “2026–2027”."""
    return re.sub(r"\b20\d\d\b", lambda found: str(int(found[0]) + steps), name)


def _moved(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
