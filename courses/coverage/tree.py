"""The tree table of a report: which lines stand open, in which order, and how many are left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Exists, OuterRef

from accounts.models import OrgUnit, UnitAncestry, UnitFacts, UnitKind
from accounts.querysets import on_day
from accounts.text import fold
from courses.coverage.figures import Figure, Population, standing, unit_facts
from courses.coverage.report import Row, rows_of

GAIN_DAYS = 30
SHOWN = 25  # siblings shown at once, until all are asked for
MANY = 12  # more siblings than this of several kinds are gathered by kind
DEEPEST = 3
WORST = 3  # units named where most people are missing
SORTS = ("share", "missing", "name")
NONE_OPEN = "-"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: a unit, a unit's own staff, or all units of a kind (then ``count`` of them).

    ``opened`` is None for what cannot be opened; ``toggle`` is the value of ``open`` after a click.
    """

    row: Row
    depth: int
    key: str
    opened: bool | None = None
    count: int = 0
    toggle: str = ""


@dataclass(slots=True)
class Tree:
    """The lines below a unit, its total, how many lines wait behind "show all", and where most is missing."""

    total: Row
    lines: list[Line] = field(default_factory=list)
    hidden: int = 0
    worst: list[Row] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asked to see. ``opened`` holds codes of units and ``k-KIND``; None: nothing said."""

    opened: tuple[str, ...] | None = None
    sort: str = "share"
    whole: bool = False

    @classmethod
    def read(cls, opened: str | None, sort: str, whole: bool) -> Wish:
        codes = None if opened is None else tuple(part for part in opened[:2000].split(",") if part)[:60]
        return cls(codes, sort if sort in SORTS else "share", whole)


class _Builder:
    def __init__(
        self, wish: Wish, levels: Mapping[int, list[Row]], parents: set[int], goal: Decimal | None
    ) -> None:
        self.wish, self.levels, self.parents, self.goal = wish, levels, parents, goal
        self.opened = list(wish.opened or ())
        self.lines: list[Line] = []
        self.hidden = 0

    def _line(self, row: Row, depth: int, key: str, *, opens: bool, count: int = 0) -> bool:
        """Adds a line; says whether it stands open."""
        is_open = opens and key in self.opened
        others = [other for other in self.opened if other not in {key, NONE_OPEN}]
        toggle = ",".join(others if is_open else [*others, key]) or NONE_OPEN
        self.lines.append(Line(row, depth, key, is_open if opens else None, count, toggle))
        return is_open

    def siblings(self, rows: list[Row], depth: int) -> None:
        own = [row for row in rows if row.own]
        rest = sort_rows([row for row in rows if not row.own], self.wish.sort)
        shown = rest if self.wish.whole else rest[:SHOWN]
        self.hidden += len(rest) - len(shown)
        for row in own:
            self._line(row, depth, f"{row.code}-own", opens=False)
        for row in shown:
            opens = row.unit_id in self.parents and depth < DEEPEST
            if self._line(row, depth, row.code, opens=opens):
                self.siblings(self.levels.get(row.unit_id, []), depth + 1)

    def grouped(self, rows: list[Row]) -> None:
        groups = by_kind(rows)
        own = [row for row in rows if row.own]
        self.siblings(own, 1)
        totals = [sum_rows(kind, members, self.goal) for kind, members in groups.items()]
        if self.wish.opened is None and totals:  # at first, where most people are missing
            worst = max(totals, key=lambda row: row.missing)
            self.opened.append(f"k-{worst.kind}")
        for total in sort_rows(totals, self.wish.sort):
            members = groups[total.kind]
            if self._line(total, 1, f"k-{total.kind}", opens=True, count=len(members)):
                self.siblings(members, 2)


def by_kind(rows: Iterable[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if not row.own:
            groups[row.kind].append(row)
    return dict(groups)


def sum_rows(kind: str, rows: Collection[Row], goal: Decimal | None) -> Row:
    """All units of a kind as one row."""
    figure = Figure(sum(row.people for row in rows), sum(row.trained for row in rows))
    return Row(
        unit_id=0,
        code="",
        name=str(dict(UnitKind.choices).get(kind, kind)),
        kind=kind,
        people=figure.people,
        trained=figure.trained,
        short=figure.short_of(goal),
        gain=sum(row.gain for row in rows),
    )


def sort_rows(rows: list[Row], sort: str) -> list[Row]:
    """Lowest share, most missing or by name; equal ones by name."""
    if sort == "missing":
        return sorted(rows, key=lambda row: (-row.missing, fold(row.name)))
    if sort == "name":
        return sorted(rows, key=lambda row: fold(row.name))
    return sorted(rows, key=lambda row: (row.percent or 0.0, fold(row.name)))


def make_tree(population: Population, unit: OrgUnit, wish: Wish) -> Tree:
    """The tree table of a unit: three or four queries for today, one more where lines are opened."""
    measure, day, tree = population.measure, population.day, population.tree
    parents = [unit.pk, *_asked_for(wish, unit.pk, tree)]
    sums = population.sums(parents)
    gains = population.gains(parents, day - timedelta(days=GAIN_DAYS))
    found = {pk for parts in sums.values() for pk in parts} | {unit.pk}
    facts, with_children = _facts(found, unit, tree)
    total, _rows = rows_of(measure, unit.pk, sums[unit.pk], gains[unit.pk], facts)
    levels = {parent: rows_of(measure, parent, sums[parent], gains[parent], facts)[1] for parent in parents}
    builder = _Builder(wish, levels, with_children, measure.percent)
    top = levels[unit.pk]
    if all(row.own for row in top):  # a school: its one line would repeat the total
        return Tree(total)
    if len(top) > MANY and len(by_kind(top)) > 1:
        builder.grouped(top)
    else:
        builder.siblings(top, 1)
    worst = [row for row in sort_rows(top, "missing") if row.missing and not row.own][:WORST]
    return Tree(total, builder.lines, builder.hidden, worst)


def _asked_for(wish: Wish, unit: int, tree: date) -> list[int]:
    codes = [code for code in wish.opened or () if not code.startswith("k-") and code != NONE_OPEN]
    if not codes:
        return []
    inside = standing(unit, tree).values("descendant")
    below = OrgUnit.objects.filter(pk__in=inside, code__in=codes).exclude(pk=unit)
    return list(below.values_list("pk", flat=True))


def _facts(units: set[int], root: OrgUnit, tree: date) -> tuple[dict[int, tuple[str, str, str]], set[int]]:
    """Unit id → (name, kind, code) on a day, and those of the units below which others stand."""
    below = UnitAncestry.objects.filter(on_day(tree), depth=1, ancestor=OuterRef("unit"))
    rows = UnitFacts.objects.filter(on_day(tree)).annotate(is_parent=Exists(below))
    if len(units) < 500:
        rows = rows.filter(unit__in=units)
    facts = {root.pk: (str(root), "", root.code)}
    parents = set()
    for unit, name, kind, code, is_parent in rows.values_list(
        "unit_id", "name", "kind", "unit__code", "is_parent"
    ):
        if unit in units:
            facts[unit] = (name, kind, code)
            if is_parent:
                parents.add(unit)
    return facts, parents


@dataclass(frozen=True, slots=True)
class Branch:
    """A unit at its depth in the whole tree, for a sheet."""

    row: Row
    depth: int


def whole_tree(population: Population, unit: OrgUnit) -> list[Branch]:
    """Every unit below a unit that has people of the population, parents first, each level by name.

    Four queries whatever the size: figures by unit, gains, parents, names.
    """
    measure, tree = population.measure, population.tree
    figures = population.figures
    gains = population.gains_by_unit(population.day - timedelta(days=GAIN_DAYS))
    pairs = UnitAncestry.objects.filter(
        on_day(tree),
        depth=1,
        descendant__in=standing(unit.pk, tree).values("descendant"),
    ).exclude(descendant=unit.pk)
    children: dict[int, list[int]] = defaultdict(list)
    for child, parent in pairs.values_list("descendant_id", "ancestor_id"):
        children[parent].append(child)
    if population.parts:
        children[unit.pk] = population.parts
    order = _depth_first(unit.pk, children)
    sums: dict[int, tuple[Figure, int]] = {}
    for pk, _depth in reversed(order):
        figure, gain = figures.get(pk, Figure()), gains.get(pk, 0)
        for child in children.get(pk, ()):
            figure, gain = figure + sums[child][0], gain + sums[child][1]
        sums[pk] = figure, gain
    facts = unit_facts([pk for pk, _depth in order], tree)
    facts.setdefault(unit.pk, (str(unit), "", unit.code))
    branches = []
    for pk, depth in _depth_first(unit.pk, children, lambda one: fold(facts.get(one, ("", "", ""))[0])):
        (figure, gain), (name, kind, code) = sums[pk], facts.get(pk, ("", "", ""))
        if figure.people or not depth:
            short = figure.short_of(measure.percent)
            row = Row(pk, code, name, kind, figure.people, figure.trained, short, gain=gain)
            branches.append(Branch(row, depth))
    return branches


def _depth_first(
    root: int, children: Mapping[int, list[int]], key: Callable[[int], str] | None = None
) -> list[tuple[int, int]]:
    """Units with their depth, parents before children."""
    found, waiting = [], [(root, 0)]
    while waiting:
        unit, depth = waiting.pop()
        found.append((unit, depth))
        below = children.get(unit, [])
        ordered = sorted(below, key=key, reverse=True) if key else below
        waiting.extend((child, depth + 1) for child in ordered)
    return found
