"""The demo's 1,761 people: where they work, since when, which roles they hold, and who can sign in."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password

from accounts import actions
from accounts.days import FOREVER, school_year_of, today
from accounts.models import OrgUnit, Position, Role, UnitKind, User
from cms.demo.bulk import Person, Stay, create_people
from cms.demo.names import Name, Names
from cms.demo.sign_ins import PASSWORD, SIGN_INS, SignIn
from cms.demo.units import COMMUNES, DISTRICTS, FIRST_DAY, REFORM, ROOT, SCHOOLS, close_districts

__all__ = ["COUNT", "HEADS", "PASSWORD", "SIGN_INS", "SMALL_COUNT", "SUBJECTS", "People", "load"]

# People of each kind of unit: a tenth of the province's 4037 : 5388 : 5251 : 2276 : 222 : 288 : 87 : 54.
HEADS = {
    UnitKind.MAM_NON: 404,
    UnitKind.TIEU_HOC: 539,
    UnitKind.THCS: 525,
    UnitKind.THPT: 228,
    UnitKind.LIEN_CAP: 22,
    UnitKind.GDTX: 29,
}
# The offices of the districts then, of the communes now; and the department's own.
OFFICIALS, DEPARTMENT = 9, 5
COUNT = sum(HEADS.values()) + OFFICIALS + DEPARTMENT
SMALL_COUNT = 12
WOMEN = {UnitKind.MAM_NON: 0.98, UnitKind.TIEU_HOC: 0.8, UnitKind.THCS: 0.68, UnitKind.THPT: 0.6}
LEVELS = {
    UnitKind.MAM_NON: ("mn",),
    UnitKind.TIEU_HOC: ("th",),
    UnitKind.THCS: ("thcs",),
    UnitKind.THPT: ("thpt",),
    UnitKind.LIEN_CAP: ("th", "thcs", "thpt"),
    UnitKind.GDTX: ("gdtx",),
}
# What one person teaches, by level; drawn in turns, so that every subject has its teachers.
SUBJECTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "mn": (("mn-nhan-thuc", "mn-ngon-ngu"), ("mn-the-chat", "mn-tinh-cam"), ("mn-tham-mi", "mn-ngon-ngu")),
    "th": (("toan", "tieng-viet"), ("tieng-viet", "tnxh", "dao-duc"), ("toan", "khoa-hoc", "ls-dl"),
           ("ngoai-ngu-1",), ("am-nhac",), ("toan", "tieng-viet", "hdtn"), ("tin-hoc-cong-nghe",),
           ("mi-thuat",), ("gdtc",)),
    "thcs": (("toan",), ("ngu-van",), ("ngoai-ngu-1",), ("khtn",), ("ls-dl",), ("toan", "tin-hoc"),
             ("ngu-van", "gddp"), ("cong-nghe",), ("gdcd", "hdtn-hn"), ("gdtc",), ("am-nhac",),
             ("mi-thuat",)),
    "thpt": (("toan",), ("ngu-van",), ("ngoai-ngu-1",), ("vat-li",), ("hoa-hoc",), ("sinh-hoc",),
             ("lich-su",), ("dia-li",), ("toan",), ("ngu-van", "gddp"), ("tin-hoc",), ("cong-nghe",),
             ("gdktpl", "hdtn-hn"), ("gdtc",), ("gdqp-an",)),
    "gdtx": (("toan-gdtx",), ("ngu-van-gdtx",), ("vat-li-gdtx", "hoa-hoc-gdtx"),
             ("lich-su-gdtx", "dia-li-gdtx"), ("sinh-hoc-gdtx",), ("gdktpl-gdtx",)),
}  # fmt: skip
# Two more of the small demo, who finish the class of the past.
_SMALL_EXTRA = (("thcs-le-loi", "thcs", "ngu-van"), ("thpt-hung-yen", "thpt", "vat-li"))
#: One in so many moved to another school of its kind; teaches in a second one; has no address for mail
_MOVED, _SECOND, _WITHOUT_MAIL = 35, 60, 7


@dataclass
class People:
    """Those who were created: by username, and those of each unit, as they work today, in order."""

    by_username: dict[str, User] = field(default_factory=dict)
    of_unit: dict[str, list[User]] = field(default_factory=dict)
    position: dict[int, str] = field(default_factory=dict)
    subjects: dict[int, Sequence[str]] = field(default_factory=dict)

    def add(
        self, unit: str, user: User, *, position: str = Position.TEACHER, subjects: Sequence[str] = ()
    ) -> User:
        self.by_username[user.username] = user
        self.of_unit.setdefault(unit, []).append(user)
        self.position[user.pk] = position
        self.subjects[user.pk] = subjects
        return user

    def teaching(self, unit: str, subject: str = "") -> list[User]:
        """The teachers of a unit, in order; with ``subject`` only those who teach it."""
        return [
            user
            for user in self.of_unit.get(unit, [])
            if self.position[user.pk] == Position.TEACHER
            and (not subject or subject in self.subjects[user.pk])
        ]

    def holding(self, unit: str, *positions: str) -> list[User]:
        """The people of a unit in some positions, in order."""
        return [user for user in self.of_unit.get(unit, []) if self.position[user.pk] in positions]


def load(units: dict[str, OrgUnit], *, small: bool, say: Callable[[str], object]) -> People:
    """Creates everybody, carries the districts' people over the reform and closes the districts."""
    people = People()
    names = Names(seed=2018)
    password = make_password(PASSWORD)
    for entry in SIGN_INS:
        _sign_in(people, names, entry, units, password)
    if small:
        _create(people, list(_extra(names, units)))
    else:
        _create(people, _school_staff(people, names, units))
        say(f"  {len(people.by_username):,} people in schools")
        _create(people, list(_officials(names, units)))
    close_districts(units)
    return people


