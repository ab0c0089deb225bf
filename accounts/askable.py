"""Whom a person may ask who was refused: the administrators nearest to the unit that it is about."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import F

from accounts.errors import NotAllowed, Refusal
from accounts.models import OrgUnit, Role, RoleGrant, User
from accounts.querysets import on_day

MOST = 3


@dataclass(frozen=True, slots=True)
class Askable:
    """Names of administrators, and the unit where they have that role."""

    names: tuple[str, ...]
    unit: str


def whom_to_ask(user: User, refusal: Refusal) -> Askable | None:
    """None where the refusal is of no unit, nobody administers it, or who asks is not signed in."""
    unit = refusal.unit if isinstance(refusal, NotAllowed) else None
    if not isinstance(unit, OrgUnit | int) or not user.is_authenticated:
        return None
    grants = RoleGrant.objects.filter(
        on_day(),
        on_day(None, "unit__below__"),
        unit__below__descendant=unit,
        role=Role.UNIT_ADMINISTRATOR,
        user__is_active=True,
    )
    others = grants.exclude(user=user).annotate(depth=F("unit__below__depth")).order_by("depth", "user__pk")
    found = list(others.select_related("user")[:MOST])
    if not found:
        return None
    near = [grant for grant in found if grant.unit_id == found[0].unit_id]
    unit_named = OrgUnit.objects.named().get(pk=near[0].unit_id)
    return Askable(tuple(grant.user.full_name for grant in near), str(unit_named))
