"""Creating people, where they work and which roles they hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions.roles import give_teacher_role
from accounts.actions.sign_in import refuse_taken_address
from accounts.days import FOREVER
from accounts.errors import Refusal
from accounts.models import Membership, OrgUnit, User
from accounts.permissions import require, require_over
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
    teaches: bool = False,
    **more: object,
) -> User:
    """A new person with a primary membership. Without a password she signs in by a first link.

    ``teaches``: with the role of a teacher at the unit. ``more``: phone, staff_code, born_on.
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
    if teaches:
        give_teacher_role(by=by, user=user, unit=unit, on=on)
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