def _sign_in(people: People, names: Names, entry: SignIn, units: dict[str, OrgUnit], password: str) -> None:
    since = REFORM if entry.unit in {c.code for c in COMMUNES} else date(2019, 9, 1)
    user = actions.create_person(
        by=None,
        username=entry.username,
        last_name=entry.last_name,
        first_name=entry.first_name,
        unit=units[entry.unit],
        on=since,
        email=f"{entry.username}@hungyen.example",
        position=entry.position,
        level=entry.level,
        subjects=entry.subjects,
    )
    # One hash for all of them: each costs a quarter of a second.
    User.objects.filter(pk=user.pk).update(password=password)
    names.know(known := Name(entry.last_name, entry.first_name, woman=True))
    names.username(known)
    for role in entry.grants:
        actions.grant_role(by=None, user=user, unit=units[entry.unit], role=role, on=since)
    people.add(entry.unit, user, position=entry.position, subjects=entry.subjects)


def _create(people: People, rows: list[tuple[str, Person]]) -> None:
    for (unit, person), user in zip(rows, create_people(person for _unit, person in rows), strict=True):
        people.add(unit, user, position=person.position, subjects=person.subjects)


def _person(
    names: Names,
    stays: list[Stay],
    *,
    women: float,
    position: Position = Position.TEACHER,
    level: str = "",
    subjects: Sequence[str] = (),
) -> Person:
    name = names.draw(women)
    username = names.username(name)
    mail = "" if sum(map(ord, username)) % _WITHOUT_MAIL == 0 else f"{username}@hungyen.example"
    return Person(username, name, stays, position, level, subjects, mail)


def _extra(names: Names, units: dict[str, OrgUnit]) -> Iterator[tuple[str, Person]]:
    for code, level, subject in _SMALL_EXTRA:
        stay = Stay(units[code], FIRST_DAY, roles=(Role.TEACHER,))
        yield code, _person(names, [stay], women=0.7, level=level, subjects=(subject,))


