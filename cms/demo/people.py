"""The demo's 200 people: where they work, since when, which roles they hold, and who can sign in."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.hashers import make_password

from accounts import actions
from accounts.models import Membership, OrgUnit, Position, Role, UnitKind, User
from accounts.querysets import on_day
from cms.demo.names import Name, Names
from cms.demo.units import COMMUNES, DISTRICTS, FIRST_DAY, REFORM, ROOT, SCHOOLS, close_districts

PASSWORD = "hoclieu-demo"  # noqa: S105 - printed at start-up, of the demo alone

# People of each kind of unit, in the province's proportions (4037 : 5388 : 5251 : 2276 : 222 : 288).
_HEADS = {
    UnitKind.MAM_NON: 44,
    UnitKind.TIEU_HOC: 57,
    UnitKind.THCS: 56,
    UnitKind.THPT: 24,
    UnitKind.LIEN_CAP: 3,
    UnitKind.GDTX: 3,
}
COUNT = sum(_HEADS.values()) + 5 + len(COMMUNES)
SMALL_COUNT = 12
_WOMEN = {UnitKind.MAM_NON: 0.98, UnitKind.TIEU_HOC: 0.8, UnitKind.THCS: 0.68, UnitKind.THPT: 0.6}
_LEVELS = {
    UnitKind.MAM_NON: ("mn",),
    UnitKind.TIEU_HOC: ("th",),
    UnitKind.THCS: ("thcs",),
    UnitKind.THPT: ("thpt",),
    UnitKind.LIEN_CAP: ("th", "thcs", "thpt"),
    UnitKind.GDTX: ("gdtx",),
}
_SUBJECTS = {
    "mn": (["mn-nhan-thuc", "mn-ngon-ngu"], ["mn-the-chat", "mn-tinh-cam"], ["mn-tham-mi"]),
    "th": (["toan", "tieng-viet"], ["tieng-viet", "tnxh"], ["toan", "khoa-hoc"], ["ngoai-ngu-1"], ["am-nhac"],
           ["tin-hoc-cong-nghe"], ["mi-thuat"], ["gdtc"]),
    "thcs": (["toan"], ["ngu-van"], ["ngoai-ngu-1"], ["khtn"], ["ls-dl"], ["tin-hoc"], ["cong-nghe"],
             ["gdcd"], ["gdtc"]),
    "thpt": (["toan"], ["ngu-van"], ["ngoai-ngu-1"], ["vat-li"], ["hoa-hoc"], ["sinh-hoc"], ["lich-su"],
             ["dia-li"], ["tin-hoc"]),
    "gdtx": (["toan-gdtx"], ["ngu-van-gdtx"], ["vat-li-gdtx"]),
}  # fmt: skip


@dataclass(frozen=True)
class SignIn:
    """A person whom the demo names, with a password: one for each kind of user."""

    role: str
    username: str
    last_name: str
    first_name: str
    unit: str
    what: str
    position: Position = Position.TEACHER
    level: str = ""
    subjects: tuple[str, ...] = ()
    grants: tuple[Role, ...] = (Role.TEACHER,)


SIGN_INS = (
    SignIn(
        "teacher",
        "gv",
        "Trần Thị Thu",
        "Hà",
        "th-nguyen-hue",
        "Giáo viên, Trường Tiểu học Nguyễn Huệ",
        level="th",
        subjects=("toan", "tieng-viet"),
    ),
    SignIn(
        "teacher_elsewhere",
        "gv2",
        "Vũ Minh",
        "Đức",
        "th-bao-khe",
        "Giáo viên, Trường Tiểu học Bảo Khê",
        level="th",
        subjects=("toan", "khoa-hoc"),
    ),
    SignIn(
        "trainee",
        "hocvien",
        "Nguyễn Thị",
        "Lan",
        "thcs-le-loi",
        "Học viên, Trường THCS Lê Lợi",
        level="thcs",
        subjects=("khtn",),
    ),
    SignIn(
        "reviewer",
        "duyet",
        "Phạm Quang",
        "Huy",
        ROOT,
        "Duyệt học liệu, Sở GD&ĐT",
        position=Position.OFFICIAL,
        grants=(Role.RESOURCE_REVIEWER,),
    ),
    SignIn(
        "training_manager",
        "quanly",
        "Đào Thị",
        "Hằng",
        ROOT,
        "Quản lí bồi dưỡng, Sở GD&ĐT",
        position=Position.OFFICIAL,
        grants=(Role.TRAINING_MANAGER,),
    ),
    SignIn(
        "unit_administrator",
        "so",
        "Hoàng Đức",
        "Thắng",
        ROOT,
        "Quản trị đơn vị, Sở GD&ĐT",
        position=Position.OFFICIAL,
        grants=(Role.UNIT_ADMINISTRATOR,),
    ),
    SignIn(
        "commune_administrator",
        "phuong",
        "Lê Thanh",
        "Bình",
        "phuong-pho-hien",
        "Quản trị đơn vị, Phường Phố Hiến",
        position=Position.OFFICIAL,
        grants=(Role.UNIT_ADMINISTRATOR, Role.TRAINING_MANAGER),
    ),
    SignIn(
        "school_administrator",
        "truong",
        "Đỗ Thị Minh",
        "Nguyệt",
        "th-nguyen-hue",
        "Hiệu trưởng, Trường Tiểu học Nguyễn Huệ",
        position=Position.PRINCIPAL,
        level="th",
        grants=(Role.UNIT_ADMINISTRATOR, Role.TEACHER),
    ),
    SignIn(
        "school_reviewer",
        "duyettruong",
        "Bùi Xuân",
        "Trường",
        "th-nguyen-hue",
        "Duyệt học liệu, Trường Tiểu học Nguyễn Huệ",
        position=Position.VICE_PRINCIPAL,
        level="th",
        subjects=("toan",),
        grants=(Role.RESOURCE_REVIEWER, Role.TEACHER),
    ),
    SignIn(
        "system_administrator",
        "quantri",
        "Ngô Quang",
        "Vinh",
        ROOT,
        "Quản trị hệ thống",
        position=Position.STAFF,
        grants=(Role.SYSTEM_ADMINISTRATOR,),
    ),
)
# Two more of the small demo, who finish the class of the past.
_SMALL_EXTRA = (("thcs-le-loi", "thcs", "ngu-van"), ("thpt-hung-yen", "thpt", "vat-li"))


@dataclass
class People:
    """Those who were created: by username, and those of each unit in order."""

    by_username: dict[str, User] = field(default_factory=dict)
    of_unit: dict[str, list[User]] = field(default_factory=dict)

    def add(self, unit: str, user: User) -> User:
        self.by_username[user.username] = user
        self.of_unit.setdefault(unit, []).append(user)
        return user


def load(units: dict[str, OrgUnit], *, small: bool, say: Callable[[str], object]) -> People:
    """Creates everybody, carries the districts' people over the reform and closes the districts."""
    people = People()
    names = Names(seed=2018)
    password = make_password(PASSWORD)
    for entry in SIGN_INS:
        _sign_in(people, names, entry, units, password)
    if small:
        for code, level, subject in _SMALL_EXTRA:
            _employ(people, names, units[code], code, FIRST_DAY, level=level, subjects=[subject])
    else:
        _fill_schools(people, names, units)
        say(f"  {len(people.by_username)} people in schools")
        _fill_offices(people, names, units)
        _move_some(people, units)
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
    names.username(Name(entry.last_name, entry.first_name, woman=True))
    for role in entry.grants:
        actions.grant_role(by=None, user=user, unit=units[entry.unit], role=role, on=since)
    people.add(entry.unit, user)


