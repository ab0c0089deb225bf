"""Vietnamese text: folding and sorting. Pure."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

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


#: How Vietnamese letters sort after the plain one they are made of: a ă â, d đ, e ê, o ô ơ, u ư
_VARIANTS = {"ă": "a1", "â": "a2", "đ": "d1", "ê": "e1", "ô": "o1", "ơ": "o2", "ư": "u1"}
#: Tones in the order of dictionaries: none, huyền, hỏi, ngã, sắc, nặng
_TONES = {"\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0301": "5", "\u0323": "6"}
#: What a sorting name has room for, in characters
SORT_NAME_LENGTH = 310


def collation(text: str) -> str:
    """A key by which Vietnamese words sort as in a dictionary, whatever the collation of the database.

    Two ASCII characters a letter (the plain letter and its variant), then two for the tone of the word,
    so that letters decide before tones, and one word before the next. Digits come before letters.
    """
    return "".join(_word_key(word) for word in text.split())


@lru_cache(maxsize=8192)  # titles of a library share their words
def _word_key(word: str) -> str:
    letters, tone = [], "1"
    for char in nfc(word.lower()):
        marks = unicodedata.normalize("NFD", char)
        tone = next((_TONES[mark] for mark in marks if mark in _TONES), tone)
        plain = nfc("".join(mark for mark in marks if mark not in _TONES))
        letters.append(_VARIANTS.get(plain) or f"{fold(plain)[:1]}{'7' if plain.isdigit() else '0'}")
    return f"{''.join(letters)}0{tone}"


def sort_key(first_name: str, last_name: str) -> str:
    """Names sort by tên (the last word), then by họ đệm, each in the order of Vietnamese letters and tones.

    After a ``|`` the name stands folded and as it is written: that part is what searches look into.
    Of a very long name the key keeps the beginning, so that all of it fits ``SORT_NAME_LENGTH``.
    """
    written = " ".join(part for part in (nfc(first_name), nfc(last_name)) if part)
    found_by = f"|{fold(written)} {written}" if written else ""
    key = collation(first_name) + collation(last_name)
    return f"{key[: SORT_NAME_LENGTH - len(found_by)]}{found_by}"


def username_stem(first_name: str, last_name: str) -> str:
    """A sign-in name as offices make them: given name and initials, Trần Thị Thu Hà → hattt."""
    given = "".join(char for char in fold(first_name) if char.isalnum())
    return given + "".join(fold(word)[0] for word in last_name.split() if fold(word)[0].isalnum())
