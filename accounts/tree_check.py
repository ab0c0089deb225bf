"""Looks for what must not be in the dated tree: broken intervals, overlaps, a closure that disagrees.

Only reads. ``org_check`` prints what is found here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.db.models import F

from accounts.actions.units import links_above
from accounts.ancestry import closure
from accounts.errors import Refusal
from accounts.models import Membership, OrgUnit, RoleGrant, UnitAncestry, UnitFacts, UnitLink

Span = tuple[int, date, date]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: what kind, where, and in words."""

    code: str
    unit: str
    detail: str


def check_tree() -> Iterator[Problem]:
    """All problems, in a stable order. A handful of queries whatever the size of the tree."""
    codes = dict(OrgUnit.objects.values_list("pk", "code"))
    yield from _broken(codes)
    yield from _overlaps(codes)
    yield from _doubled_memberships()
    yield from _gaps(codes)
    yield from _roots(codes)
    yield from _wrong_ancestry(codes)


def _broken(codes: dict[int, str]) -> Iterator[Problem]:
    for model, field in (
        (UnitFacts, "unit_id"),
        (UnitLink, "child_id"),
        (UnitAncestry, "descendant_id"),
        (Membership, "unit_id"),
        (RoleGrant, "unit_id"),
    ):
        rows = model._default_manager.filter(valid_from__gte=F("valid_to"))
        for unit, start, end in rows.values_list(field, "valid_from", "valid_to"):
            yield Problem("broken_interval", codes[unit], f"{model.__name__} {start} – {end}")


def _clashes(spans: list[Span]) -> Iterator[tuple[int, date]]:
    """Keys with two spans that share a day; ``spans`` are sorted by key and first day."""
    for (key, _start, end), (next_key, start, _end) in pairwise(spans):
        if key == next_key and start < end:
            yield key, start


def _overlaps(codes: dict[int, str]) -> Iterator[Problem]:
    facts = UnitFacts.objects.order_by("unit_id", "valid_from")
    links = UnitLink.objects.order_by("child_id", "valid_from")
    for code, rows in (
        ("facts_overlap", facts.values_list("unit_id", "valid_from", "valid_to")),
        ("links_overlap", links.values_list("child_id", "valid_from", "valid_to")),
    ):
        for unit, start in _clashes(list(rows)):
            yield Problem(code, codes[unit], f"from {start}")


def _doubled_memberships() -> Iterator[Problem]:
    rows = Membership.objects.filter(primary=True).order_by("user_id", "valid_from")
    for user, start in _clashes(list(rows.values_list("user_id", "valid_from", "valid_to"))):
        yield Problem("memberships_overlap", "", f"person {user} from {start}")


def _lives() -> dict[int, tuple[date, date]]:
    lives: dict[int, tuple[date, date]] = {}
    for unit, start, end in UnitFacts.objects.values_list("unit_id", "valid_from", "valid_to"):
        low, high = lives.get(unit, (start, end))
        lives[unit] = (min(low, start), max(high, end))
    return lives


def _gaps(codes: dict[int, str]) -> Iterator[Problem]:
    rows = list(
        UnitFacts.objects.order_by("unit_id", "valid_from").values_list("unit_id", "valid_from", "valid_to")
    )
    for (unit, _start, end), (next_unit, start, _end) in pairwise(rows):
        if unit == next_unit and end < start:
            yield Problem("facts_gap", codes[unit], f"{end} – {start}")
    for unit in sorted(codes.keys() - {row[0] for row in rows}):
        yield Problem("facts_missing", codes[unit], "")


def _roots(codes: dict[int, str]) -> Iterator[Problem]:
    roots = list(OrgUnit.objects.roots().values_list("pk", flat=True))
    if len(roots) > 1:
        for unit in roots:
            yield Problem("second_root", codes[unit], "")


def _wrong_ancestry(codes: dict[int, str]) -> Iterator[Problem]:
    lives = _lives()
    try:
        wanted = {
            (r.ancestor, r.descendant, r.depth, r.start, r.end)
            for r in closure(lives, lives, links_above(list(lives)))
        }
    except Refusal as ring:
        yield Problem(ring.code, "", "the links form a ring")
        return
    kept = set(
        UnitAncestry.objects.values_list("ancestor_id", "descendant_id", "depth", "valid_from", "valid_to")
    )
    for row in sorted(wanted - kept):
        yield Problem("ancestry_missing", codes[row[1]], f"below {codes[row[0]]} {row[3]} – {row[4]}")
    for row in sorted(kept - wanted):
        yield Problem("ancestry_wrong", codes[row[1]], f"below {codes[row[0]]} {row[3]} – {row[4]}")
