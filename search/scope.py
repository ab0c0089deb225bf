"""Who may find what: ``Publication.objects.visible_to`` as a set of units that an engine can test.

A document is within a scope when it is open to guests, or published to one of the scope's units,
and none of these units shows a newer text of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from accounts.models import Membership, OrgUnit, UnitAncestry
from accounts.permissions import roles_for, units_where
from accounts.querysets import on_day
from accounts.standing import standing_of
from courses.training.models import Course
from search.documents import COURSE, RESOURCE


@dataclass(frozen=True, slots=True)
class Scope:
    """The ids of the units whose publications a person sees. Empty: a guest.

    ``only_at``: nothing but what is published to one of these, not even what is open to guests.
    ``courses``: the ids of the courses that she sees; who sees a course, the database says alone.
    """

    units: frozenset[int] = frozenset()
    only_at: frozenset[int] | None = None
    courses: frozenset[int] = frozenset()

    def holds(
        self, *, what: str = RESOURCE, guests: bool, units: frozenset[int], superseded_at: frozenset[int]
    ) -> bool:
        """Whether a document with these publications is within the scope."""
        if what == COURSE:
            return not units.isdisjoint(self.courses)
        if not superseded_at.isdisjoint(self.units):
            return False
        if self.only_at is not None and units.isdisjoint(self.only_at):
            return False
        return guests or not units.isdisjoint(self.units)


GUEST = Scope()


def scope_of(user: Any) -> Scope:
    """What a person may find, in one query at most."""
    if not user.is_authenticated or not user.is_active:
        return GUEST
    standing = standing_of(user)
    if standing is not None and not standing.held(roles_for("resource.read_drafts")):
        return Scope(standing.above)
    mine = Membership.objects.filter(on_day(), user=user).values("unit")
    above = UnitAncestry.objects.filter(on_day(), descendant__in=mine).values_list("ancestor_id", flat=True)
    read = units_where(user, "resource.read_drafts").order_by().values_list("pk", flat=True)
    return Scope(frozenset(above.union(read)))


def with_courses(scope: Scope, user: Any) -> Scope:
    """The scope for a question that is about courses too, in one query more."""
    seen = Course.objects.visible_to(user).filter(state=Course.State.OPEN).order_by()
    return replace(scope, courses=frozenset(seen.values_list("pk", flat=True)))


def usable_at(scope: Scope, unit: OrgUnit) -> Scope:
    """The part of a scope that is published at or above a unit: what its courses may use."""
    above = OrgUnit.objects.ancestors(unit).values_list("pk", flat=True)
    return Scope(scope.units, frozenset(above))
