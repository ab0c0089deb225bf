"""Leaving a place of work, moving to another, taking back a move that has not begun; roles follow."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions.people import add_membership
from accounts.actions.roles import give_teacher_role
from accounts.days import today
from accounts.errors import Refusal
from accounts.models import Membership, OrgUnit, Role, RoleGrant, User
from accounts.permissions import may_over, require
from accounts.querysets import on_day
from accounts.signals import membership_changed

LAPSED = "lapsed:"
"""Stands as the reason of a role that ended with a place of work, before the day it would have ended."""


@transaction.atomic
def end_membership(*, by: User | None, membership: Membership, on: date) -> None:
    """The person leaves the unit on a day; roles held below it end with her last membership there."""
    if by is not None:
        require(by, "unit.manage", membership.unit_id)
        if membership.primary:
            _require_below(by, membership.user)
    if on <= membership.valid_from:
        raise Refusal("membership_dates", _("The last day lies before the first."))
    membership.valid_to = on
    membership.save(update_fields=["valid_to"])
    lapse_roles(membership.user, on)
    membership_changed.send(sender=Membership, user_ids=[membership.user_id], unit_ids=[membership.unit_id])


@transaction.atomic
def move_person(
    *,
    by: User | None,
    user: User,
    unit: OrgUnit,
    on: date,
    teaches: bool | None = None,
    **facts: object,
) -> Membership:
    """Moves a person's main unit (điều chuyển) on a day; position and level carry over.

    ``teaches``: whether she has the role of a teacher there; None where she has it at the old unit.
    """
    if by is not None:
        _require_below(by, user)
    current = Membership.objects.filter(on_day(on), user=user, primary=True).first()
    if current is not None:
        for field in ("position", "level", "subjects"):
            facts.setdefault(field, getattr(current, field))
        if by is not None:
            require(by, "unit.manage", current.unit_id)
        if current.valid_from == on:
            current.delete()
        else:
            current.valid_to = on
            current.save(update_fields=["valid_to"])
        membership_changed.send(sender=Membership, user_ids=[user.pk], unit_ids=[current.unit_id])
    moved = add_membership(by=by, user=user, unit=unit, on=on, **facts)  # type: ignore[arg-type]
    lapsed = lapse_roles(user, on)
    if teaches is None:
        teaches = any(grant.role == Role.TEACHER for grant in lapsed)
    if teaches:
        give_teacher_role(by=by, user=user, unit=unit, on=on)
    return moved


@transaction.atomic
def cancel_membership(*, by: User | None, membership: Membership) -> None:
    """Takes back a place that begins today or later: it never was; the place before goes on."""
    membership = Membership.objects.select_for_update().get(pk=membership.pk)
    user, start = membership.user, membership.valid_from
    before = Membership.objects.filter(user=user, primary=True, valid_to=start)
    old = before.first() if membership.primary else None
    if by is not None:
        for unit_id in {membership.unit_id, old.unit_id if old else membership.unit_id}:
            require(by, "unit.manage", unit_id)
        if membership.primary:
            _require_below(by, user)
    if start < today():
        raise Refusal("membership_begun", _("This place of work has begun. End it on a day instead."))
    unit_ids = [membership.unit_id]
    end = membership.valid_to
    membership.delete()
    if old is not None:
        old.valid_to = end
        old.save(update_fields=["valid_to"])
        unit_ids.append(old.unit_id)
        unlapse_roles([user.pk], start)
    elsewhere = Membership.objects.filter(user=user, unit=membership.unit_id, valid_to__gt=start)
    if not elsewhere.exists():
        RoleGrant.objects.filter(user=user, unit=membership.unit_id, valid_from__gte=start).delete()
    membership_changed.send(sender=Membership, user_ids=[user.pk], unit_ids=unit_ids)


def _require_below(by: User, user: User) -> None:
    """Whoever holds roles beyond one's own reach is not moved or ended: her roles would end with it."""
    if not may_over(by, user):
        raise Refusal(
            "person_above",
            _("%(name)s has a role or a main unit beyond your units. The administrator there does this."),
            name=user.full_name,
        )


def lapse_roles(user: User, on: date) -> list[RoleGrant]:
    """Roles end at units where the person no longer works, nor anywhere below."""
    lapsed = []
    for grant in RoleGrant.objects.filter(user=user, valid_to__gt=on, valid_from__lt=on):
        works_below = Membership.objects.filter(on_day(on), user=user).in_subtree(grant.unit_id, on)
        if not works_below.exists():
            grant.revoked_reason = f"{LAPSED}{grant.valid_to.isoformat()}"
            grant.valid_to = on
            grant.save(update_fields=["valid_to", "revoked_reason"])
            lapsed.append(grant)
    return lapsed


def unlapse_roles(user_ids: list[int], on: date) -> None:
    """Roles that ended with a place on a day hold again as long as they were given for."""
    rows = RoleGrant.objects.filter(user__in=user_ids, valid_to=on, revoked_reason__startswith=LAPSED)
    for grant in rows:
        grant.valid_to = date.fromisoformat(grant.revoked_reason.removeprefix(LAPSED))
        grant.revoked_reason = ""
        grant.save(update_fields=["valid_to", "revoked_reason"])
