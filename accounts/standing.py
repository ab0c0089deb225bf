"""What a person holds today, asked once for a page: her roles by unit, and the units above hers.

Kept only while one page is read (GET or HEAD) and thrown away with it, so that a role taken away is
gone with the next click. Whatever changes something asks the tables anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from accounts.days import today

#: One query for both: roles, then (without one) the units above those where she works.
_SQL = """
SELECT role, unit_id FROM accounts_rolegrant
 WHERE user_id = %s AND valid_from <= %s AND valid_to > %s
UNION ALL
SELECT '', above.ancestor_id
  FROM accounts_membership AS work
  JOIN accounts_unitancestry AS above ON above.descendant_id = work.unit_id
   AND above.valid_from <= %s AND above.valid_to > %s
 WHERE work.user_id = %s AND work.valid_from <= %s AND work.valid_to > %s
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """``roles``: role → ids of the units where it is held. ``above``: her units and all above them."""

    roles: dict[str, frozenset[int]]
    above: frozenset[int]

    def held(self, roles: Collection[str]) -> frozenset[int]:
        """The units at which one of the roles is held."""
        found = [self.roles[role] for role in roles if role in self.roles]
        return frozenset().union(*found) if found else frozenset()


_kept: ContextVar[dict[tuple[int, date], Standing] | None] = ContextVar("standing", default=None)


@contextmanager
def kept() -> Iterator[None]:
    """Within, what was asked about a person is not asked again. For what only reads."""
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


@contextmanager
def asked_anew() -> Iterator[None]:
    """Within, nothing is kept: for what outlives the page, as a prepared query does."""
    token = _kept.set(None)
    try:
        yield
    finally:
        _kept.reset(token)


def standing_of(user: Any, day: date | None = None) -> Standing | None:
    """What a person holds today; None where nothing is kept, or of another day: ask the tables then."""
    found = _kept.get()
    now = today()
    if found is None or (day is not None and day != now):
        return None
    key = (user.pk, now)
    if key not in found:
        found[key] = read_standing(user)
    return found[key]


def read_standing(user: Any) -> Standing:
    """What a person holds today, from the tables."""
    user_id, day = user.pk, connection.ops.adapt_datefield_value(today())
    with connection.cursor() as cursor:
        cursor.execute(_SQL, [user_id, day, day, day, day, user_id, day, day])
        rows = cursor.fetchall()
    roles: dict[str, set[int]] = {}
    for role, unit in rows:
        roles.setdefault(role, set()).add(unit)
    above = roles.pop("", set())
    return Standing({role: frozenset(units) for role, units in roles.items()}, frozenset(above))
