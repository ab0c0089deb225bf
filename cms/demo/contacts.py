"""Where the demo's units are reached, and who at the department helps with what. Numbers lead nowhere."""

from __future__ import annotations

import random
import re

from accounts.text import fold
from cms.members import Directory, Member, directory
from cms.models import ContactPage, MemberContact

STREETS = (
    "Nguyễn Văn Linh", "Điện Biên", "Tô Hiệu", "Bãi Sậy", "Phạm Ngũ Lão", "Hải Thượng Lãn Ông",
    "Chu Mạnh Trinh", "Lê Lai", "Trưng Trắc", "Nguyễn Thiện Thuật", "Đinh Điền", "Hoàng Hoa Thám",
    "Tuệ Tĩnh", "Nguyễn Du",
)  # fmt: skip
DESKS = (
    ("Tải bài giảng, lỗi gói SCORM", "Tổ hỗ trợ kho học liệu", "0221 000 0001", "hotro@so.hungyen.example"),
    ("Lớp bồi dưỡng, điểm danh, kết quả", "Phòng Tổ chức cán bộ", "0221 000 0002", "tccb@so.hungyen.example"),
    ("Tài khoản, đơn vị, danh sách nhân sự", "Văn phòng Sở", "0221 000 0003", "vanphong@so.hungyen.example"),
    ("Bản quyền, nội dung cần gỡ", "Hội đồng thẩm định học liệu", "", "thamdinh@so.hungyen.example"),
)  # fmt: skip
OFFICE = "Số 307, đường Nguyễn Văn Linh, phường Phố Hiến, tỉnh Hưng Yên"
PHONE, EMAIL = "0221 000 0000", "so@hungyen.example"
HOURS = "Thứ Hai đến thứ Sáu, 7:30–11:30 và 13:30–17:00"
#: What a unit's name begins with and its address does not need
_KIND = re.compile(r"^(trường |trung tâm |phường |xã |đặc khu )+", re.IGNORECASE)


def load() -> None:
    """Fills the contact page, and the address of every open unit that has none."""
    page = ContactPage.objects.live().first()
    if page is not None and not page.desks:
        names = ("matter", "name", "phone", "email")
        page.desks = [("desk", dict(zip(names, desk, strict=True))) for desk in DESKS]
        page.save_revision().publish()
    units = directory()
    known = set(MemberContact.objects.values_list("unit_id", flat=True))
    MemberContact.objects.bulk_create(
        _contact(units, member, number)
        for number, member in enumerate(sorted(units.members.values(), key=lambda m: m.code), start=1)
        if member.closed_on is None and member.pk not in known
    )


def _contact(units: Directory, member: Member, number: int) -> MemberContact:
    chance = random.Random(f"contact {member.code}")  # noqa: S311 -- nothing to guess
    commune = next((each for each in reversed(units.above(member)) if each.kind in {"xa", "phuong"}), None)
    place = member if commune is None and member.kind in {"xa", "phuong"} else commune
    where = f", {place.name}" if place else ", phường Phố Hiến"
    name = re.sub(r"[^a-z0-9]+", "", fold(_KIND.sub("", member.name)))[:40]
    if member.parent is None:
        return MemberContact(unit_id=member.pk, address=OFFICE, phone=PHONE, email=EMAIL)
    return MemberContact(
        unit_id=member.pk,
        address=f"Số {chance.randint(2, 320)}, đường {chance.choice(STREETS)}{where}, tỉnh Hưng Yên",
        phone=f"0221 000 {number:04}",
        email=f"{name}@hungyen.example",
        website=f"https://{name}.hungyen.example" if chance.random() < 0.4 else "",
    )
