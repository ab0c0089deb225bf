"""The people whom the demo names: one for each kind of user, all with the same password."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from accounts.models import Position, Role, User
from cms.demo.units import ROOT

FILE = "demo-sign-ins.json"
PASSWORD = "hoclieu-demo"  # noqa: S105 - printed at start-up, of the demo alone


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


def write(folder: Path) -> None:
    """One sign-in for each kind of user, for ``serve`` and for tests that drive the whole site."""
    entries = [
        {
            "role": entry.role,
            "username": entry.username,
            "password": PASSWORD,
            "what": entry.what,
            "name": f"{entry.last_name} {entry.first_name}",
            "unit": entry.unit,
        }
        for entry in SIGN_INS
    ]
    text = json.dumps(entries, ensure_ascii=False, indent=1) + "\n"
    path = folder / FILE
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")


def lines(folder: Path) -> list[str]:
    """What a person reads of the file in ``folder``; nothing where there is none."""
    path = folder / FILE
    if not path.exists():
        return []
    entries = json.loads(path.read_text(encoding="utf-8"))
    return ["  Sign in as (demo data):", *map(_line, entries)]


def _line(entry: dict[str, str]) -> str:
    return f"    {entry['role']:<22} {entry['username']:<16} {entry['password']:<16} {entry['what']}"


def still_open() -> list[str]:
    """Usernames of the demo that anybody can sign in with, for their password stands in this file."""
    people = User.objects.filter(username__in=[entry.username for entry in SIGN_INS], is_active=True)
    return [person.username for person in people if person.check_password(PASSWORD)]
