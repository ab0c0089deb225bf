"""People by the thousand, in rows of the same shape as ``accounts.actions`` makes them one by one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.days import FOREVER
from accounts.models import Membership, OrgUnit, Position, Role, RoleGrant, User
from accounts.text import sort_key
from cms.demo.names import Name

BATCH = 1_000


@dataclass(frozen=True)
class Stay:
    """A person works in a unit on the days [since, until), with these roles there meanwhile."""

    unit: OrgUnit
    since: date
    until: date = FOREVER
    roles: tuple[Role, ...] = ()
    primary: bool = True


@dataclass
class Person:
    """A person to be made. The last primary stay is where she works now."""

    username: str
    name: Name
    stays: list[Stay]
    position: Position = Position.TEACHER
    level: str = ""
    subjects: Sequence[str] = ()
    email: str = ""
    user: User | None = field(default=None, compare=False)


def create_people(people: Iterable[Person]) -> list[User]:
    """Users without a usable password, their memberships and roles; in the order given."""
    rows = list(people)
    users = [_user(person) for person in rows]
    User.objects.bulk_create(users, batch_size=BATCH)
    memberships, grants = [], []
    for person, user in zip(rows, users, strict=True):
        person.user = user
        for stay in person.stays:
            memberships.append(_membership(person, user, stay))
            grants += [
                RoleGrant(user=user, unit=stay.unit, role=role, valid_from=stay.since, valid_to=stay.until)
                for role in stay.roles
            ]
    Membership.objects.bulk_create(memberships, batch_size=BATCH)
    RoleGrant.objects.bulk_create(grants, batch_size=BATCH)
    return users


def _user(person: Person) -> User:
    first, last = person.name.first, person.name.last
    return User(
        username=person.username,
        first_name=first,
        last_name=last,
        sort_name=sort_key(first, last),
        email=person.email,
        password=make_password(None),  # no hash: she cannot sign in by password
        date_joined=_morning(person.stays[0].since),
    )


def _membership(person: Person, user: User, stay: Stay) -> Membership:
    return Membership(
        user=user,
        unit=stay.unit,
        valid_from=stay.since,
        valid_to=stay.until,
        position=person.position,
        level=person.level,
        subjects=list(person.subjects),
        primary=stay.primary,
    )


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(8)))
