"""What a role allows. This module alone interprets roles; rights use today's tree.

A role is held at a unit and valid for that unit and all below it. Being the author of a thing or
the instructor of a class is decided where those live, through ``may`` for everybody else.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from accounts.days import today
from accounts.errors import NotAllowed
from accounts.models import Membership, OrgUnit, Role, RoleGrant, UnitAncestry, User
from accounts.querysets import OrgUnitQuerySet, on_day
from accounts.standing import standing_of

T, R, M, U, S = (
    Role.TEACHER,
    Role.RESOURCE_REVIEWER,
    Role.TRAINING_MANAGER,
    Role.UNIT_ADMINISTRATOR,
    Role.SYSTEM_ADMINISTRATOR,
)

#: What nobody fulfils.
NOBODY = Q(pk__in=[])

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


def _held(user: User, verb: str, day: date | None) -> Collection[int] | QuerySet[Any]:
    """The units at which a person holds a role for a verb: their ids, or a query for them."""
    standing = standing_of(user, day)
    if standing is None:
        return _grants(user, verb, day).values("unit")
    return standing.held(roles_for(verb))


def may(user: User, verb: str, unit: OrgUnit | int | None, day: date | None = None) -> bool:
    """Whether a person may do a thing at a unit: holds a role for it there or above."""
    if unit is None or not user.is_authenticated or not user.is_active:
        return False
    held = _held(user, verb, day)
    if held == frozenset():
        return False
    unit_id = unit if isinstance(unit, int) else unit.pk
    return UnitAncestry.objects.filter(on_day(day), descendant=unit_id, ancestor__in=held).exists()


def require(user: User, verb: str, unit: OrgUnit | int | None) -> None:
    """Raises NotAllowed unless ``may``."""
    if not may(user, verb, unit):
        raise NotAllowed(verb, unit)


def holds(user: User, verb: str, day: date | None = None) -> bool:
    """Whether a person may do a thing anywhere."""
    if not user.is_authenticated or not user.is_active:
        return False
    standing = standing_of(user, day)
    return bool(standing.held(roles_for(verb))) if standing else _grants(user, verb, day).exists()


def verbs_of(user: User, day: date | None = None) -> frozenset[str]:
    """All verbs that a person may do somewhere, in one query (for navigation)."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    standing = standing_of(user, day)
    roles = set(
        standing.roles
        if standing
        else RoleGrant.objects.filter(on_day(day), user=user).values_list("role", flat=True)
    )
    return frozenset(verb for verb, allowed in TABLE.items() if roles & {r.value for r in allowed})


def where(user: User, verb: str, field: str = "unit", day: date | None = None) -> Q | Exists:
    """The condition that a person may do a thing at the unit in ``field``, for a filter or annotation.

    Cheaper than ``units_where``: no query of its own where she holds no such role.
    """
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    held = _held(user, verb, day)
    if held == frozenset():
        return NOBODY
    return Exists(UnitAncestry.objects.filter(on_day(day), descendant=OuterRef(field), ancestor__in=held))


def told(user: User, verb: str, field: str = "unit") -> Exists | Value:
    """``where`` as a column: whether she may."""
    here = where(user, verb, field)
    return here if isinstance(here, Exists) else Value(False)


def at_or_above(user: User, field: str = "unit") -> Q:
    """The condition that the unit in ``field`` is one where a person works, or lies above one."""
    if not user.is_authenticated or not user.is_active:
        return NOBODY
    standing = standing_of(user)
    if standing is not None:
        return Q(**{f"{field}__in": standing.above})
    work = Membership.objects.filter(on_day(), user=user).values("unit")
    above = UnitAncestry.objects.filter(on_day(), descendant__in=work)
    return Q(**{f"{field}__in": above.values("ancestor")})


def units_where(user: User, verb: str, day: date | None = None) -> OrgUnitQuerySet:
    """The units, with all below, where a person may do a thing."""
    return OrgUnit.objects.open(day).filter(where(user, verb, "pk", day))


def top_units(user: User, verb: str, day: date | None = None) -> OrgUnitQuerySet:
    """The units at which a person holds a role for a verb: where her view of the tree begins."""
    if not user.is_authenticated or not user.is_active:
        return OrgUnit.objects.none()
    return OrgUnit.objects.open(day).filter(pk__in=_held(user, verb, day))


def require_grantable(user: User, role: str, unit: OrgUnit | int) -> None:
    """Raises NotAllowed unless the person may give, and take away, a role at a unit."""
    require(user, "role.grant", unit)
    if role == Role.SYSTEM_ADMINISTRATOR:
        require(user, "system.manage", unit)


def home_unit(user: User) -> int | None:
    """The unit that answers for a person's account: her main one today, else her last main one."""
    main = Membership.objects.filter(user=user, primary=True)
    held = main.filter(on_day()).values_list("unit_id", flat=True).first()
    return held or main.order_by("-valid_to").values_list("unit_id", flat=True).first()


def may_over(user: User, person: User, *, account: bool = True) -> bool:
    """Whether somebody administers a person: manages her home unit, or the root for who has none.

    ``account``: also her account. Then whoever holds roles beyond the administrator's own reach is out
    of it too, or a link to set the password would hand those roles over.
    """
    home = home_unit(person)
    root = OrgUnit.objects.root()
    if home is not None and not OrgUnit.objects.open().filter(pk=home).exists():
        home = None
    if not may(user, "unit.manage", home or root):
        return False
    if not account or user.pk == person.pk:
        return True
    if person.is_superuser and not user.is_superuser:
        return False
    held = RoleGrant.objects.filter(user=person, valid_to__gt=today()).values_list("role", "unit_id")
    for role, unit_id in set(held):
        verb = "system.manage" if role == Role.SYSTEM_ADMINISTRATOR else "unit.manage"
        if not may(user, verb, unit_id):
            return False
    return True


def require_over(user: User, person: User, *, account: bool = True) -> None:
    """Raises NotAllowed unless ``may_over``."""
    if not may_over(user, person, account=account):
        raise NotAllowed("unit.manage", home_unit(person))
