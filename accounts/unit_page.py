"""What the page of one unit says: facts, history, roles, people, what may be undone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from accounts import unit_history
from accounts.days import FOREVER, today
from accounts.models import (
    Membership,
    OrgUnit,
    Role,
    RoleGrant,
    UnitChange,
    UnitFacts,
    UnitKind,
    UnitLink,
    UnitSuccessor,
)
from accounts.querysets import on_day
from accounts.unit_tree import Life, Node, in_order, people_below

SHOWN_PEOPLE = 20
UNDO_DAYS = 30
SOON = timedelta(days=60)


@dataclass
class Named:
    """Another unit in a sentence; without a code where the reader may not open it."""

    name: str
    code: str = ""


@dataclass
class Told:
    """An event with the units it names."""

    event: unit_history.Event
    is_coming: bool
    old_parent: Named | None
    new_parent: Named | None
    others: list[Named]


def facts(unit: OrgUnit, life: Life, day: date, tops: list[int]) -> dict[str, Any]:
    """The context of the page: about a dozen queries, whatever the size of the unit."""
    names = list(UnitFacts.objects.filter(unit=unit).order_by("valid_from"))
    shown = next((row for row in names if row.valid_from <= day < row.valid_to), names[-1])
    links = list(UnitLink.objects.filter(Q(child=unit) | Q(parent=unit)))
    told = _history(unit, names, links, day, tops)
    children = _children(links, unit, day)
    parent = next((one for one in links if one.child_id == unit.pk and _holds(one, day)), None)
    named = _names({parent.parent_id} if parent else set(), day, tops)
    here = Membership.objects.valid_on(day).filter(unit=unit).select_related("user")
    people = list(here.order_by("-primary", "user__sort_name")[: SHOWN_PEOPLE + 1])
    below = people_below([unit.pk], day).get(unit.pk, 0)
    grants = _grants(unit, day)
    return {
        "unit": unit,
        "name": shown.name,
        "kind": UnitKind(shown.kind).label,
        "life": life,
        "is_closed": life.end <= today(),
        "last_day": life.end - timedelta(days=1),
        "is_coming": life.first > today(),
        "has_end": life.end != FOREVER,
        "is_top": parent is None,
        "parent": named.get(parent.parent_id) if parent else None,
        "told": told,
        "children": children,
        "people_below": below,
        "people": people[:SHOWN_PEOPLE],
        "more_people": len(people) > SHOWN_PEOPLE,
        "elsewhere": _elsewhere(people, unit, day),
        "grants": [grant for grant in grants if grant.role != Role.TEACHER],
        "teachers": [grant for grant in grants if grant.role == Role.TEACHER],
        "changes": _changes(unit),
    }


def _holds(row: Any, day: date) -> bool:
    return bool(row.valid_from <= day < row.valid_to)


def _names(ids: set[int], day: date, tops: list[int]) -> dict[int, Named]:
    """Names of other units, as they were nearest to the day; a code where they are in view."""
    found: dict[int, Named] = {}
    rows = UnitFacts.objects.filter(unit__in=ids).order_by("valid_from")
    for pk, code, name, start in rows.values_list("unit_id", "unit__code", "name", "valid_from"):
        if pk not in found or start <= day:
            found[pk] = Named(name, code)
    seen = set(OrgUnit.objects.filter(pk__in=ids, above__ancestor__in=tops).values_list("pk", flat=True))
    return {pk: one if pk in seen else Named(one.name) for pk, one in found.items()}


def _history(
    unit: OrgUnit, names: list[UnitFacts], links: list[UnitLink], day: date, tops: list[int]
) -> list[Told]:
    rows = UnitSuccessor.objects.filter(Q(old=unit) | Q(new=unit))
    relations = list(rows.values_list("old_id", "new_id", "on"))
    found = unit_history.events(
        [unit_history.Span(row.name, row.valid_from, row.valid_to) for row in names],
        [
            unit_history.Span(row.parent_id, row.valid_from, row.valid_to)
            for row in links
            if row.child_id == unit.pk
        ],
        [(old, on) for old, new, on in relations if new == unit.pk],
        [(new, on) for old, new, on in relations if old == unit.pk],
        [
            unit_history.Span(row.child_id, row.valid_from, row.valid_to)
            for row in links
            if row.parent_id == unit.pk
        ],
    )
    ids = {pk for one in found for pk in (*one.others, one.old_parent, one.new_parent) if pk}
    named = _names(ids, day, tops) if ids else {}
    return [
        Told(
            one,
            one.day > max(day, today()),  # nothing that has come by the day shown is still to come
            named.get(one.old_parent or 0),
            named.get(one.new_parent or 0),
            sorted((named[pk] for pk in one.others if pk in named), key=lambda other: other.name),
        )
        for one in found
    ]


def _children(links: list[UnitLink], unit: OrgUnit, day: date) -> list[Node]:
    ids = [row.child_id for row in links if row.parent_id == unit.pk and _holds(row, day)]
    if not ids:
        return []
    rows = UnitFacts.objects.filter(on_day(day), unit__in=ids)
    nodes = [Node(*row) for row in rows.values_list("unit_id", "unit__code", "name", "kind")]
    people = people_below(ids, day)
    for node in nodes:
        node.people = people.get(node.pk, 0)
    return sorted(nodes, key=in_order)


def _elsewhere(people: list[Membership], unit: OrgUnit, day: date) -> dict[int, list[str]]:
    """Where else those people work: id of the person → names of units."""
    rows = Membership.objects.valid_on(day).filter(user__in=[row.user_id for row in people])
    other = list(rows.exclude(unit=unit).values_list("user_id", "unit_id"))
    names = dict(
        UnitFacts.objects.filter(on_day(day), unit__in={pk for _user, pk in other}).values_list(
            "unit_id", "name"
        )
    )
    found: dict[int, list[str]] = {}
    for user_id, unit_id in other:
        found.setdefault(user_id, []).append(names.get(unit_id, ""))
    return found


def _grants(unit: OrgUnit, day: date) -> list[RoleGrant]:
    """Those that run on the day shown; of today also those that begin later, except teachers'."""
    rows = RoleGrant.objects.filter(unit=unit, valid_to__gt=day).select_related("user")
    runs = Q(valid_from__lte=day)
    rows = rows.filter(runs | ~Q(role=Role.TEACHER) if day == today() else runs)
    grants = list(rows.order_by("role", "user__sort_name"))
    # The widest first; a role that this release does not know stands last.
    width = {role: at for at, role in enumerate(Role.values)}
    grants.sort(key=lambda grant: -width.get(grant.role, -1))
    for grant in grants:
        left = (grant.valid_to - day).days
        grant.days_left = left if 0 < left <= SOON.days else None  # type: ignore[attr-defined]
        grant.is_coming = grant.valid_from > day  # type: ignore[attr-defined]
        grant.is_endless = grant.valid_to == FOREVER  # type: ignore[attr-defined]
        grant.last_day = grant.valid_to - timedelta(days=1)  # type: ignore[attr-defined]
    return grants


def _changes(unit: OrgUnit) -> list[UnitChange]:
    """What administrators did here lately; the last that stands may be taken back."""
    changes = list(UnitChange.objects.filter(unit=unit).select_related("by", "undone_by")[:10])
    since = timezone.now() - timedelta(days=UNDO_DAYS)
    standing = next((change for change in changes if change.undone_at is None), None)
    for change in changes:
        change.may_undo = change is standing and change.at > since  # type: ignore[attr-defined]
        change.undo_until = timezone.localdate(change.at) + timedelta(days=UNDO_DAYS)  # type: ignore[attr-defined]
    return changes
