"""Where a person of a past day stands in today's tree.

Her unit, while it is open; else her next primary unit still open; else the successor of her unit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from accounts.models import Membership, UnitAncestry, UnitSuccessor
from accounts.querysets import on_day


def placed_people(units: Mapping[int, int], day: date, now: date) -> dict[int, int]:
    """User id → unit id in the tree of ``now``, for people whose units of ``day`` have closed since.

    People without any open unit to go to are left out. People are asked for in thousands.
    """
    if not units:
        return {}
    open_now = set(UnitAncestry.objects.filter(on_day(now), depth=0).values_list("descendant_id", flat=True))
    placed: dict[int, int] = {}
    users = list(units)
    for start in range(0, len(users), 1000):
        later = Membership.objects.filter(
            primary=True, valid_from__gt=day, user__in=users[start : start + 1000]
        ).order_by("valid_from")
        for user, unit in later.values_list("user_id", "unit_id"):
            if unit in open_now:
                placed.setdefault(user, unit)
    heirs: dict[int, list[int]] = {}
    for old, new in UnitSuccessor.objects.order_by("on", "pk").values_list("old_id", "new_id"):
        heirs.setdefault(old, []).append(new)
    for user, unit in units.items():
        if user not in placed:
            heir = open_heir(unit, heirs, open_now)
            if heir is not None:
                placed[user] = heir
    return placed


def open_heir(unit: int, heirs: Mapping[int, list[int]], open_now: set[int]) -> int | None:
    """The nearest successor that is open, the first named first; None where the line ends."""
    level, seen = [unit], {unit}
    while level:
        following: list[int] = []
        for closed in level:
            for heir in heirs.get(closed, []):
                if heir in open_now:
                    return heir
                if heir not in seen:
                    seen.add(heir)
                    following.append(heir)
        level = following
    return None
