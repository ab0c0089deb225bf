"""Which column holds what, by its heading, in whatever order and spelling schools write it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from accounts.text import fold

#: field → beginnings of headings, folded; the first field and the longest heading that fit win
HEADINGS: dict[str, tuple[str, ...]] = {
    "full_name": ("ho va ten", "ho ten", "ho, ten", "ten can bo", "ten giao vien", "full name", "name"),
    "last_name": ("ho va ten dem", "ho ten dem", "ho dem", "ho lot", "ho", "family name", "last name"),
    "first_name": ("ten", "given name", "first name"),
    "staff_code": ("ma can bo", "ma cb", "ma giao vien", "ma gv", "ma so", "ma dinh danh", "ma nhan vien",
                   "so hieu", "staff code", "ma"),
    "born_on": ("ngay sinh", "ngay thang nam sinh", "sinh ngay", "nam sinh", "date of birth", "ngay, thang"),
    "unit": ("don vi", "truong", "noi cong tac", "co quan", "ten truong", "ten don vi", "unit", "school"),
    "position": ("chuc vu", "chuc danh", "nhiem vu", "vi tri", "cong viec", "position"),
    "level": ("cap hoc", "bac hoc", "level"),
    "email": ("e-mail", "email", "thu dien tu", "dia chi mail", "hop thu"),
    "phone": ("dien thoai", "so dien thoai", "dtdd", "sdt", "so dt", "di dong", "telephone", "phone"),
    "username": ("ten dang nhap", "tai khoan", "username", "user name", "sign-in name"),
}  # fmt: skip
_WORDS = re.compile(r"[^a-z0-9, -]+")


def recognise(headers: Sequence[str]) -> dict[str, int]:
    """field → number of its column. Each field and each column at most once."""
    candidates: list[tuple[int, str, int]] = []
    for column, header in enumerate(headers):
        text = " ".join(_WORDS.sub(" ", fold(header)).split())
        if not text or len(text) > 60:
            continue
        for field, beginnings in HEADINGS.items():
            for start in beginnings:
                exact = text == start
                if exact or (len(start) > 3 and re.search(rf"\b{re.escape(start)}\b", text)):
                    candidates.append((-(len(start) + 100 * exact), field, column))
    found: dict[str, int] = {}
    taken: set[int] = set()
    for _length, field, column in sorted(candidates):
        if field not in found and column not in taken:
            found[field] = column
            taken.add(column)
    if "full_name" in found:
        found.pop("last_name", None)
        found.pop("first_name", None)
    return found
