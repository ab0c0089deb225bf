"""What the desk of units shows: the tree below an administrator's units on a day, and who may see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Min, Q

from accounts.days import today
from accounts.models import Membership, OrgUnit, UnitAncestry, UnitFacts, UnitKind, UnitLink, User
from accounts.permissions import top_units
from accounts.querysets import on_day
from accounts.text import fold

SHOWN_CHILDREN = 40
FOUND = 60
_KINDS = {kind: position for position, kind in enumerate(UnitKind.values)}


@dataclass
class Node:
    """A unit in the tree beside the open one. ``people``: with all below it."""

    pk: int
    code: str
    name: str
    kind: str
    depth: int = 0
    people: int = 0
    children: int = 0
    opened: bool = False
    current: bool = False
    more: int = 0


@dataclass(frozen=True)
class Life:
    """When a unit was open: its first day and the day after its last."""

    first: date
    end: date

    def nearest(self, day: date) -> date:
        """The day of its life that lies nearest to a day."""
        return max(self.first, min(day, self.end - timedelta(days=1)))


def life_of(unit: OrgUnit) -> Life:
    found = UnitFacts.objects.filter(unit=unit).aggregate(first=Min("valid_from"), end=Max("valid_to"))
    return Life(found["first"], found["end"])


def managed(user: User, verb: str = "unit.manage") -> list[int]:
    """The units where the person's own view of the tree begins."""
    tops = list(top_units(user, verb).values_list("pk", flat=True))
    if len(tops) < 2:
        return tops
    below = UnitAncestry.objects.filter(on_day(), ancestor__in=tops, descendant__in=tops, depth__gt=0)
    inner = set(below.values_list("descendant_id", flat=True))
    return [pk for pk in tops if pk not in inner]


def sees(tops: Iterable[int], unit: OrgUnit, day: date) -> bool:
    """Whether a unit stands below some units on a day."""
    return UnitAncestry.objects.filter(on_day(day), ancestor__in=tops, descendant=unit).exists()


def facts_on(day: date, condition: Q) -> list[Node]:
    """Units with their names of a day, in the order of lists: by kind, then by name."""
    rows = UnitFacts.objects.filter(on_day(day), condition).values_list(
        "unit_id", "unit__code", "name", "kind"
    )
    return sorted((Node(*row) for row in rows), key=in_order)


def in_order(node: Node) -> tuple[int, list[object]]:
    """Kinds from the top of the administration down; "Tiểu học số 2" before "số 10"."""
    words: list[object] = [
        (0, int(word), "") if word.isdigit() else (1, 0, word) for word in fold(node.name).split()
    ]
    return _KINDS.get(node.kind, 99), words


def tree(tops: list[int], current: OrgUnit, day: date, *, whole: bool = False) -> list[Node]:
    """The tops, and below them the children of every unit on the way to the current one."""
    path = set(
        UnitAncestry.objects.filter(on_day(day), descendant=current).values_list("ancestor_id", flat=True)
    )
    below: dict[int, list[int]] = defaultdict(list)
    for parent, child in UnitLink.objects.filter(on_day(day), parent__in=path).values_list(
        "parent_id", "child_id"
    ):
        below[parent].append(child)
    shown = {*tops, *(pk for children in below.values() for pk in children)}
    nodes = {node.pk: node for node in facts_on(day, Q(unit__in=shown))}
    _count(nodes, day)
    for node in nodes.values():
        node.current, node.opened = node.pk == current.pk, node.pk in path
    rows: list[Node] = []
    for pk in nodes:
        if pk in tops:
            rows.extend(_branch(nodes, below, pk, 0, whole=whole))
    return rows


def _count(nodes: dict[int, Node], day: date) -> None:
    children = UnitLink.objects.filter(on_day(day), parent__in=nodes).values_list("parent_id")
    for pk, number in children.annotate(number=Count("pk")):
        nodes[pk].children = number
    for pk, number in people_below(nodes, day).items():
        nodes[pk].people = number


def people_below(units: Iterable[int], day: date) -> dict[int, int]:
    """How many have their main place in a unit or below it on a day."""
    rows = (
        Membership.objects.primary_on(day)
        .filter(on_day(day, "unit__above__"), unit__above__ancestor__in=list(units))
        .values_list("unit__above__ancestor")
        .annotate(number=Count("pk"))
    )
    return dict(rows)


def _branch(
    nodes: dict[int, Node], below: dict[int, list[int]], pk: int, depth: int, *, whole: bool
) -> list[Node]:
    node = nodes[pk]
    node.depth = min(depth, 3)
    rows = [node]
    if not node.opened:
        return rows
    children = sorted((nodes[child] for child in below[pk] if child in nodes), key=in_order)
    kept = children
    if len(children) > SHOWN_CHILDREN + 5 and not whole:
        kept = [child for n, child in enumerate(children) if n < SHOWN_CHILDREN or child.opened]
    for child in kept:
        rows.extend(_branch(nodes, below, child.pk, depth + 1, whole=whole))
    rows[-1].more = rows[-1].more or len(children) - len(kept)
    return rows


@dataclass
class Found:
    """A unit that a search found, by a name it has or had, or by its code."""

    code: str
    name: str
    former: str = ""
    closed: date | None = None


def search(tops: list[int], words: str) -> list[Found]:
    """Units ever below ``tops`` whose names, old ones too, or code hold every word."""
    wanted = fold(words).split()
    ids = UnitAncestry.objects.filter(ancestor__in=tops).values("descendant")
    rows = UnitFacts.objects.filter(unit__in=ids).order_by("unit_id", "valid_from")
    last: dict[str, tuple[str, date]] = {}
    hits: dict[str, str] = {}
    for code, name, end in rows.values_list("unit__code", "name", "valid_to"):
        last[code] = (name, end)
        text = f"{fold(name)} {code}"
        if all(word in text for word in wanted):
            hits[code] = name
    day = today()
    found = [
        Found(code, last[code][0], hit if hit != last[code][0] else "", _closed(last[code][1], day))
        for code, hit in hits.items()
    ]
    found.sort(key=lambda one: (one.closed is not None, fold(one.name)))
    return found[:FOUND]


def _closed(end: date, day: date) -> date | None:
    return end - timedelta(days=1) if end <= day else None


def choices(tops: list[int], day: date | None = None) -> list[tuple[str, str]]:
    """All open units below ``tops`` as (code, indented name), each after its parent."""
    day = day or today()
    ids = UnitAncestry.objects.filter(on_day(day), ancestor__in=tops).values("descendant")
    nodes = {node.pk: node for node in facts_on(day, Q(unit__in=ids))}
    below: dict[int, list[Node]] = defaultdict(list)
    inner = set()
    for parent, child in UnitLink.objects.filter(on_day(day), child__in=nodes).values_list(
        "parent_id", "child_id"
    ):
        if parent in nodes:
            below[parent].append(nodes[child])
            inner.add(child)
    rows: list[tuple[str, str]] = []

    def walk(node: Node, depth: int) -> None:
        rows.append((node.code, "\u2003" * depth + node.name))
        for child in sorted(below[node.pk], key=in_order):
            walk(child, depth + 1)

    for node in nodes.values():
        if node.pk not in inner:
            walk(node, 0)
    return rows