def _employ(
    people: People,
    names: Names,
    unit: OrgUnit,
    code: str,
    since: date,
    *,
    women: float = 0.7,
    position: Position = Position.TEACHER,
    level: str = "",
    subjects: list[str] | None = None,
    roles: tuple[Role, ...] = (Role.TEACHER,),
) -> User:
    name = names.draw(women)
    user = actions.create_person(
        by=None,
        username=names.username(name),
        last_name=name.last,
        first_name=name.first,
        unit=unit,
        on=since,
        position=position,
        level=level,
        subjects=subjects or [],
    )
    for role in roles:
        actions.grant_role(by=None, user=user, unit=unit, role=role, on=since)
    return people.add(code, user)


def _fill_schools(people: People, names: Names, units: dict[str, OrgUnit]) -> None:
    dice = random.Random(1975)  # noqa: S311 - the same people every time
    for kind, heads in _HEADS.items():
        schools = [unit for unit in SCHOOLS if unit.kind == kind]
        left = heads
        for place, school in enumerate(schools):
            size = left // (len(schools) - place)
            left -= size
            present = len(people.of_unit.get(school.code, []))
            for n in range(present, size):
                levels = _LEVELS[kind]
                level = levels[n % len(levels)]
                position = _position(n, present, size, school.code)
                teaches = position in {Position.TEACHER, Position.VICE_PRINCIPAL}
                roles = (Role.TEACHER,) if position != Position.STAFF else ()
                if position == Position.PRINCIPAL:
                    roles = (Role.UNIT_ADMINISTRATOR, Role.TEACHER)
                _employ(
                    people,
                    names,
                    units[school.code],
                    school.code,
                    date(dice.randrange(2016, 2025), 9, 1),
                    women=_WOMEN.get(kind, 0.5),
                    position=position,
                    level=level,
                    subjects=dice.choice(_SUBJECTS[level]) if teaches else [],
                    roles=roles,
                )


