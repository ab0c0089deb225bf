"""Vietnamese typed in the fonts of the nineties, read as Unicode: TCVN3 (ABC) and VNI Windows."""

from __future__ import annotations

import re

from accounts.roster.cells import from_old_font
from accounts.text import nfc

#: Letters that only Vietnamese in Unicode has: a line with one was not typed in an old font.
_MODERN = re.compile("[ăđĩũơưĂĐĨŨƠƯ\u1ea0-\u1ef9]")
_WORD = re.compile(r"[^\s\d]{2,}")
#: Signs that stand inside words in TCVN3 and nowhere else: "tr×nh", "häc" is not enough, "§iÒu" is.
_TCVN3 = re.compile("[A-Za-z][µ¸¶·¹¨»¾¼½©®ªÞß×÷þ«¬\u00ad]|[µ¸¶·¹¨»¾¼½©®ªß×÷þ«¬\u00ad§][A-Za-z]")
#: A vowel and its mark as two letters, which no language writes so often: "Tieáng Vieät".
_VNI = re.compile("[aeouyAEOUYôöÔÖ][ùøûõïåäëüÙØÛÕÏÅÄËÜâáàãéèêú]")
#: Share of words that must look so, and how many at least.
_SHARE, _LEAST = 0.15, 3

_TONES = {"ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323"}
_HAT = {"â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303",
        "ä": "\u0302\u0323"}  # fmt: skip
_BREVE = {"ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303",
          "ë": "\u0306\u0323"}  # fmt: skip
_ALONE = {"ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "ô": "ơ", "ö": "ư"}


def _vni_pairs() -> dict[str, str]:
    pairs = {}
    for base in "aeouyôö":
        letter = _ALONE.get(base, base)
        marks = dict(_TONES)
        if base in "aeo":
            marks |= _HAT
        if base == "a":
            marks |= _BREVE
        for sign, mark in marks.items():
            pairs[base + sign] = nfc(letter + mark)
    pairs |= _ALONE
    pairs |= {sign.upper(): letter.upper() for sign, letter in pairs.items()}
    # Names are written with one capital and a small mark.
    names = {sign.capitalize(): letter.capitalize() for sign, letter in pairs.items() if len(sign) == 2}
    return {**names, **pairs}


_PAIRS = _vni_pairs()
_PAIR = re.compile("|".join(sorted(map(re.escape, _PAIRS), key=len, reverse=True)))


def from_vni(text: str) -> str:
    """VNI Windows read as Unicode: "Tieáng Vieät" → "Tiếng Việt"."""
    return _PAIR.sub(lambda match: _PAIRS[match[0]], text)


def modern(text: str) -> str:
    """The text with what was typed in an old font read as Unicode, line by line; else as it is."""
    if text.isascii():
        return text
    old = [line for line in text.split("\n") if not _MODERN.search(line)]
    words = _WORD.findall(" ".join(old)[:20_000])
    for looks, read in ((_TCVN3, from_old_font), (_VNI, from_vni)):
        found = sum(1 for word in words if looks.search(word))
        if found >= _LEAST and found >= _SHARE * len(words):
            return "\n".join(
                line if _MODERN.search(line) or line.isascii() else read(line) for line in text.split("\n")
            )
    return text
