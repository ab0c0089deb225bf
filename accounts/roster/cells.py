"""What a cell means: days, positions, levels, names, texts typed in an old font. Pure."""

from __future__ import annotations

import re
from datetime import date

from accounts.text import fold, nfc

#: TCVN3 (ABC) kept its letters where Latin-1 has other ones; only lower case and six capitals exist.
_OLD = (
    "µà ¸á ¶ả ·ã ¹ạ ¨ă »ằ ¾ắ ¼ẳ ½ẵ Æặ ©â Çầ Êấ Èẩ Éẫ Ëậ ®đ Ìè Ðé Îẻ Ïẽ Ñẹ ªê Òề Õế Óể Ôễ Öệ ×ì Ýí Øỉ Üĩ Þị "
    "ßò ãó áỏ âõ äọ «ô åồ èố æổ çỗ éộ ¬ơ êờ íớ ëở ìỡ îợ ïù óú ñủ òũ ôụ \u00adư õừ øứ öử ÷ữ ùự úỳ ýý ûỷ üỹ þỵ "
    "¡Ă ¢Â §Đ £Ê ¤Ô ¥Ơ ¦Ư"
)
_TABLE = str.maketrans({pair[0]: pair[1] for pair in _OLD.split(" ")})
#: Characters of the old font that no Vietnamese text in Unicode holds.
_SIGNS = frozenset("µ¸¶·¹¨»¾¼½©®ªÞß×÷þ«¬\u00ad¡¢§£¤¥¦ÆÇÐÑØÜäåæçëîïñöøûüËÎÏÖ")
_POSITIONS: tuple[tuple[str, str], ...] = (
    ("pho hieu truong", "vice_principal"), ("hieu pho", "vice_principal"), ("pho giam doc", "vice_principal"),
    ("p. hieu truong", "vice_principal"), ("p.ht", "vice_principal"), ("pht", "vice_principal"),
    ("hieu truong", "principal"), ("giam doc", "principal"), ("ht", "principal"),
    ("chuyen vien", "official"), ("can bo phong", "official"), ("truong phong", "official"),
    ("pho phong", "official"), ("cong chuc", "official"), ("lanh dao", "official"),
    ("giao vien", "teacher"), ("gv", "teacher"), ("to truong", "teacher"), ("to pho", "teacher"),
    ("nhan vien", "staff"), ("nv", "staff"), ("ke toan", "staff"), ("van thu", "staff"),
    ("thu vien", "staff"), ("y te", "staff"), ("bao ve", "staff"), ("thiet bi", "staff"),
    ("principal", "principal"), ("vice principal", "vice_principal"), ("teacher", "teacher"),
    ("official", "official"), ("staff", "staff"),
)  # fmt: skip
#: The words that say a position and nothing else; any other was read as it.
_PLAIN = {
    "principal": ("hieu truong", "ht", "giam doc", "principal"),
    "vice_principal": (
        "pho hieu truong", "hieu pho", "pht", "p.ht", "p. hieu truong", "pho giam doc", "vice principal",
    ),
    "teacher": ("giao vien", "gv", "teacher"), "staff": ("nhan vien", "nv", "staff"),
    "official": ("chuyen vien", "cong chuc", "official"),
}  # fmt: skip
_LEVELS = {
    "mn": "mn", "mam non": "mn", "nha tre": "mn", "mau giao": "mn", "th": "th", "tieu hoc": "th",
    "thcs": "thcs", "trung hoc co so": "thcs", "thpt": "thpt", "trung hoc pho thong": "thpt",
    "gdtx": "gdtx", "giao duc thuong xuyen": "gdtx",
}  # fmt: skip
_DAY = re.compile(r"^(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4}|\d{2})$")
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})")


def is_old_font(text: str) -> bool:
    """Whether a text was typed in TCVN3: it holds signs that Vietnamese in Unicode does not."""
    return any(char in _SIGNS for char in text)


def from_old_font(text: str) -> str:
    """TCVN3 read as Unicode: "§inh ThÞ Thïy Linh" → "Đinh Thị Thùy Linh"."""
    return nfc(text.translate(_TABLE))


def day(text: str) -> date | None:
    """A day as people type it: 2/6/1990, 02.06.90, 1990-06-02. None if it is no day.

    Years of two figures are of this century up to 30, else of the last.
    """
    if match := _DAY.match(text):
        day_, month, year = (int(part) for part in match.groups())
        if year < 100:
            year += 2000 if year <= 30 else 1900
    elif match := _ISO.match(text):
        year, month, day_ = (int(part) for part in match.groups())
    else:
        return None
    try:
        return date(year, month, day_)
    except ValueError:
        return None


def position(text: str) -> str:
    """The position that a duty names; "" where none is recognised."""
    plain = f" {' '.join(fold(text).split())} "
    for words, value in _POSITIONS:
        if plain.strip() == words or f" {words} " in plain or plain.startswith(f" {words}"):
            return value
    return ""


def says_position(text: str, value: str) -> bool:
    """Whether a duty is a word for a position itself: "Giáo viên", "GV", not "Tổ trưởng Toán"."""
    return " ".join(fold(text).split()) in _PLAIN.get(value, ())


def level(text: str) -> str:
    """The code of a level; "" where none is recognised."""
    return _LEVELS.get(" ".join(fold(text).split()), "")


def name_parts(full: str) -> tuple[str, str]:
    """Family and middle names, given name: the given name is the last word."""
    words = full.split()
    return " ".join(words[:-1]), words[-1] if words else ""


def proper(name: str) -> str:
    """A name typed in capitals only, or without any, with capitals where they belong."""
    if name and (name == name.upper() or name == name.lower()):
        return " ".join(word[:1].upper() + word[1:].lower() for word in name.split())
    return name


def phone(text: str) -> str:
    """A number with the leading zero that a spreadsheet took away."""
    digits = re.sub(r"[^\d+]", "", text)
    if len(digits) == 9 and digits[0] in "235789":
        return f"0{digits}"
    return digits
