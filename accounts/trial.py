"""Trial runs: an act on the tree is done for real inside a transaction, looked at, and rolled back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.functional import Promise

from accounts import belongings
from accounts.days import FOREVER
from accounts.errors import Refusal
from accounts.models import OrgUnit, RoleGrant, UnitChange, UnitFacts, User


@dataclass
class UnitRow:
    """A unit before and after. Names are empty where it is not open."""

    code: str
    before: str
    after: str
    parent_before: str = ""
    parent_after: str = ""
    people_before: int = 0
    people_after: int = 0
    kind_before: str = ""
    kind_after: str = ""


@dataclass
class RoleRow:
    """A role that ends with the act; ``kept`` says whether it goes on in the new place."""

    person: str
    role: str
    unit: str
    kept: bool


@dataclass
class Trial:
    """What an act would do."""

    on: date
    refusal: Refusal | None = None
    units: list[UnitRow] = field(default_factory=list)
    moved: int = 0
    ended: int = 0
    roles: list[RoleRow] = field(default_factory=list)
    belongings: list[tuple[str | Promise, int]] = field(default_factory=list)


def run(act: Callable[[], object], on: date) -> Trial:
    """Does the act, reads what it changed and takes everything back."""
    trial = Trial(on)
    try:
        with transaction.atomic():
            act()
            change = UnitChange.objects.order_by("-pk").first()
            if change is not None:
                _read(trial, change)
            transaction.set_rollback(True)
    except Refusal as refusal:
        trial.refusal = refusal
    return trial


def _read(trial: Trial, change: UnitChange) -> None:
    scope = list(change.scope)
    parents = {row["parent_id"] for side in (change.before, change.after) for row in _all(side, "UnitLink")}
    names = _names(parents, trial.on)
    codes = dict(OrgUnit.objects.filter(pk__in=scope).values_list("pk", "code"))
    for pk in scope:
        row = UnitRow(
            codes[pk],
            _name(change.before, pk, trial.on),
            _name(change.after, pk, trial.on),
            _parent(change.before, pk, trial.on, names),
            _parent(change.after, pk, trial.on, names),
            _people(change.before, pk, trial.on),
            _people(change.after, pk, trial.on),
            _name(change.before, pk, trial.on, "kind"),
            _name(change.after, pk, trial.on, "kind"),
        )
        trial.units.append(row)
    closing = [pk for pk in scope if _closes(change, pk)]
    _read_people(trial, change)
    _read_roles(trial, change)
    trial.belongings = list(belongings.counted(closing)) if closing else []


def _names(ids: set[int], day: date) -> dict[int, str]:
    """Names of units on a day, or, of those that are closed by then, their last ones."""
    rows = UnitFacts.objects.filter(unit__in=ids, valid_from__lte=day).order_by("valid_from")
    return dict(rows.values_list("unit_id", "name"))


def _all(rows: dict[str, Any], table: str) -> list[dict[str, Any]]:
    return list(rows.get(table, {}).values())


def _holds(row: dict[str, Any], day: date) -> bool:
    return bool(row["valid_from"] <= day.isoformat() < row["valid_to"])


def _name(rows: dict[str, Any], pk: int, day: date, column: str = "name") -> str:
    return next(
        (row[column] for row in _all(rows, "UnitFacts") if row["unit_id"] == pk and _holds(row, day)), ""
    )


def _parent(rows: dict[str, Any], pk: int, day: date, names: dict[int, str]) -> str:
    links = (row for row in _all(rows, "UnitLink") if row["child_id"] == pk and _holds(row, day))
    return next((names.get(row["parent_id"], "") for row in links), "")


def _people(rows: dict[str, Any], pk: int, day: date) -> int:
    return sum(
        1 for row in _all(rows, "Membership") if row["unit_id"] == pk and row["primary"] and _holds(row, day)
    )


def _closes(change: UnitChange, pk: int) -> bool:
    ends = [row["valid_to"] for row in _all(change.after, "UnitFacts") if row["unit_id"] == pk]
    return bool(ends) and max(ends) != FOREVER.isoformat()


def _read_people(trial: Trial, change: UnitChange) -> None:
    def homes(rows: dict[str, Any]) -> dict[int, int]:
        return {
            row["user_id"]: row["unit_id"]
            for row in _all(rows, "Membership")
            if row["primary"] and _holds(row, trial.on)
        }

    before, after = homes(change.before), homes(change.after)
    trial.moved = sum(1 for user, unit in before.items() if after.get(user, unit) != unit)
    trial.ended = sum(1 for user in before if user not in after)


def _read_roles(trial: Trial, change: UnitChange) -> None:
    kept = {(row["user_id"], row["role"]) for row in _all(change.after, "RoleGrant") if _holds(row, trial.on)}
    old, new = change.before.get("RoleGrant", {}), change.after.get("RoleGrant", {})
    ended = [
        row
        for pk, row in old.items()
        if _holds(row, trial.on) and not (pk in new and _holds(new[pk], trial.on))
    ]
    people = User.objects.in_bulk({row["user_id"] for row in ended})
    units = {
        u.pk: str(u) for u in OrgUnit.objects.named(trial.on).filter(pk__in={r["unit_id"] for r in ended})
    }
    labels = dict(RoleGrant._meta.get_field("role").flatchoices)
    for row in ended:
        name = _name(change.before, row["unit_id"], trial.on) or units.get(row["unit_id"], "")
        trial.roles.append(
            RoleRow(
                people[row["user_id"]].full_name,
                str(labels[row["role"]]),
                name,
                (row["user_id"], row["role"]) in kept,
            )
        )
