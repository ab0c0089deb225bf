"""Vietnamese names by sex, drawn with the province's usual family names. The same every time."""

from __future__ import annotations

import random
from dataclasses import dataclass

from accounts.text import fold

_FAMILY = {
    "Nguyễn": 36, "Trần": 10, "Phạm": 8, "Lê": 8, "Vũ": 7, "Hoàng": 6, "Đỗ": 5, "Đặng": 4, "Bùi": 4,
    "Đào": 3, "Ngô": 3, "Dương": 3, "Đoàn": 2, "Trịnh": 2, "Lương": 2, "Phan": 2, "Lý": 1, "Quách": 1,
}  # fmt: skip
_MIDDLE = {
    True: {"Thị": 10, "Thị Thu": 4, "Thị Thanh": 3, "Thị Ngọc": 3, "Thị Minh": 2, "Thị Hồng": 3, "Thị Kim": 2,
           "Thị Bích": 2, "Thu": 2, "Thanh": 2, "Minh": 1, "Phương": 2},
    False: {"Văn": 11, "Đức": 4, "Quang": 3, "Minh": 3, "Hữu": 2, "Xuân": 3, "Đình": 2, "Công": 2, "Mạnh": 2,
            "Trọng": 1, "Ngọc": 2, "Thành": 1},
}  # fmt: skip
_GIVEN = {
    True: (  # noqa: SIM905 - names read best in a row
        "An Anh Ánh Bình Chi Dung Duyên Hà Hạnh Hằng Hiền Hoa Hòa Huệ Hương Huyền Lan Liên Linh Loan Mai Nga "
        "Ngân Nhàn Nhung Oanh Phương Phượng Quỳnh Tâm Thảo Thoa Thơm Thu Thủy Trang Tuyết Vân Xuân Yến"
    ).split(),
    False: (  # noqa: SIM905 - names read best in a row
        "An Bình Chiến Cường Dũng Duy Đạt Hà Hải Hiếu Hòa Hùng Hưng Khánh Kiên Lâm Long Minh Nam Phong "
        "Phúc Quân Quý Sơn Tài Thắng Thành Thịnh Toàn Trung Tuấn Tùng Việt"
    ).split(),
}


@dataclass(frozen=True)
class Name:
    """``last`` is the family name with the middle names, ``first`` the given name."""

    last: str
    first: str
    woman: bool

    @property
    def full(self) -> str:
        return f"{self.last} {self.first}"


class Names:
    """Gives names one after another; nobody is called like somebody before."""

    def __init__(self, seed: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - the same people every time, nothing secret
        self._given: set[str] = set()
        self._usernames: set[str] = set()

    def draw(self, share_of_women: float) -> Name:
        while True:
            woman = self._dice.random() < share_of_women
            family = self._pick(_FAMILY)
            name = Name(f"{family} {self._pick(_MIDDLE[woman])}", self._dice.choice(_GIVEN[woman]), woman)
            if name.full not in self._given:
                self._given.add(name.full)
                return name

    def _pick(self, weights: dict[str, int]) -> str:
        return self._dice.choices(list(weights), list(weights.values()))[0]

    def username(self, name: Name) -> str:
        """As offices make them: given name and initials, "Trần Thị Thu Hà" → hattt, then hattt2."""
        stem = fold(name.first) + "".join(fold(word)[0] for word in name.last.split())
        username, n = stem, 1
        while username in self._usernames:
            n += 1
            username = f"{stem}{n}"
        self._usernames.add(username)
        return username
