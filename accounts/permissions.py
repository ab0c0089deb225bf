"""What a role allows. This module alone interprets roles; rights use today's tree.

A role is held at a unit and valid for that unit and all below it. Being the author of a thing or
the instructor of a class is decided where those live, through ``may`` for everybody else.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Exists, OuterRef

from accounts.days import today
from accounts.errors import NotAllowed
from accounts.models import OrgUnit, Role, RoleGrant, User
from accounts.querysets import OrgUnitQuerySet, on_day

T, R, M, U, S = (
    Role.TEACHER,
    Role.RESOURCE_REVIEWER,
    Role.TRAINING_MANAGER,
    Role.UNIT_ADMINISTRATOR,
    Role.SYSTEM_ADMINISTRATOR,
)

#: verb → the roles that allow it at their unit and below
TABLE: dict[str, frozenset[Role]] = {
    "resource.create": frozenset({T, R, M, U}),  # upload lessons owned by the unit
    "resource.read_drafts": frozenset({R, S}),  # see what is not published
    "resource.review": frozenset({R}),  # return, approve and publish for the unit
    "resource.withdraw": frozenset({R, S}),
    "library.edit": frozenset({R, S}),  # "Kho học liệu" in Wagtail, at the root unit only
    "course.manage": frozenset({M}),  # courses, sections, activities
    "class.manage": frozenset({M}),  # classes, enrolments
    "coverage.view": frozenset({M, U}),
    "target.manage": frozenset({M}),
    "person.view": frozenset({M, U, S}),
    "unit.manage": frozenset({U, S}),
    "role.grant": frozenset({U, S}),
    "attempt.inspect": frozenset({M, S}),  # launch as somebody, read an attempt's history
    "system.manage": frozenset({S}),
}


def roles_for(verb: str) -> frozenset[Role]:
    """The roles that allow a verb. KeyError for a verb that nobody defined."""
    return TABLE[verb]


def _grants(user: User, verb: str, day: date | None):  # type: ignore[no-untyped-def]
    return RoleGrant.objects.filter(on_day(day), user=user, role__in=roles_for(verb))


def may(user: User, verb: str, unit: OrgUnit | int | None, day: date | None = None) -> bool:
    """Whether a person may do a thing at a unit: holds a role for it there or above."""
    if unit is None or not user.is_authenticated or not user.is_active:
        return False
    day = day or today()
    unit_id = unit if isinstance(unit, int) else unit.pk
    return (
        _grants(user, verb, day)
        .filter(on_day(day, "unit__below__"), unit__below__descendant=unit_id)
        .exists()
    )


def require(user: User, verb: str, unit: OrgUnit | int | None) -> None:
    """Raises NotAllowed unless ``may``."""
    if not may(user, verb, unit):
        raise NotAllowed(verb, unit)


def holds(user: User, verb: str, day: date | None = None) -> bool:
    """Whether a person may do a thing anywhere."""
    if not user.is_authenticated or not user.is_active:
        return False
    return _grants(user, verb, day).exists()


def verbs_of(user: User, day: date | None = None) -> frozenset[str]:
    """All verbs that a person may do somewhere, in one query (for navigation)."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    roles = set(RoleGrant.objects.filter(on_day(day), user=user).values_list("role", flat=True))
    return frozenset(verb for verb, allowed in TABLE.items() if roles & {r.value for r in allowed})


def units_where(user: User, verb: str, day: date | None = None) -> OrgUnitQuerySet:
    """The units, with all below, where a person may do a thing."""
    if not user.is_authenticated or not user.is_active:
        return OrgUnit.objects.none()
    day = day or today()
    held = _grants(user, verb, day).filter(
        on_day(day, "unit__below__"), unit__below__descendant=OuterRef("pk")
    )
    return OrgUnit.objects.open(day).filter(Exists(held))


def top_units(user: User, verb: str, day: date | None = None) -> OrgUnitQuerySet:
    """The units at which a person holds a role for a verb: where her view of the tree begins."""
    if not user.is_authenticated or not user.is_active:
        return OrgUnit.objects.none()
    return OrgUnit.objects.open(day).filter(Exists(_grants(user, verb, day).filter(unit=OuterRef("pk"))))
