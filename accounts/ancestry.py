"""From dated parent links to the dated closure of the tree. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from accounts.errors import Refusal

DEPTH_LIMIT = 12


@dataclass(frozen=True, slots=True)
class Link:
    """``child`` stands under ``parent`` on the days [start, end)."""

    child: int
    parent: int
    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Row:
    """``ancestor`` stands ``depth`` steps above ``descendant`` on the days [start, end)."""

    ancestor: int
    descendant: int
    depth: int
    start: date
    end: date


def closure(units: Iterable[int], lives: Mapping[int, tuple[date, date]], links: Iterable[Link]) -> list[Row]:
    """The closure rows of ``units``, sorted; ``lives`` maps each to its first day and end.

    Touching rows of one pair and depth are merged. Raises Refusal("unit_cycle") where the links
    of some day form a ring, or are deeper than twelve.
    """
    by_child: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        by_child[link.child].append(link)
    rows: list[Row] = []
    for unit in units:
        start, end = lives[unit]
        rows.extend(_merge(_climb(unit, start, end, by_child)))
    return sorted(rows, key=lambda r: (r.descendant, r.depth, r.start))


def _climb(unit: int, start: date, end: date, by_child: Mapping[int, list[Link]]) -> list[Row]:
    found: list[Row] = []
    todo = [(unit, 0, start, end)]
    while todo:
        at, depth, first, last = todo.pop()
        if depth > DEPTH_LIMIT or (depth and at == unit):
            raise Refusal("unit_cycle", _("A unit cannot be placed below itself."))
        found.append(Row(at, unit, depth, first, last))
        for link in by_child.get(at, ()):
            low, high = max(first, link.start), min(last, link.end)
            if low < high:
                todo.append((link.parent, depth + 1, low, high))
    return found


def _merge(rows: list[Row]) -> list[Row]:
    merged: list[Row] = []
    for row in sorted(rows, key=lambda r: (r.ancestor, r.depth, r.start)):
        last = merged[-1] if merged else None
        if last and (last.ancestor, last.depth, last.end) == (row.ancestor, row.depth, row.start):
            merged[-1] = Row(last.ancestor, last.descendant, last.depth, last.start, row.end)
        else:
            merged.append(row)
    return merged
