"""Creating people, where they work and which roles they hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions.sign_in import refuse_taken_address
from accounts.days import FOREVER
from accounts.errors import Refusal
from accounts.models import Membership, OrgUnit, RoleGrant, User
from accounts.permissions import require, require_over
from accounts.querysets import on_day
from accounts.signals import membership_changed
from accounts.text import nfc, sort_key


@transaction.atomic
def create_person(
    *,
    by: User | None,
    username: str,
    last_name: str,
    first_name: str,
    unit: OrgUnit,
    on: date,
    email: str = "",
    position: str = "teacher",
    level: str = "",
    subjects: Sequence[str] = (),
    password: str | None = None,
    **more: object,
) -> User:
    """A new person with a primary membership. Without a password she signs in by a first link.

    ``more``: phone, staff_code, born_on.
    """
    if by is not None:
        require(by, "unit.manage", unit)
    if User.objects.filter(username=username).exists():
        raise Refusal("username_taken", _("The sign-in name %(name)s is taken."), name=username)
    refuse_taken_address(email)
    user = User.objects.create_user(
        username, email, password, first_name=first_name, last_name=last_name, **more
    )
    add_membership(by=by, user=user, unit=unit, on=on, position=position, level=level, subjects=subjects)
    return user


@transaction.atomic
def rename_person(*, by: User | None, user: User, last_name: str, first_name: str) -> None:
    """A person may correct her own name; an administrator those of her people."""
    if by is not None and by != user:
        require_over(by, user)
    user.first_name, user.last_name = nfc(first_name).strip(), nfc(last_name).strip()
    user.sort_name = sort_key(user.first_name, user.last_name)
    user.save(update_fields=["first_name", "last_name", "sort_name"])


@transaction.atomic
def add_membership(
    *,
    by: User | None,
    user: User,
    unit: OrgUnit,
    on: date,
    until: date = FOREVER,
    position: str = "teacher",
    level: str = "",
    subjects: Sequence[str] = (),
    primary: bool = True,
) -> Membership:
    """A person works in a unit from a day on. At most one primary membership a day."""
    if by is not None:
        require(by, "unit.manage", unit)
        if primary and Membership.objects.filter(user=user).exists():
            # A main unit brings the right over the account: who had none takes nobody's account over.
            require_over(by, user, account=False)
    User.objects.select_for_update().get(pk=user.pk)
    if not primary and _same_place(user, unit, on, until):
        raise Refusal(
            "membership_twice", _("%(name)s already works in that unit in that time."), name=user.full_name
        )
    if primary and _overlapping(user, on, until).exists():
        raise Refusal(
            "membership_overlap",
            _("%(name)s already has a main unit in that time. End that one first, or move the person."),
            name=user.full_name,
        )
    membership = Membership.objects.create(
        user=user,
        unit=unit,
        valid_from=on,
        valid_to=until,
        position=position,
        level=level,
        subjects=list(subjects),
        primary=primary,
    )
    membership_changed.send(sender=Membership, user_ids=[user.pk], unit_ids=[unit.pk])
    return membership


def _same_place(user: User, unit: OrgUnit, start: date, end: date) -> bool:
    rows = Membership.objects.filter(user=user, unit=unit, valid_from__lt=end, valid_to__gt=start)
    return rows.exists()


def _overlapping(user: User, start: date, end: date):  # type: ignore[no-untyped-def]
    return Membership.objects.filter(user=user, primary=True, valid_from__lt=end, valid_to__gt=start)


@transaction.atomic
def end_membership(*, by: User | None, membership: Membership, on: date) -> None:
    """The person leaves the unit on a day; roles held below it end with her last membership there."""
    if by is not None:
        require(by, "unit.manage", membership.unit_id)
    if on <= membership.valid_from:
        raise Refusal("membership_dates", _("The last day lies before the first."))
    membership.valid_to = on
    membership.save(update_fields=["valid_to"])
    lapse_roles(membership.user, on)
    membership_changed.send(sender=Membership, user_ids=[membership.user_id], unit_ids=[membership.unit_id])


@transaction.atomic
def move_person(*, by: User | None, user: User, unit: OrgUnit, on: date, **facts: object) -> Membership:
    """Moves a person's main unit (điều chuyển) on a day; position and level carry over."""
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
    lapse_roles(user, on)
    return moved


def lapse_roles(user: User, on: date) -> None:
    """Roles end at units where the person no longer works, nor anywhere below."""
    for grant in RoleGrant.objects.filter(user=user, valid_to__gt=on, valid_from__lt=on):
        works_below = Membership.objects.filter(on_day(on), user=user).in_subtree(grant.unit_id, on)
        if not works_below.exists():
            grant.valid_to = on
            grant.save(update_fields=["valid_to"])
