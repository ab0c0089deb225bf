"""Keeps what an act on the tree changed, row by row, and puts it back while nothing else has changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.db.models import ProtectedError, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions.units import lock_tree, recompute_ancestry
from accounts.errors import Refusal
from accounts.models import (
    Membership,
    OrgUnit,
    RoleGrant,
    UnitAncestry,
    UnitChange,
    UnitFacts,
    UnitLink,
    UnitSuccessor,
    User,
)
from accounts.permissions import require
from accounts.signals import membership_changed, units_changed

Rows = dict[str, dict[str, dict[str, Any]]]
"""Table → id → column → value as JSON has it."""

_COLUMNS: dict[type[models.Model], tuple[str, ...]] = {
    UnitFacts: ("unit_id", "name", "kind", "valid_from", "valid_to"),
    UnitLink: ("child_id", "parent_id", "valid_from", "valid_to"),
    UnitSuccessor: ("old_id", "new_id", "on"),
    Membership: (
        "user_id", "unit_id", "position", "level", "subjects", "primary", "valid_from", "valid_to",
    ),
    RoleGrant: (
        "user_id", "unit_id", "role", "granted_by_id", "revoked_by_id", "revoked_reason",
        "valid_from", "valid_to",
    ),
}  # fmt: skip


def _scope(scope: Sequence[int]) -> dict[type[models.Model], Q]:
    return {
        UnitFacts: Q(unit__in=scope),
        UnitLink: Q(child__in=scope) | Q(parent__in=scope),
        UnitSuccessor: Q(old__in=scope) | Q(new__in=scope),
        Membership: Q(unit__in=scope),
        RoleGrant: Q(unit__in=scope),
    }


def _rows(scope: Sequence[int]) -> Rows:
    found: Rows = {}
    for model, condition in _scope(scope).items():
        columns = _COLUMNS[model]
        rows = model._default_manager.filter(condition).values("pk", *columns)
        found[model.__name__] = {
            str(row["pk"]): {name: _plain(row[name]) for name in columns} for row in rows
        }
    return found


def _plain(value: Any) -> Any:
    return DjangoJSONEncoder().default(value) if isinstance(value, date) else value


@contextmanager
def recorded(
    *,
    by: User | None,
    unit: OrgUnit | None,
    kind: str,
    on: date,
    scope: Sequence[OrgUnit] = (),
    decision: str = "",
) -> Iterator[list[OrgUnit]]:
    """Around an act inside its transaction. A unit that the act opens is appended to the list given.

    What the system itself does (``by=None``) is not kept: it has no one to undo it.
    """
    units = [one for one in (unit, *scope) if one is not None]
    ids = [one.pk for one in units]
    if by is None:
        yield units
        return
    before = _rows(ids)
    yield units
    ids = list(dict.fromkeys(one.pk for one in units))
    UnitChange.objects.create(
        unit=units[-1] if unit is None else unit,
        kind=kind,
        on=on,
        by=by,
        decision=decision[:200],
        scope=ids,
        before=before,
        after=_rows(ids),
    )


@transaction.atomic
def undo_change(*, by: User, change: UnitChange) -> None:
    """Puts the rows back as they were before an act. Refused once anything there has changed since."""
    lock_tree()
    change = UnitChange.objects.select_for_update().get(pk=change.pk)
    for unit_id in change.scope:
        require(by, "unit.manage", _somewhere(unit_id))
    if change.undone_at is not None or _rows(change.scope) != change.after:
        raise Refusal(
            "change_not_last",
            _("People or units here have changed since, so this can no longer be undone at once."),
        )
    opened = [pk for pk in change.scope if not _had_facts(change.before, pk)]
    users = _restore(change.before, change.after)
    change.undone_at, change.undone_by = timezone.now(), by
    change.save(update_fields=["undone_at", "undone_by"])
    kept = [pk for pk in change.scope if pk not in opened]
    below = UnitAncestry.objects.filter(ancestor__in=kept).values_list("descendant_id", flat=True)
    children = UnitLink.objects.filter(parent__in=kept).values_list("child_id", flat=True)
    recompute_ancestry(list({*kept, *below, *children}))
    units_changed.send(sender=OrgUnit, unit_ids=kept)
    if users:
        membership_changed.send(sender=Membership, user_ids=sorted(users), unit_ids=kept)
    if opened:
        _forget(opened)


def _somewhere(unit_id: int) -> int:
    """The unit, or where one that is closed now has its successor."""
    if UnitAncestry.objects.filter(descendant=unit_id, depth=0, valid_to__gt=timezone.localdate()).exists():
        return unit_id
    new = UnitSuccessor.objects.filter(old=unit_id).values_list("new_id", flat=True).first()
    parent = UnitLink.objects.filter(child=unit_id).order_by("-valid_to").values_list("parent_id", flat=True)
    return new or parent.first() or unit_id


def _had_facts(rows: Rows, unit_id: int) -> bool:
    return any(row["unit_id"] == unit_id for row in rows.get("UnitFacts", {}).values())


def _restore(before: Rows, after: Rows) -> set[int]:
    """Writes the difference; returns whose memberships it touched."""
    touched: set[int] = set()
    for model in (*_COLUMNS,):
        old, new = before.get(model.__name__, {}), after.get(model.__name__, {})
        gone = [pk for pk in new if pk not in old]
        back = [pk for pk, row in old.items() if new.get(pk) != row]
        model._default_manager.filter(pk__in=gone).delete()
        for pk in back:
            model._default_manager.update_or_create(pk=int(pk), defaults=old[pk])
        if model is Membership:
            touched = {row["user_id"] for pk in (*gone, *back) for row in (old.get(pk) or new[pk],)}
    return touched


def _forget(unit_ids: list[int]) -> None:
    """Deletes a unit that should not have been opened, if nothing was put into it."""
    try:
        UnitAncestry.objects.filter(descendant__in=unit_ids).delete()
        with transaction.atomic():
            OrgUnit.objects.filter(pk__in=unit_ids).delete()
    except ProtectedError:
        raise Refusal(
            "unit_in_use", _("Lessons, courses or people belong to this unit already. Close it instead.")
        ) from None
