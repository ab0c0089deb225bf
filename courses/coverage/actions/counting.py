"""Keeping the state rows of targets.

A state row is recomputed, never incremented: rows are locked first, in order of target and unit,
and counted in a later statement, so that of two completions at one school the second counts both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.days import today
from accounts.models import Membership, UnitAncestry
from accounts.querysets import on_day
from courses.coverage.figures import Figure, Measure, count_units, people_of
from courses.coverage.models import CoverageState, Target, TargetPerson
from courses.coverage.placing import placed_people
from courses.training.models import Completion

CHUNK = 500


def _chunks(ids: Collection[int]) -> Iterable[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


@transaction.atomic
def recompute(*, target: Target, unit_ids: Collection[int]) -> None:
    """Counts today's population and completions of some units of a target anew."""
    measure, day = Measure.of_target(target), today()
    people = people_of(measure, day)
    for units in _chunks(unit_ids):
        states = _locked_states(target.pk, units)
        counted = count_units(measure, day, people.filter(unit__in=units))  # after the lock, on purpose
        _write(states, counted)


def _locked_states(target_id: int, units: Sequence[int]) -> list[CoverageState]:
    CoverageState.objects.bulk_create(
        [CoverageState(target_id=target_id, unit_id=unit) for unit in units], ignore_conflicts=True
    )
    return list(
        CoverageState.objects.filter(target=target_id, unit__in=units)
        .order_by("target_id", "unit_id")
        .select_for_update()
    )


def _write(states: Iterable[CoverageState], counted: dict[int, Figure]) -> None:
    changed = []
    for state in states:
        figure = counted.get(state.unit_id, Figure())
        if (state.people, state.trained) != (figure.people, figure.trained):
            state.people, state.trained = figure.people, figure.trained
            state.computed_at = timezone.now()
            changed.append(state)
    CoverageState.objects.bulk_update(changed, ["people", "trained", "computed_at"], batch_size=CHUNK)


@transaction.atomic
def recompute_target(*, target: Target) -> None:
    """Counts all units of a target anew: those that employ people today, and those that once did."""
    below = UnitAncestry.objects.filter(on_day(), ancestor=target.unit_id).values("descendant")
    employing = people_of(Measure.of_target(target), today()).filter(unit__in=below)
    units = set(employing.values_list("unit_id", flat=True).distinct())
    units |= set(CoverageState.objects.filter(target=target).values_list("unit_id", flat=True))
    recompute(target=target, unit_ids=units)


def recompute_stale(*, target: Target) -> int:
    """Counts anew the units whose stored figures are not today's; says how many there were.

    A row counted as of an earlier day (history loaded afterwards, a clock set back) does not know
    completions dated after that day: nothing announces them again. One aggregate finds such rows.
    """
    measure, day = Measure.of_target(target), today()
    below = UnitAncestry.objects.filter(on_day(), ancestor=target.unit_id).values("descendant")
    counted = count_units(measure, day, people_of(measure, day).filter(unit__in=below))
    kept = {
        unit: Figure(people, trained)
        for unit, people, trained in CoverageState.objects.filter(target=target).values_list(
            "unit_id", "people", "trained"
        )
    }
    inside = set(below.values_list("descendant", flat=True))
    stale = {unit for unit in counted if kept.get(unit) != counted[unit]}
    stale |= {unit for unit in kept if unit in inside and kept[unit] != counted.get(unit, Figure())}
    if stale:
        recompute(target=target, unit_ids=stale)
    return len(stale)


def recompute_all() -> int:
    """Brings the stored figures of every target to today's; says how many rows were not."""
    return sum(recompute_stale(target=target) for target in Target.objects.order_by("pk"))


@transaction.atomic
def recompute_units(*, unit_ids: Collection[int], course_id: int | None = None) -> None:
    """Counts some units anew for every target whose unit stands at or above them (or of one course)."""
    pairs = _targets_above(unit_ids, course_id)
    targets = Target.objects.in_bulk(list(pairs))
    for target_id in sorted(targets):
        recompute(target=targets[target_id], unit_ids=pairs[target_id])


def _targets_above(unit_ids: Collection[int], course_id: int | None) -> dict[int, set[int]]:
    pairs: dict[int, set[int]] = defaultdict(set)
    chosen = Target.objects.all() if course_id is None else Target.objects.filter(course=course_id)
    holders: dict[int, list[int]] = defaultdict(list)
    for target_id, unit_id in chosen.values_list("pk", "unit_id"):
        holders[unit_id].append(target_id)
    if not holders:
        return {}
    for units in _chunks(unit_ids):
        rows = UnitAncestry.objects.filter(
            on_day(), descendant__in=units, ancestor__in=chosen.values("unit")
        ).values_list("ancestor_id", "descendant_id")
        for ancestor, descendant in rows:
            for target_id in holders[ancestor]:
                pairs[target_id].add(descendant)
        # Units that closed have no ancestors today; their old rows are counted down to what is left.
        gone = CoverageState.objects.filter(target__in=chosen, unit__in=units)
        for target_id, unit_id in gone.values_list("target_id", "unit_id"):
            pairs[target_id].add(unit_id)
    return pairs


@transaction.atomic
def move_stored_people() -> None:
    """People of frozen populations whose unit has closed stand where today's tree puts them."""
    open_now = UnitAncestry.objects.filter(on_day(), depth=0).values("descendant")
    for target in Target.objects.exclude(frozen_on=None).order_by("pk"):
        rows = {row.user_id: row for row in target.people.exclude(unit__in=open_now)}
        if not rows or target.frozen_on is None:
            continue
        units = {user: row.unit_id for user, row in rows.items()}
        for user, unit in placed_people(units, target.frozen_on, today()).items():
            rows[user].unit_id = unit
        TargetPerson.objects.bulk_update(rows.values(), ["unit"], batch_size=CHUNK)
        recompute_target(target=target)


@transaction.atomic
def recompute_people(*, user_ids: Collection[int], course_id: int) -> None:
    """Counts anew the units in which some people work today, for the targets of a course."""
    if not Target.objects.filter(course=course_id).exists():
        return
    units: set[int] = set()
    for users in _chunks(user_ids):
        rows = Membership.objects.primary_on(today()).filter(user__in=users)
        units |= set(rows.values_list("unit_id", flat=True))
        stored = TargetPerson.objects.filter(user__in=users, target__course=course_id)
        units |= set(stored.values_list("unit_id", flat=True))
    recompute_units(unit_ids=units, course_id=course_id)


@transaction.atomic
def turn_day(*, day: date, since: date | None = None) -> None:
    """Counts anew what begins or ends after ``since`` up to ``day``: the work of a nightly task.

    Safe to run twice; after an outage one call covers the days missed. The present day also
    brings every row that is not of today up to it.
    """
    since = since or day
    began = Q(valid_from__gte=since, valid_from__lte=day) | Q(valid_to__gte=since, valid_to__lte=day)
    units = set(Membership.objects.filter(began).values_list("unit_id", flat=True))
    units |= set(UnitAncestry.objects.filter(began).values_list("descendant_id", flat=True))
    recompute_units(unit_ids=units)
    revoked = Completion.objects.filter(revoked_on__gte=since, revoked_on__lte=day)
    by_course: dict[int, set[int]] = defaultdict(set)
    for course_id, user_id in revoked.values_list("course_id", "user_id"):
        by_course[course_id].add(user_id)
    for course_id in sorted(by_course):
        recompute_people(user_ids=by_course[course_id], course_id=course_id)
    if day == today():
        move_stored_people()
        recompute_all()
