"""Vietnamese text: folding and sorting. Pure."""

from __future__ import annotations

import unicodedata

_D = str.maketrans({"đ": "d", "Đ": "d"})


def nfc(text: str) -> str:
    """The composed form, in which everything is stored and compared."""
    return unicodedata.normalize("NFC", text)


def _fold_char(char: str) -> str:
    base = unicodedata.normalize("NFD", char)[0].lower().translate(_D)
    return base[0] if base else char


_CACHE: dict[str, str] = {}


def fold(text: str) -> str:
    """Lower case without marks, one character for one, so that offsets fit the NFC original.

    NFD leaves đ whole, so it is mapped apart: "Đường thẳng" → "duong thang".
    """
    out = []
    for char in nfc(text):
        folded = _CACHE.get(char)
        if folded is None:
            folded = _CACHE[char] = _fold_char(char)
        out.append(folded)
    return "".join(out)


def sort_key(first_name: str, last_name: str) -> str:
    """Names sort by tên (the last word), then by họ đệm; marks decide only between equals."""
    plain = f"{fold(first_name)} {fold(last_name)}"
    return f"{plain} {nfc(first_name)} {nfc(last_name)}".strip()


def username_stem(first_name: str, last_name: str) -> str:
    """A sign-in name as offices make them: given name and initials, Trần Thị Thu Hà → hattt."""
    given = "".join(char for char in fold(first_name) if char.isalnum())
    return given + "".join(fold(word)[0] for word in last_name.split() if fold(word)[0].isalnum())