def shares(total: int, weights: Sequence[float]) -> list[int]:
    """``total`` cut in proportion to the weights into whole parts that add up to it."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(part) for part in exact]
    by_rest = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
    for i in by_rest[: total - sum(parts)]:
        parts[i] += 1
    return parts


def _school_staff(people: People, names: Names, units: dict[str, OrgUnit]) -> list[tuple[str, Person]]:
    dice = random.Random(1975)  # noqa: S311 - the same people every time
    rows: list[tuple[str, Person]] = []
    for kind, heads in HEADS.items():
        schools = [unit for unit in SCHOOLS if unit.kind == kind]
        for school, size in zip(
            schools, shares(heads, [dice.uniform(0.75, 1.25) for _ in schools]), strict=True
        ):
            present = people.of_unit.get(school.code, [])
            led = any(people.position[user.pk] == Position.PRINCIPAL for user in present)
            for n in range(size - len(present)):
                position = position_of(n + 3 * led, size - 3 * (not led))
                stays = _stays(dice, units, school.code, [s.code for s in schools], position)
                level = LEVELS[kind][n % len(LEVELS[kind])]
                taught = SUBJECTS[level][n % len(SUBJECTS[level])] if position != Position.STAFF else ()
                person = _person(
                    names,
                    stays,
                    women=WOMEN.get(kind, 0.5),
                    position=position,
                    level=level,
                    subjects=() if position == Position.PRINCIPAL else taught,
                )
                rows.append((school.code, person))
    return rows


def position_of(n: int, size: int) -> Position:
    """A principal first, a vice principal for each twenty people (one at least), staff last: one in ten."""
    if n == 0:
        return Position.PRINCIPAL
    if n <= max(1, size // 20):
        return Position.VICE_PRINCIPAL
    return Position.STAFF if n >= size - max(1, size // 10) else Position.TEACHER


def roles_of(position: Position) -> tuple[Role, ...]:
    """The roles that a person in a school holds there by her position."""
    if position == Position.STAFF:
        return ()
    if position == Position.PRINCIPAL:
        return (Role.UNIT_ADMINISTRATOR, Role.TEACHER)
    if position == Position.VICE_PRINCIPAL:
        return (Role.RESOURCE_REVIEWER, Role.TEACHER)
    return (Role.TEACHER,)


def _stays(
    dice: random.Random, units: dict[str, OrgUnit], code: str, same_kind: list[str], position: Position
) -> list[Stay]:
    """Where a person works: most at one school, some came from another, some teach in a second one."""
    unit, roles, year = units[code], roles_of(position), school_year_of(today())
    since = date(dice.randrange(2016, 2025), 9, 1)
    if position != Position.TEACHER:
        return [Stay(unit, since, roles=roles)]
    other = units[dice.choice([c for c in same_kind if c != code] or [code])]
    if other != unit and dice.randrange(_MOVED) == 0:
        moved = date(year - dice.randrange(2), *dice.choice(((9, 1), (8, 15))))
        if moved > date(2025, 7, 1):
            return [Stay(other, since, moved, roles), Stay(unit, moved, roles=roles)]
    stays = [Stay(unit, since, roles=roles)]
    if other != unit and dice.randrange(_SECOND) == 0:
        until = date(year + 1, 6, 1) if dice.random() < 0.7 else FOREVER
        stays.append(Stay(other, date(year, 9, 1), until, (Role.TEACHER,), primary=False))
    return stays


def _officials(names: Names, units: dict[str, OrgUnit]) -> Iterator[tuple[str, Person]]:
    """Officials: of the department, of the districts until the reform, of the communes from then on."""
    office, roles = Position.OFFICIAL, (Role.UNIT_ADMINISTRATOR, Role.TRAINING_MANAGER)
    yield ROOT, _person(names, [Stay(units[ROOT], FIRST_DAY)], women=0.5, position=office)
    taken = {"phuong-pho-hien"}
    for district in DISTRICTS:
        after = next(c.code for c in COMMUNES if c.district == district.code and c.code not in taken)
        stays = [
            Stay(units[district.code], FIRST_DAY, REFORM, roles),
            Stay(units[after], REFORM, roles=roles),
        ]
        yield after, _person(names, stays, women=0.5, position=office)
        taken.add(after)
    left = [commune.code for commune in COMMUNES if commune.code not in taken]
    for code in (*left, "phuong-pho-hien"):
        reviews = (Role.RESOURCE_REVIEWER,) if code == "phuong-pho-hien" else roles
        stay = Stay(units[code], REFORM + timedelta(days=14), roles=reviews)
        yield code, _person(names, [stay], women=0.5, position=office)
