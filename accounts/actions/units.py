"""Creating, renaming, moving and closing units, and keeping the closure of the tree."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts.ancestry import Link, closure
from accounts.days import FOREVER
from accounts.errors import Refusal
from accounts.models import (
    Membership,
    OrgUnit,
    RoleGrant,
    UnitAncestry,
    UnitFacts,
    UnitLink,
    UnitSuccessor,
    User,
)
from accounts.permissions import require
from accounts.querysets import on_day
from accounts.signals import membership_changed, units_changed
from accounts.text import nfc


def lock_tree() -> None:
    """Lets one change of the tree happen at a time; on SQLite, IMMEDIATE already does."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE accounts_unitlink IN SHARE ROW EXCLUSIVE MODE")


def _require(by: User | None, unit: OrgUnit | None) -> None:
    if by is not None:
        require(by, "unit.manage", unit)


@transaction.atomic
def create_unit(
    *,
    by: User | None,
    code: str,
    name: str,
    kind: str,
    parent: OrgUnit | None,
    on: date,
) -> OrgUnit:
    """Opens a unit under a parent from a day on. A unit without parent is the root: one only."""
    lock_tree()
    _require(by, parent)
    if OrgUnit.objects.filter(code=code).exists():
        raise Refusal("unit_code_taken", _("The code %(code)s belongs to another unit."), code=code)
    if parent is None and OrgUnit.objects.roots(on).exists():
        raise Refusal("unit_second_root", _("There is already a unit at the top. Choose a parent."))
    unit = OrgUnit.objects.create(code=code)
    UnitFacts.objects.create(unit=unit, name=nfc(name).strip(), kind=kind, valid_from=on)
    if parent is not None:
        _require_open(parent, on)
        UnitLink.objects.create(child=unit, parent=parent, valid_from=on)
    recompute_ancestry([unit.pk])
    units_changed.send(sender=OrgUnit, unit_ids=[unit.pk])
    return unit


@transaction.atomic
def rename_unit(*, by: User | None, unit: OrgUnit, name: str, on: date, kind: str | None = None) -> UnitFacts:
    """Gives a unit another name, and perhaps kind, from a day on."""
    lock_tree()
    _require(by, unit)
    facts = UnitFacts.objects.filter(on_day(on), unit=unit).first()
    if facts is None:
        raise _closed(unit, on)
    new_kind = kind or facts.kind
    if facts.valid_from == on:
        facts.name, facts.kind = nfc(name).strip(), new_kind
        facts.save(update_fields=["name", "kind"])
        units_changed.send(sender=OrgUnit, unit_ids=[unit.pk])
        return facts
    end, facts.valid_to = facts.valid_to, on
    facts.save(update_fields=["valid_to"])
    new = UnitFacts.objects.create(
        unit=unit, name=nfc(name).strip(), kind=new_kind, valid_from=on, valid_to=end
    )
    units_changed.send(sender=OrgUnit, unit_ids=[unit.pk])
    return new


@transaction.atomic
def move_unit(*, by: User | None, unit: OrgUnit, parent: OrgUnit, on: date) -> None:
    """Places a unit, with all below it, under another parent from a day on."""
    lock_tree()
    _require(by, unit)
    _require(by, parent)
    _require_open(parent, on)
    _require_open(unit, on)
    if OrgUnit.objects.subtree(unit, on).filter(pk=parent.pk).exists():
        raise Refusal("unit_cycle", _("A unit cannot be placed below itself."))
    if UnitLink.objects.filter(child=unit, valid_from__gt=on).exists():
        raise Refusal(
            "unit_later_change",
            _("A later move of this unit is already recorded. Undo that one first."),
        )
    current = UnitLink.objects.filter(on_day(on), child=unit).first()
    end = FOREVER
    if current is not None:
        if current.parent_id == parent.pk:
            return
        end = current.valid_to
        if current.valid_from == on:
            current.delete()
        else:
            current.valid_to = on
            current.save(update_fields=["valid_to"])
    UnitLink.objects.create(child=unit, parent=parent, valid_from=on, valid_to=end)
    recompute_ancestry(_ever_below(unit))
    units_changed.send(sender=OrgUnit, unit_ids=[unit.pk])


@transaction.atomic
def close_unit(*, by: User | None, unit: OrgUnit, on: date, successors: Sequence[OrgUnit] = ()) -> None:
    """Closes a unit on a day. Its memberships and roles end; successors carry on."""
    lock_tree()
    _require(by, unit)
    _require_open(unit, on, also_before=True)
    if UnitLink.objects.filter(parent=unit, valid_to__gt=on).exists():
        raise Refusal(
            "unit_has_children",
            _("Units stand below this one on that day. Move or close them first."),
        )
    affected = list(Membership.objects.filter(unit=unit, valid_to__gt=on).values_list("user_id", flat=True))
    for model, field in ((UnitFacts, "unit"), (UnitLink, "child"), (Membership, "unit"), (RoleGrant, "unit")):
        rows = model._default_manager.filter(**{field: unit})
        rows.filter(valid_from__gte=on).delete()
        rows.filter(valid_to__gt=on).update(valid_to=on)
    for new in successors:
        UnitSuccessor.objects.get_or_create(old=unit, new=new, defaults={"on": on})
    recompute_ancestry([unit.pk])
    units_changed.send(sender=OrgUnit, unit_ids=[unit.pk])
    if affected:
        membership_changed.send(sender=Membership, user_ids=affected, unit_ids=[unit.pk])


def _ever_below(unit: OrgUnit) -> list[int]:
    return list(UnitAncestry.objects.filter(ancestor=unit).values_list("descendant_id", flat=True).distinct())


def _closed(unit: OrgUnit, on: date) -> Refusal:
    return Refusal(
        "unit_closed", _("The unit %(code)s is not open on %(day)s."), code=unit.code, day=f"{on:%d/%m/%Y}"
    )


def _require_open(unit: OrgUnit, on: date, *, also_before: bool = False) -> None:
    open_rows = UnitFacts.objects.filter(unit=unit, valid_to__gt=on)
    if not also_before:
        open_rows = open_rows.filter(valid_from__lte=on)
    if not open_rows.exists():
        raise _closed(unit, on)


def recompute_ancestry(unit_ids: list[int]) -> None:
    """Writes the closure rows of some units anew from the links. Called under ``lock_tree``."""
    lives: dict[int, tuple[date, date]] = {}
    for unit_id, start, end in UnitFacts.objects.filter(unit__in=unit_ids).values_list(
        "unit_id", "valid_from", "valid_to"
    ):
        low, high = lives.get(unit_id, (start, end))
        lives[unit_id] = (min(low, start), max(high, end))
    rows = closure(lives, lives, links_above(unit_ids))
    UnitAncestry.objects.filter(descendant__in=unit_ids).delete()
    UnitAncestry.objects.bulk_create(
        UnitAncestry(
            ancestor_id=r.ancestor,
            descendant_id=r.descendant,
            depth=r.depth,
            valid_from=r.start,
            valid_to=r.end,
        )
        for r in rows
    )


def links_above(unit_ids: list[int]) -> list[Link]:
    """All links on the ways up from some units, level by level: as many queries as levels."""
    links: dict[int, Link] = {}
    level = set(unit_ids)
    seen: set[int] = set()
    while level:
        seen |= level
        above: set[int] = set()
        for pk, child, parent, start, end in UnitLink.objects.filter(child__in=level).values_list(
            "pk", "child_id", "parent_id", "valid_from", "valid_to"
        ):
            links[pk] = Link(child, parent, start, end)
            above.add(parent)
        level = above - seen
    return list(links.values())
