"""A small dated province: a Sở, a district until 30-6-2025, a commune and a ward after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from accounts import actions
from accounts.models import OrgUnit

DAY_1 = date(2016, 9, 1)
REFORM = date(2025, 7, 1)


@dataclass
class Province:
    so: OrgUnit
    district: OrgUnit
    commune: OrgUnit
    ward: OrgUnit
    school: OrgUnit
    sister: OrgUnit


@pytest.fixture
def province(db: None) -> Province:
    """Both schools stood under the district; one went to the commune, the other to the ward."""
    so = actions.create_unit(by=None, code="so", name="Sở GD&ĐT", kind="so", parent=None, on=DAY_1)

    def unit(code: str, name: str, kind: str, parent: OrgUnit, on: date) -> OrgUnit:
        return actions.create_unit(by=None, code=code, name=name, kind=kind, parent=parent, on=on)

    district = unit("pgd", "Phòng GD&ĐT Tiên Lữ", "phong_gddt", so, DAY_1)
    school = unit("th-a", "Tiểu học A", "tieu_hoc", district, DAY_1)
    sister = unit("th-b", "Tiểu học B", "tieu_hoc", district, DAY_1)
    commune = unit("xa", "Xã Tiên Lữ", "xa", so, REFORM)
    ward = unit("phuong", "Phường Phố Hiến", "phuong", so, REFORM)
    actions.move_unit(by=None, unit=school, parent=commune, on=REFORM)
    actions.move_unit(by=None, unit=sister, parent=ward, on=REFORM)
    actions.close_unit(by=None, unit=district, on=REFORM, successors=[commune, ward])
    return Province(so, district, commune, ward, school, sister)
