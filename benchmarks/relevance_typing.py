"""Slips of people who type Vietnamese: wrong letters and marks, Telex that did not take, lost blanks."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable

from accounts.text import fold, nfc

_TELEX_TONES = {"\u0300": "f", "\u0301": "s", "\u0303": "x", "\u0309": "r", "\u0323": "j"}
_VNI_TONES = {"\u0300": "2", "\u0301": "1", "\u0303": "4", "\u0309": "3", "\u0323": "5"}
_TELEX = {"ă": "aw", "â": "aa", "ê": "ee", "ô": "oo", "ơ": "ow", "ư": "uw", "đ": "dd"}
_VNI = {"ă": "a8", "â": "a6", "ê": "e6", "ô": "o6", "ơ": "o7", "ư": "u7", "đ": "d9"}
_SOUNDS = (("s", "x"), ("ch", "tr"), ("l", "n"), ("d", "gi"), ("r", "d"), ("i", "y"))


def typed(text: str, *, vni: bool = False) -> str:
    """The keys that were pressed: what stands there when the input method was off."""
    letters, tones = (_VNI, _VNI_TONES) if vni else (_TELEX, _TELEX_TONES)
    out = []
    for word in text.split():
        keys, tone = "", ""
        for char in nfc(word.lower()):
            marks = unicodedata.normalize("NFD", char)
            tone = next((tones[m] for m in marks if m in tones), tone)
            plain = nfc("".join(m for m in marks if m not in tones))
            keys += letters.get(plain, plain)
        out.append(keys + tone)
    return " ".join(out)


def misspelt(chance: random.Random, text: str) -> str:
    """One slip somewhere in the text."""
    slips: tuple[Callable[[], str], ...] = (
        lambda: typed(text),
        lambda: typed(text, vni=True),
        lambda: _lost_blank(chance, text),
        lambda: _extra_blank(chance, text),
        lambda: _letters(chance, text, _swap),
        lambda: _letters(chance, text, _drop),
        lambda: _letters(chance, text, _double),
        lambda: _sound(chance, text),
    )
    return chance.choice(slips)()


def _lost_blank(chance: random.Random, text: str) -> str:
    words = text.split()
    at = chance.randrange(len(words) - 1) if len(words) > 1 else 0
    joined = [*words[:at], "".join(words[at : at + 2]), *words[at + 2 :]]
    return fold(" ".join(joined)) if chance.random() < 0.5 else " ".join(joined)


def _extra_blank(chance: random.Random, text: str) -> str:
    words = text.split()
    at = max(range(len(words)), key=lambda n: len(words[n]))
    cut = chance.randint(1, max(1, len(words[at]) - 1))
    return " ".join([*words[:at], words[at][:cut], words[at][cut:], *words[at + 1 :]])


def _letters(chance: random.Random, text: str, slip: Callable[[str, int], str]) -> str:
    words = text.split()
    at = max(range(len(words)), key=lambda n: len(words[n]))
    words[at] = slip(words[at], chance.randint(1, max(1, len(words[at]) - 2)))
    return " ".join(words)


def _swap(word: str, at: int) -> str:
    return word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :]


def _drop(word: str, at: int) -> str:
    return word[:at] + word[at + 1 :]


def _double(word: str, at: int) -> str:
    return word[:at] + word[at : at + 1] + word[at:]


def _sound(chance: random.Random, text: str) -> str:
    words = text.split()
    for at in chance.sample(range(len(words)), len(words)):
        for one, other in _SOUNDS:
            for wrong, right in ((one, other), (other, one)):
                if words[at].startswith(right) and len(words[at]) > len(right) + 1:
                    words[at] = wrong + words[at][len(right) :]
                    return " ".join(words)
    return _letters(chance, text, _drop)
