"""The demo's part of Hưng Yên: 60 units, four districts until 30-6-2025, eight communes and wards after.

The proportions of school kinds are the province's own (182 : 171 : 171 : 38 : 1 : 11). Units of the small
demo are marked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from accounts import actions
from accounts.models import OrgUnit, UnitKind

FIRST_DAY = date(2016, 9, 1)
REFORM = date(2025, 7, 1)
ROOT = "so-hung-yen"


@dataclass(frozen=True)
class Unit:
    """A unit; ``before`` and ``after`` are the codes of its parents before and from the reform on."""

    code: str
    name: str
    kind: UnitKind
    before: str = ""
    after: str = ""
    small: bool = False


@dataclass(frozen=True)
class Commune:
    """A commune or ward made by the reform, and its schools: kind, name, whether in the small demo."""

    code: str
    name: str
    kind: UnitKind
    district: str
    schools: tuple[tuple[UnitKind, str, str], ...]
    small: tuple[str, ...] = ()


_MN, _TH, _CS, _PT = UnitKind.MAM_NON, UnitKind.TIEU_HOC, UnitKind.THCS, UnitKind.THPT
_XA, _PHUONG, _TX = UnitKind.XA, UnitKind.PHUONG, UnitKind.GDTX
_KIND_NAMES = {_MN: "Trường Mầm non", _TH: "Trường Tiểu học", _CS: "Trường THCS", _PT: "Trường THPT"}
_KIND_CODES = {_MN: "mn", _TH: "th", _CS: "thcs", _PT: "thpt"}

DISTRICTS = (
    Unit("pgd-tp-hung-yen", "Phòng GD&ĐT thành phố Hưng Yên", UnitKind.PHONG_GDDT, before=ROOT, small=True),
    Unit("pgd-my-hao", "Phòng GD&ĐT thị xã Mỹ Hào", UnitKind.PHONG_GDDT, before=ROOT),
    Unit("pgd-tien-lu", "Phòng GD&ĐT huyện Tiên Lữ", UnitKind.PHONG_GDDT, before=ROOT),
    Unit("pgd-khoai-chau", "Phòng GD&ĐT huyện Khoái Châu", UnitKind.PHONG_GDDT, before=ROOT),
)

COMMUNES = (
    Commune(
        "phuong-pho-hien",
        "Phường Phố Hiến",
        _PHUONG,
        "pgd-tp-hung-yen",
        (
            (_MN, "hien-nam", "Hiến Nam"),
            (_MN, "an-tao", "An Tảo"),
            (_TH, "nguyen-hue", "Nguyễn Huệ"),
            (_CS, "le-loi", "Lê Lợi"),
            (_CS, "nguyen-quoc-an", "Nguyễn Quốc Ân"),
        ),
        small=("th-nguyen-hue", "thcs-le-loi"),
    ),
    Commune(
        "phuong-son-nam",
        "Phường Sơn Nam",
        _PHUONG,
        "pgd-tp-hung-yen",
        (
            (_MN, "lam-son", "Lam Sơn"),
            (_MN, "bao-khe", "Bảo Khê"),
            (_TH, "lam-son", "Lam Sơn"),
            (_TH, "bao-khe", "Bảo Khê"),
            (_CS, "lam-son", "Lam Sơn"),
        ),
        small=("th-bao-khe",),
    ),
    Commune(
        "phuong-my-hao",
        "Phường Mỹ Hào",
        _PHUONG,
        "pgd-my-hao",
        (
            (_MN, "ban-yen-nhan", "Bần Yên Nhân"),
            (_MN, "nhan-hoa", "Nhân Hòa"),
            (_TH, "ban-yen-nhan", "Bần Yên Nhân"),
            (_TH, "nhan-hoa", "Nhân Hòa"),
            (_CS, "ban-yen-nhan", "Bần Yên Nhân"),
        ),
    ),
    Commune(
        "phuong-duong-hao",
        "Phường Đường Hào",
        _PHUONG,
        "pgd-my-hao",
        (
            (_MN, "di-su", "Dị Sử"),
            (_TH, "di-su", "Dị Sử"),
            (_TH, "phung-chi-kien", "Phùng Chí Kiên"),
            (_CS, "di-su", "Dị Sử"),
            (_CS, "phung-chi-kien", "Phùng Chí Kiên"),
        ),
    ),
    Commune(
        "xa-tien-lu",
        "Xã Tiên Lữ",
        _XA,
        "pgd-tien-lu",
        (
            (_MN, "thi-tran-vuong", "Thị trấn Vương"),
            (_MN, "nhat-tan", "Nhật Tân"),
            (_TH, "thi-tran-vuong", "Thị trấn Vương"),
            (_CS, "thi-tran-vuong", "Thị trấn Vương"),
            (_CS, "nhat-tan", "Nhật Tân"),
        ),
    ),
    Commune(
        "xa-tien-hoa",
        "Xã Tiên Hoa",
        _XA,
        "pgd-tien-lu",
        (
            (_MN, "thien-phien", "Thiện Phiến"),
            (_TH, "thien-phien", "Thiện Phiến"),
            (_TH, "thuy-loi", "Thụy Lôi"),
            (_CS, "thien-phien", "Thiện Phiến"),
            (_CS, "thuy-loi", "Thụy Lôi"),
        ),
    ),
    Commune(
        "xa-khoai-chau",
        "Xã Khoái Châu",
        _XA,
        "pgd-khoai-chau",
        (
            (_MN, "thi-tran-khoai-chau", "Thị trấn Khoái Châu"),
            (_MN, "lien-khe", "Liên Khê"),
            (_TH, "thi-tran-khoai-chau", "Thị trấn Khoái Châu"),
            (_TH, "lien-khe", "Liên Khê"),
            (_CS, "thi-tran-khoai-chau", "Thị trấn Khoái Châu"),
        ),
    ),
    Commune(
        "xa-trieu-viet-vuong",
        "Xã Triệu Việt Vương",
        _XA,
        "pgd-khoai-chau",
        (
            (_MN, "an-vi", "An Vĩ"),
            (_MN, "tan-dan", "Tân Dân"),
            (_TH, "an-vi", "An Vĩ"),
            (_CS, "an-vi", "An Vĩ"),
            (_CS, "tan-dan", "Tân Dân"),
        ),
    ),
)

# Under the department itself; the two centres stood under their districts until the reform.
PROVINCIAL = (
    Unit("thpt-hung-yen", "Trường THPT Hưng Yên", _PT, ROOT, ROOT, small=True),
    Unit("thpt-my-hao", "Trường THPT Mỹ Hào", _PT, ROOT, ROOT),
    Unit("thpt-tien-lu", "Trường THPT Tiên Lữ", _PT, ROOT, ROOT),
    Unit("thpt-khoai-chau", "Trường THPT Khoái Châu", _PT, ROOT, ROOT),
    Unit("lc-pho-hien", "Trường TH, THCS và THPT Phố Hiến", UnitKind.LIEN_CAP, ROOT, ROOT),
    Unit("gdtx-pho-hien", "Trung tâm GDNN-GDTX Phố Hiến", _TX, "pgd-tp-hung-yen", ROOT),
    Unit("gdtx-khoai-chau", "Trung tâm GDNN-GDTX Khoái Châu", _TX, "pgd-khoai-chau", ROOT),
)


def _schools() -> Iterator[Unit]:
    for commune in COMMUNES:
        for kind, slug, name in commune.schools:
            code = f"{_KIND_CODES[kind]}-{slug}"
            yield Unit(
                code,
                f"{_KIND_NAMES[kind]} {name}",
                kind,
                commune.district,
                commune.code,
                code in commune.small,
            )
    yield from PROVINCIAL


SCHOOLS = tuple(_schools())
#: all units ever: 1 + 4 + 8 + 47
COUNT = 1 + len(DISTRICTS) + len(COMMUNES) + len(SCHOOLS)


def load(*, small: bool) -> dict[str, OrgUnit]:
    """Opens the units as of 2016, then carries out the reform of 1-7-2025. Units by code."""
    made = {
        ROOT: actions.create_unit(
            by=None, code=ROOT, name="Sở GD&ĐT Hưng Yên", kind=UnitKind.SO, parent=None, on=FIRST_DAY
        )
    }
    schools = [unit for unit in SCHOOLS if unit.small or not small]
    for unit in (*(district for district in DISTRICTS if district.small or not small), *schools):
        made[unit.code] = actions.create_unit(
            by=None,
            code=unit.code,
            name=unit.name,
            kind=unit.kind,
            parent=made[unit.before],
            on=FIRST_DAY,
        )
    _reform(made, schools)
    return made


def _reform(made: dict[str, OrgUnit], schools: list[Unit]) -> None:
    districts = [district for district in DISTRICTS if district.code in made]
    for commune in COMMUNES:
        if commune.district in made and (commune.small or len(districts) > 1):
            made[commune.code] = actions.create_unit(
                by=None,
                code=commune.code,
                name=commune.name,
                kind=commune.kind,
                parent=made[ROOT],
                on=REFORM,
            )
    for school in schools:
        if school.after != school.before:
            actions.move_unit(by=None, unit=made[school.code], parent=made[school.after], on=REFORM)


def close_districts(made: dict[str, OrgUnit]) -> None:
    """The last step of the reform, once the people of the districts have moved on."""
    for district in DISTRICTS:
        if district.code in made:
            successors = [made[c.code] for c in COMMUNES if c.district == district.code and c.code in made]
            actions.close_unit(by=None, unit=made[district.code], on=REFORM, successors=successors)
