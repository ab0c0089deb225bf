"""Lists of people: taken in, repaired, written in one go, undone while nobody has signed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from secrets import token_urlsafe
from typing import Any

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models.deletion import Collector, ProtectedError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.actions.places import lapse_roles, unlapse_roles
from accounts.actions.sign_in import forget_old_addresses
from accounts.days import today
from accounts.errors import Refusal
from accounts.models import Membership, OrgUnit, Role, RoleGrant, RosterImport, User
from accounts.permissions import require
from accounts.querysets import on_day
from accounts.roster import matching
from accounts.roster.columns import recognise
from accounts.roster.matching import CHANGED, MOVED, NEW, Item, Plan
from accounts.roster.reading import Table
from accounts.roster_plan import plan_of
from accounts.signals import membership_changed, users_deactivated
from accounts.text import sort_key, username_stem

State = RosterImport.State
UNDO_DAYS = 7
BATCH = 500


@transaction.atomic
def take_roster(
    *, by: User, unit: OrgUnit, filename: str, table: Table, on: date, teaches: bool = True
) -> RosterImport:
    """Keeps a list for its trial run. Nobody is changed yet.

    ``teaches``: who is new or moved gets the role of a teacher at her unit.
    """
    require(by, "unit.manage", unit)
    RosterImport.objects.filter(
        by=by, state=State.DRAFT, made_at__lt=timezone.now() - timedelta(days=UNDO_DAYS)
    ).delete()
    return RosterImport.objects.create(
        unit=unit,
        by=by,
        filename=filename[:200],
        sheet=table.sheet[:100],
        on=on,
        table={
            "headers": table.headers,
            "first_row": table.first_row,
            "rows": table.rows,
            "teaches": teaches,
        },
        columns=recognise(table.headers),
    )


@transaction.atomic
def repair_roster(*, by: User, roster: RosterImport, row: int, **fields: str) -> None:
    """Writes other text in place of what the file has in a row."""
    roster = _open(by, roster)
    kept = roster.repairs.setdefault(str(row), {})
    kept.update({name: text[:300] for name, text in fields.items()})
    roster.save(update_fields=["repairs"])


@transaction.atomic
def leave_out(*, by: User, roster: RosterImport, row: int, out: bool = True) -> None:
    """Leaves a row unwritten, or takes it in again."""
    roster = _open(by, roster)
    rows = set(roster.left_out) | {row} if out else set(roster.left_out) - {row}
    roster.left_out = sorted(rows)
    roster.save(update_fields=["left_out"])


@transaction.atomic
def set_columns(*, by: User, roster: RosterImport, columns: dict[str, int], leavers: bool) -> None:
    """Says which column holds what, and whether who is missing has left."""
    roster = _open(by, roster)
    if "full_name" not in columns and not {"last_name", "first_name"} <= set(columns):
        raise Refusal("roster_no_name", _("Say which column holds the names."))
    roster.columns, roster.leavers = columns, leavers
    roster.save(update_fields=["columns", "leavers"])


def _open(by: User, roster: RosterImport) -> RosterImport:
    """The list, locked, while it is a draft of a unit that the person administers."""
    roster = RosterImport.objects.select_for_update().get(pk=roster.pk)
    require(by, "unit.manage", roster.unit_id)
    if roster.state != State.DRAFT:
        raise Refusal("roster_written", _("This list is written already. Import it anew to change more."))
    return roster


@transaction.atomic
def apply_roster(*, by: User, roster: RosterImport) -> RosterImport:
    """Writes all that is not doubtful, in one go."""
    roster = _open(by, roster)
    plan = plan_of(roster)
    result: dict[str, Any] = {
        "doubtful": len(plan.of(matching.DOUBTFUL)),
        "same": len(plan.of(matching.SAME)),
        "out": [
            [item.row, [[one.code, one.text, one.row] for one in item.problems]] for item in plan.left_out
        ],
    }
    touched: set[int] = set()
    result["created"] = _create(plan.of(NEW), roster, touched)
    result.update(_change([*plan.of(CHANGED), *plan.of(MOVED)], roster, touched))
    if roster.table.get("teaches", True):
        result["grants"] = _give_roles(by, plan, roster, result["created"])
    result.update(_end(plan, roster, touched))
    result["counts"] = {kind: len(plan.of(kind)) for kind in (NEW, CHANGED, MOVED)}
    result["counts"]["left"] = len(plan.leavers)
    people = [*result["created"], *(row["pk"] for row in result["users"]), *(one.pk for one in plan.leavers)]
    roster.result, roster.state, roster.applied_at = result, State.APPLIED, timezone.now()
    roster.save(update_fields=["result", "state", "applied_at"])
    if touched:
        membership_changed.send(sender=Membership, user_ids=people, unit_ids=sorted(touched))
    return roster


def _create(items: list[Item], roster: RosterImport, touched: set[int]) -> list[int]:
    """New people, each with a sign-in name of her own and no password yet."""
    taken = set(User.objects.values_list("username", flat=True))
    addresses = {email.lower() for email in User.objects.exclude(email="").values_list("email", flat=True)}
    users: list[User] = []
    numbers: dict[str, int] = {}
    for item in items:
        email = item.email if item.email and item.email not in addresses else ""
        addresses.add(email)
        users.append(
            User(
                username=_username(item, taken, numbers),
                last_name=item.last_name,
                first_name=item.first_name,
                sort_name=sort_key(item.first_name, item.last_name),
                email=email,
                phone=item.phone,
                staff_code=item.staff_code,
                born_on=item.born_on,
                # as make_password(None) would, in one draw for each
                password=UNUSABLE_PASSWORD_PREFIX + token_urlsafe(30),
            )
        )
    User.objects.bulk_create(users, batch_size=BATCH)
    Membership.objects.bulk_create(
        (
            Membership(
                user=user, unit_id=item.unit, position=item.position, level=item.level, valid_from=roster.on
            )
            for user, item in zip(users, items, strict=True)
        ),
        batch_size=BATCH,
    )
    touched.update(item.unit for item in items)
    return [user.pk for user in users]


def _give_roles(by: User, plan: Plan, roster: RosterImport, created: list[int]) -> list[int]:
    """Whoever is new or moved may upload lessons at her unit: the role of a teacher from that day."""
    places = list(zip(created, (item.unit for item in plan.of(NEW)), strict=True))
    places += [(item.person, item.unit) for item in plan.of(MOVED)]
    held = RoleGrant.objects.filter(
        on_day(roster.on), role=Role.TEACHER, user__in=[user for user, _unit in places]
    )
    has = set(held.values_list("user_id", "unit_id"))
    grants = RoleGrant.objects.bulk_create(
        (
            RoleGrant(user_id=user, unit_id=unit, role=Role.TEACHER, valid_from=roster.on, granted_by=by)
            for user, unit in places
            if (user, unit) not in has
        ),
        batch_size=BATCH,
    )
    return [grant.pk for grant in grants]


def _username(item: Item, taken: set[str], numbers: dict[str, int]) -> str:
    """A sign-in name that nobody has; ``numbers``: the last number given to each stem."""
    stem = item.username or username_stem(item.first_name, item.last_name) or "nguoidung"
    name = stem
    while name in taken:
        numbers[stem] = numbers.get(stem, 1) + 1
        name = f"{stem}{numbers[stem]}"
    taken.add(name)
    return name


_FIELDS = ("last_name", "first_name", "sort_name", "email", "phone", "staff_code", "born_on")


def _change(items: list[Item], roster: RosterImport, touched: set[int]) -> dict[str, Any]:
    """Corrections and moves of people who are known; what was there before is kept for undoing."""
    users = User.objects.in_bulk([item.person for item in items])
    main = {
        row.user_id: row
        for row in Membership.objects.primary_on(roster.on).filter(user__in=users).select_for_update()
    }
    before, changed, ended, updated, new, moved = [], [], [], [], [], []
    addresses = dict(User.objects.exclude(email="").values_list("email", "pk"))
    for item in items:
        user, row = users[item.person], main[item.person]
        before.append({"pk": user.pk, **{name: _plain(getattr(user, name)) for name in _FIELDS}})
        _correct(user, item, addresses)
        changed.append(user)
        if not {"unit", "position", "level"} & {name for name, _old, _new in item.changes}:
            continue
        touched.update({row.unit_id, item.unit})
        after = Membership(
            user_id=user.pk,
            unit_id=item.unit,
            position=item.position,
            level=item.level or row.level,
            subjects=row.subjects,
            valid_from=roster.on,
            valid_to=row.valid_to,
        )
        if row.valid_from >= roster.on:
            updated.append(_membership(row))
            row.unit_id, row.position, row.level = after.unit_id, after.position, after.level
            row.save(update_fields=["unit_id", "position", "level"])
        else:
            ended.append(_membership(row))
            row.valid_to = roster.on
            row.save(update_fields=["valid_to"])
            new.append(after)
        if item.kind == MOVED:
            moved.append(user)
    User.objects.bulk_update(changed, _FIELDS, batch_size=BATCH)
    forget_old_addresses(user.pk for user in changed)
    Membership.objects.bulk_create(new, batch_size=BATCH)
    for user in moved:
        lapse_roles(user, roster.on)
    return {"users": before, "ended": ended, "updated": updated, "new": [row.pk for row in new]}


def _correct(user: User, item: Item, addresses: dict[str, int]) -> None:
    user.last_name, user.first_name = item.last_name, item.first_name
    user.sort_name = sort_key(user.first_name, user.last_name)
    if item.email and addresses.get(item.email, user.pk) == user.pk:
        user.email = item.email
    user.phone, user.staff_code = item.phone or user.phone, item.staff_code or user.staff_code
    user.born_on = item.born_on or user.born_on


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _membership(row: Membership) -> dict[str, Any]:
    return {
        "pk": row.pk,
        "unit_id": row.unit_id,
        "position": row.position,
        "level": row.level,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat(),
    }


def _end(plan: Plan, roster: RosterImport, touched: set[int]) -> dict[str, Any]:
    """Who is known but not in the list leaves; whoever has no other place can no longer sign in."""
    ids = [one.pk for one in plan.leavers if not one.guarded]
    rows = Membership.objects.primary_on(roster.on).filter(user__in=ids, valid_from__lt=roster.on)
    left = [_membership(row) for row in rows]
    touched.update(row["unit_id"] for row in left)
    gone = list(rows.values_list("user_id", flat=True))
    rows.update(valid_to=roster.on)
    for user in User.objects.filter(pk__in=gone):
        lapse_roles(user, roster.on)
    closed: list[int] = []
    if roster.on <= today():
        elsewhere = Membership.objects.valid_on().filter(user__in=gone).values_list("user_id", flat=True)
        closed = sorted(set(gone) - set(elsewhere))
        User.objects.filter(pk__in=closed).update(is_active=False)
        users_deactivated.send(sender=User, user_ids=closed)
    return {"left": left, "closed": closed}


@transaction.atomic
def undo_roster(*, by: User, roster: RosterImport) -> None:
    """Puts everything back, within seven days and while none of the new people has signed in."""
    roster = RosterImport.objects.select_for_update().get(pk=roster.pk)
    require(by, "unit.manage", roster.unit_id)
    _refuse_undo(roster)
    result, units = roster.result, {roster.unit_id}
    new = Membership.objects.filter(pk__in=result["new"])
    units.update(new.values_list("unit_id", flat=True))
    new.delete()
    for row in (*result["ended"], *result["updated"], *result["left"]):
        fields = {name: value for name, value in row.items() if name != "pk"}
        Membership.objects.filter(pk=row["pk"]).update(**fields)
        units.add(row["unit_id"])
    for row in result["users"]:
        User.objects.filter(pk=row["pk"]).update(**{name: row[name] for name in _FIELDS})
    User.objects.filter(pk__in=result["closed"]).update(is_active=True)
    RoleGrant.objects.filter(pk__in=result.get("grants", [])).delete()
    gone = Membership.objects.filter(pk__in=[row["pk"] for row in result["left"]])
    unlapse_roles(
        [*(row["pk"] for row in result["users"]), *gone.values_list("user_id", flat=True)], roster.on
    )
    units.update(_forget(result["created"]))
    roster.state, roster.undone_at = State.UNDONE, timezone.now()
    roster.save(update_fields=["state", "undone_at"])
    people = [*result["created"], *(row["pk"] for row in result["users"])]
    membership_changed.send(sender=Membership, user_ids=people, unit_ids=sorted(units))


def last_day_of_undo(roster: RosterImport) -> date | None:
    return timezone.localdate(roster.applied_at) + timedelta(days=UNDO_DAYS) if roster.applied_at else None


def _refuse_undo(roster: RosterImport) -> None:
    last = last_day_of_undo(roster)
    if roster.state != State.APPLIED or last is None or last < today():
        raise Refusal("roster_undo_late", _("This list can no longer be undone."))
    if User.objects.filter(pk__in=roster.result["created"]).exclude(last_login=None).exists():
        raise Refusal(
            "roster_signed_in",
            _("Some of the new people have signed in already. Correct the few wrong rows by hand."),
        )
    later = Membership.objects.filter(pk__in=[row["pk"] for row in roster.result["ended"]])
    if later.exclude(valid_to=roster.on).exists():
        raise Refusal(
            "roster_changed", _("Places of work have changed since. Correct the few wrong rows by hand.")
        )


def _forget(ids: Iterable[int]) -> set[int]:
    """Deletes new people of whom nothing else speaks; the others are closed and left without a unit."""
    rows = Membership.objects.filter(user__in=list(ids))
    units = set(rows.values_list("unit_id", flat=True))
    rows.delete()
    users = User.objects.filter(pk__in=list(ids))
    collector = Collector(using=users.db)
    try:
        collector.collect(users)
        alone = set(collector.data) <= {User} and all(
            q.model is User for q in collector.fast_deletes if q.exists()
        )
    except ProtectedError:
        alone = False
    if alone:
        users.delete()
    else:
        users.update(is_active=False)
    return units
