"""Vietnamese names by sex, drawn with the province's usual family names. The same every time."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass

from accounts.text import fold

_FAMILY = {
    "Nguyễn": 36, "Trần": 10, "Phạm": 8, "Lê": 8, "Vũ": 7, "Hoàng": 6, "Đỗ": 5, "Đặng": 4, "Bùi": 4,
    "Đào": 3, "Ngô": 3, "Dương": 3, "Đoàn": 2, "Trịnh": 2, "Lương": 2, "Phan": 2, "Lý": 1, "Quách": 1,
    "Hồ": 1, "Cao": 1, "Mai": 1, "Tạ": 1, "Chu": 1, "Lưu": 1, "Đinh": 1, "Tống": 1, "Khổng": 1, "Nghiêm": 1,
}  # fmt: skip
_MIDDLE = {
    True: {"Thị": 10, "Thị Thu": 4, "Thị Thanh": 3, "Thị Ngọc": 3, "Thị Minh": 2, "Thị Hồng": 3, "Thị Kim": 2,
           "Thị Bích": 2, "Thu": 2, "Thanh": 2, "Minh": 1, "Phương": 2, "Thị Phương": 2, "Thị Thúy": 2,
           "Thị Mỹ": 1, "Thị Diệu": 1, "Hoàng": 1, "Khánh": 1, "Thị Ánh": 1, "Thị Tuyết": 1, "Thị Như": 1},
    False: {"Văn": 11, "Đức": 4, "Quang": 3, "Minh": 3, "Hữu": 2, "Xuân": 3, "Đình": 2, "Công": 2, "Mạnh": 2,
            "Trọng": 1, "Ngọc": 2, "Thành": 1, "Duy": 2, "Tiến": 1, "Quốc": 2, "Thế": 1, "Bá": 1, "Hoàng": 1},
}  # fmt: skip
_GIVEN = {
    True: (  # noqa: SIM905 - names read best in a row
        "An Anh Ánh Bình Chi Chuyên Cúc Diễm Dung Duyên Giang Hà Hạnh Hằng Hiền Hoa Hoài Hòa Huệ Hương Hường "
        "Huyền Khuyên Lan Lệ Liên Linh Loan Luyến Lý Mai Mỵ Nga Ngân Nguyệt Nhàn Nhung Oanh Phương Phượng "
        "Quyên Quỳnh Sen Tâm Thảo Thắm Thoa Thơm Thu Thúy Thủy Thương Thường Trang Trinh Tuyến Tuyết Uyên "
        "Vân Việt Xuân Xuyến Yến"
    ).split(),
    False: (  # noqa: SIM905 - names read best in a row
        "An Bách Bình Chiến Chính Cường Doanh Dũng Duy Dưỡng Đạt Điệp Đông Hà Hải Hiếu Hòa Hoàn Hùng Hưng "
        "Khánh Khoa Kiên Lâm Long Lợi Lực Minh Nam Nghĩa Ngọc Nhân Phong Phúc Quân Quý Quyết Sơn Tài Thái "
        "Thắng Thành Thịnh Thuận Thưởng Tiến Toàn Trung Trường Tuấn Tuyên Tùng Việt Vượng"
    ).split(),
}
# Teachers who came from elsewhere: a family name with its middle names, and the given name.
_ELSEWHERE = {
    True: (
        ("Vàng Thị", "Mỷ"), ("Giàng Thị", "Dợ"), ("Lò Thị", "Ọt"), ("Quàng Thị", "Phượng"),
        ("Nông Thị", "Nhình"), ("Bế Thị Kim", "Ngoan"), ("Triệu Mùi", "Chài"), ("Lường Thị", "Ưởng"),
        ("Ksor H'", "Nhan"), ("H'Hen Niê", "Kđăm"), ("Thạch Thị Sô", "Phia"), ("Đàng Thị Kim", "Nhường"),
        ("Hoàng Thị", "Sliếng"), ("Cầm Thị Hải", "Yến"), ("Bùi Thị", "Nhưỡng"), ("Chu Thị Mùi", "Ghển"),
    ),
    False: (
        ("Giàng A", "Páo"), ("Sùng A", "Chua"), ("Lò Văn", "Thưởng"), ("Cầm Bá", "Lai"), ("Hà Văn", "Thuấn"),
        ("Triệu Phúc", "Sềnh"), ("Y Bliă", "Niê"), ("Rmah", "Blui"), ("Thạch Sa", "Rây"), ("Nông Ích", "Đạt"),
        ("Vi Văn", "Chưởng"), ("Đinh A", "Ngưi"), ("Quách Công", "Lưỡng"),
    ),
}  # fmt: skip
# Long ones: lists and cards must hold them.
_LONG = {
    True: (
        ("Công Tằng Tôn Nữ Thị Huyền", "Trang"), ("Nguyễn Hoàng Phương Khánh", "Quỳnh"),
        ("Trần Lê Nguyễn Thị Bích", "Phượng"), ("Nguyễn Đặng Phạm Thị Hoài", "Thương"),
        ("Đoàn Nguyễn Thị Thùy", "Dương"), ("Lê Phạm Hoàng Thị Ngọc", "Nguyệt"),
    ),
    False: (
        ("Nguyễn Phước Vĩnh Quang", "Trường"), ("Trần Nguyễn Hoàng Đăng", "Khoa"),
        ("Lê Nguyễn Phạm Quốc", "Vượng"), ("Đỗ Hoàng Nguyễn Trọng", "Nghĩa"),
    ),
}  # fmt: skip
#: As many people may bear one name before another is drawn
_NAMESAKES = 2


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
    """Gives names one after another; at most two people are called the same, as in any province."""

    def __init__(self, seed: int, *, namesakes: int = _NAMESAKES) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - the same people every time, nothing secret
        self._given: Counter[str] = Counter()
        self._usernames: set[str] = set()
        self._namesakes = namesakes

    def draw(self, share_of_women: float) -> Name:
        while True:
            woman = self._dice.random() < share_of_women
            name, most = self._any(woman)
            if self._given[name.full] < most:
                self.know(name)
                return name

    def know(self, name: Name) -> None:
        """Somebody is called that."""
        self._given[name.full] += 1

    def _any(self, woman: bool) -> tuple[Name, int]:
        """A name, and how many people may bear it."""
        chance = self._dice.random()
        if chance < 0.025:
            return Name(*self._dice.choice(_ELSEWHERE[woman]), woman), 1
        if chance < 0.035:
            return Name(*self._dice.choice(_LONG[woman]), woman), 1
        family = self._pick(_FAMILY)
        if chance < 0.075:  # her mother's family name as well
            family += f" {self._pick(_FAMILY)}"
        name = Name(f"{family} {self._pick(_MIDDLE[woman])}", self._dice.choice(_GIVEN[woman]), woman)
        return name, self._namesakes

    def _pick(self, weights: dict[str, int]) -> str:
        return self._dice.choices(list(weights), list(weights.values()))[0]

    def take(self, username: str) -> None:
        """Somebody signs in by that."""
        self._usernames.add(username)

    def username(self, name: Name) -> str:
        """As offices make them: given name and initials, "Trần Thị Thu Hà" → hattt, then hattt2."""
        initials = "".join(fold(word)[0] for word in name.last.split())
        stem = "".join(char for char in fold(name.first) + initials if char.isascii() and char.isalnum())
        username, n = stem, 1
        while username in self._usernames:
            n += 1
            username = f"{stem}{n}"
        self._usernames.add(username)
        return username