def _position(n: int, first: int, size: int, code: str) -> Position:
    """A principal first, a vice principal from four people on, one of the staff from five on."""
    if code == "th-nguyen-hue":
        return Position.TEACHER  # its principal and vice principal can sign in
    if n == first:
        return Position.PRINCIPAL
    if n == first + 1 and size >= 4:
        return Position.VICE_PRINCIPAL
    if n == size - 1 and size >= 5:
        return Position.STAFF
    return Position.TEACHER


def _fill_offices(people: People, names: Names, units: dict[str, OrgUnit]) -> None:
    """Officials: of the department, of the districts until the reform, of the communes from then on."""
    _employ(
        people,
        names,
        units[ROOT],
        ROOT,
        FIRST_DAY,
        women=0.5,
        position=Position.OFFICIAL,
        roles=(),
    )
    taken = {"phuong-pho-hien"}
    for district in DISTRICTS:
        after = [c.code for c in COMMUNES if c.district == district.code and c.code not in taken]
        official = _employ(
            people,
            names,
            units[district.code],
            after[0],
            FIRST_DAY,
            women=0.5,
            position=Position.OFFICIAL,
            roles=(Role.UNIT_ADMINISTRATOR,),
        )
        actions.move_person(
            by=None, user=official, unit=units[after[0]], on=REFORM, position=Position.OFFICIAL
        )
        taken.add(after[0])
        actions.grant_role(
            by=None, user=official, unit=units[after[0]], role=Role.UNIT_ADMINISTRATOR, on=REFORM
        )
    for commune in COMMUNES:
        if commune.code not in taken:
            _employ(
                people,
                names,
                units[commune.code],
                commune.code,
                REFORM,
                women=0.5,
                position=Position.OFFICIAL,
                roles=(Role.UNIT_ADMINISTRATOR,),
            )


def _move_some(people: People, units: dict[str, OrgUnit]) -> None:
    """Teachers change schools, and some teach in a second one as well."""
    day = date(2026, 1, 5)
    for old, new in (
        ("thcs-di-su", "thcs-phung-chi-kien"),
        ("mn-hien-nam", "mn-an-tao"),
        ("th-an-vi", "th-lien-khe"),
    ):
        user = people.of_unit[old].pop()
        before = Membership.objects.get(on_day(day), user=user, primary=True)
        actions.move_person(
            by=None,
            user=user,
            unit=units[new],
            on=day,
        )
        if before.position != Position.STAFF:
            actions.grant_role(by=None, user=user, unit=units[new], role=Role.TEACHER, on=day)
        people.of_unit[new].append(user)
    for home, second in (("thcs-le-loi", "thcs-nguyen-quoc-an"), ("th-lam-son", "th-bao-khe")):
        actions.add_membership(
            by=None,
            user=people.of_unit[home][-2],
            unit=units[second],
            on=date(2025, 9, 1),
            until=date(2027, 6, 1),
            primary=False,
        )
