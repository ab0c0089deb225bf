"""Coverage follows completions, memberships and the tree in the transaction of the change."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.dispatch import receiver

from accounts.models import UnitAncestry
from accounts.signals import day_turned, membership_changed, units_changed
from courses.coverage.actions import move_stored_people, recompute_people, recompute_units, turn_day
from courses.coverage.models import Target
from courses.training.signals import completion_recorded


@receiver(completion_recorded, dispatch_uid="coverage.completion_recorded")
def count_completions(user_ids: list[int], course_id: int, **_more: Any) -> None:
    recompute_people(user_ids=user_ids, course_id=course_id)


@receiver(membership_changed, dispatch_uid="coverage.membership_changed")
def count_members(unit_ids: list[int], **_more: Any) -> None:
    recompute_units(unit_ids=unit_ids)


@receiver(units_changed, dispatch_uid="coverage.units_changed")
def count_moved_units(unit_ids: list[int], **_more: Any) -> None:
    """A unit that moves takes all below it into, or out of, the reach of targets."""
    if not Target.objects.exists():
        return
    move_stored_people()
    below = UnitAncestry.objects.filter(ancestor__in=unit_ids).values_list("descendant_id", flat=True)
    recompute_units(unit_ids=set(below) | set(unit_ids))


@receiver(day_turned, dispatch_uid="coverage.day_turned")
def count_new_day(day: date, **_more: Any) -> None:
    """Memberships, units and revocations that begin or end on the day; one call for each day missed."""
    turn_day(day=day)
