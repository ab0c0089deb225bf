"""The acts of an administrator on the tree, each kept so that it can be undone, and merging."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import unit_kinds
from accounts.actions import units as tree
from accounts.actions.history import recorded
from accounts.days import FOREVER
from accounts.errors import Refusal
from accounts.models import Membership, OrgUnit, RoleGrant, UnitChange, UnitFacts, UnitLink, User
from accounts.permissions import require
from accounts.querysets import on_day
from accounts.signals import membership_changed

Kind = UnitChange.Kind


@transaction.atomic
def open_unit(
    *, by: User, code: str, name: str, kind: str, parent: OrgUnit, on: date, decision: str = ""
) -> OrgUnit:
    """Opens a unit below one of the administrator's own."""
    require(by, "unit.manage", parent)
    with recorded(by=by, unit=None, kind=Kind.OPENED, on=on, decision=decision) as units:
        unit = tree.create_unit(by=by, code=code, name=name, kind=kind, parent=parent, on=on)
        units.append(unit)
    return unit


@transaction.atomic
def give_name(
    *, by: User, unit: OrgUnit, name: str, on: date, kind: str | None = None, decision: str = ""
) -> None:
    """Renames a unit from a day."""
    with recorded(by=by, unit=unit, kind=Kind.RENAMED, on=on, decision=decision):
        tree.rename_unit(by=by, unit=unit, name=name, on=on, kind=kind)


@transaction.atomic
def place_below(*, by: User, unit: OrgUnit, parent: OrgUnit, on: date, decision: str = "") -> None:
    """Moves a unit below another from a day."""
    with recorded(by=by, unit=unit, kind=Kind.MOVED, on=on, decision=decision):
        tree.move_unit(by=by, unit=unit, parent=parent, on=on)


@transaction.atomic
def shut_unit(
    *, by: User, unit: OrgUnit, on: date, successors: Sequence[OrgUnit] = (), decision: str = ""
) -> None:
    """Closes a unit on a day; who carries on is written down."""
    _require_above(by, unit, on)
    with recorded(by=by, unit=unit, kind=Kind.CLOSED, on=on, scope=successors, decision=decision):
        tree.close_unit(by=by, unit=unit, on=on, successors=successors)


@transaction.atomic
def merge_units(
    *,
    by: User | None,
    units: Sequence[OrgUnit],
    into: OrgUnit,
    on: date,
    keep_roles: bool = True,
    name: str = "",
    decision: str = "",
) -> None:
    """Closes units on a day; their people, their children and, if wished, their roles go to ``into``."""
    tree.lock_tree()
    old = [unit for unit in dict.fromkeys(units) if unit.pk != into.pk]
    if not old:
        raise Refusal("merge_nothing", _("Choose at least one other unit to merge."))
    _refuse_other_kinds(old, into)
    for unit in old:
        _require_above(by, unit, on)
        if OrgUnit.objects.subtree(unit, on).filter(pk=into.pk).exists():
            raise Refusal("unit_cycle", _("A unit cannot be placed below itself."))
    if by is not None:
        require(by, "unit.manage", into)
    children = list(
        OrgUnit.objects.filter(
            on_day(on, "parent_links__"), parent_links__parent__in=[unit.pk for unit in old]
        ).exclude(pk__in=[unit.pk for unit in (*old, into)])
    )
    with recorded(by=by, unit=into, kind=Kind.MERGED, on=on, scope=[*old, *children], decision=decision):
        for child in children:
            tree.move_unit(by=by, unit=child, parent=into, on=on)
        moved = _move_people(old, into, on)
        grants = _roles_of(old, on) if keep_roles else []
        for unit in _deepest_first(old):
            tree.close_unit(by=by, unit=unit, on=on, successors=[into])
        _grant_again(by, grants, into, on)
        if name:
            tree.rename_unit(by=by, unit=into, name=name, on=on)
        if moved:
            membership_changed.send(sender=Membership, user_ids=moved, unit_ids=[into.pk])


def _refuse_other_kinds(old: Sequence[OrgUnit], into: OrgUnit) -> None:
    """Schools join schools of a kin kind, communes join communes."""
    facts = UnitFacts.objects.filter(unit__in=[into.pk, *(unit.pk for unit in old)]).order_by("valid_from")
    kinds = dict(facts.values_list("unit_id", "kind"))
    if any(kinds[unit.pk] not in unit_kinds.joins(kinds[into.pk]) for unit in old):
        raise Refusal("merge_kinds", _("Units of so different kinds cannot be merged. Choose kin ones."))


def _require_above(by: User | None, unit: OrgUnit, on: date) -> None:
    """A unit is closed by who administers the one above it; the top one stays."""
    parent = UnitLink.objects.filter(child=unit, valid_to__gt=on).values_list("parent_id", flat=True).first()
    if parent is None:
        raise Refusal("unit_is_root", _("The unit at the top of the tree stays."))
    if by is not None:
        require(by, "unit.manage", parent)


def _deepest_first(units: Sequence[OrgUnit]) -> list[OrgUnit]:
    """Units that stand below others of the same merger are closed before them."""
    ids = {unit.pk for unit in units}
    above = {unit.pk: OrgUnit.objects.ancestors(unit).filter(pk__in=ids).count() for unit in units}
    return sorted(units, key=lambda unit: -above[unit.pk])


def _move_people(old: Sequence[OrgUnit], into: OrgUnit, on: date) -> list[int]:
    """Memberships of the old units go on in the new one; nobody stands there twice."""
    there = set(Membership.objects.filter(unit=into, valid_to__gt=on).values_list("user_id", flat=True))
    rows = Membership.objects.filter(unit__in=old, valid_to__gt=on).order_by("-primary", "pk")
    new, users = [], []
    for row in rows:
        if row.user_id in there and not row.primary:
            continue
        if row.user_id in there:  # a second place there becomes her main one
            Membership.objects.filter(
                unit=into, user_id=row.user_id, valid_from__gte=on, primary=False
            ).delete()
            Membership.objects.filter(unit=into, user_id=row.user_id, valid_to__gt=on, primary=False).update(
                valid_to=on
            )
        there.add(row.user_id)
        users.append(row.user_id)
        new.append(
            Membership(
                user_id=row.user_id,
                unit=into,
                position=row.position,
                level=row.level,
                subjects=row.subjects,
                primary=row.primary,
                valid_from=max(row.valid_from, on),
                valid_to=row.valid_to,
            )
        )
    Membership.objects.bulk_create(new)
    return users


def _roles_of(units: Sequence[OrgUnit], on: date) -> list[tuple[int, str, date]]:
    rows = RoleGrant.objects.filter(unit__in=units, valid_to__gt=on).order_by("pk")
    return list(rows.values_list("user_id", "role", "valid_to"))


def _grant_again(by: User | None, grants: list[tuple[int, str, date]], into: OrgUnit, on: date) -> None:
    held = set(RoleGrant.objects.filter(unit=into, valid_to__gt=on).values_list("user_id", "role"))
    for user_id, role, until in grants:
        if (user_id, role) not in held:
            held.add((user_id, role))
            RoleGrant.objects.create(
                user_id=user_id,
                unit=into,
                role=role,
                valid_from=on,
                valid_to=until if until > on else FOREVER,
                granted_by=by,
            )
