"""How text becomes words, for what is indexed and for what is asked alike. Pure.

A word has two keys. The *folded* key has no marks and one letter for i and y, so that "ly", "lí" and
"lý" meet. The *marked* key keeps the vowels and the tone, wherever the tone was placed, so that
"hoà" and "hòa" are one word and "bò" and "bố" are two.

The choices, each with its reason: NFC, because keyboards send both forms; lower case, because nobody
types capitals on purpose; đ as d, which Unicode does not do; i for a final y behind a consonant, because
both spellings are in use; no stemming, Vietnamese has no endings; no list of stop words in the index,
they are parts of words ("không khí"): a query passes over them instead (``thesaurus.LINKING``). Grades,
ages, abbreviations and synonyms are read from the query and never written into the index
(``reading``, ``thesaurus``), so that a new one acts at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from accounts.text import fold, nfc

_WORD = re.compile(r"[^\W_]+")
# A final y after a consonant sounds like i (lý, mỹ, kỹ, quý); after a vowel it does not (may, mai).
_FINAL_Y = re.compile(r"^([b-df-hj-np-tv-xz]+u?|)y$")
#: What a syllable can be, folded: whatever is none was typed wrongly or is no Vietnamese.
_SYLLABLE = re.compile(
    r"^(?:b|ch?|d|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|th?|tr|v|x)?[aeiouy]{1,3}(?:ch?|m|ng?|nh|p|t)?$"
)
# Huyền, sắc, ngã, hỏi, nặng: written behind the syllable as Greek letters, which no word here has.
_TONES = {"\u0300": "α", "\u0301": "β", "\u0303": "γ", "\u0309": "δ", "\u0323": "ε"}


@dataclass(frozen=True, slots=True)
class Word:
    """One word: its two keys. ``marked`` equals ``folded`` where it carries no marks."""

    folded: str
    marked: str

    @property
    def has_marks(self) -> bool:
        return self.folded != self.marked


@dataclass(frozen=True, slots=True)
class Token:
    """A word and where it stands in the NFC text: ``text[start:end]``."""

    word: Word
    start: int
    end: int


def _one_letter_for_y(key: str) -> str:
    match = _FINAL_Y.match(key)
    # "qu" counts as one consonant (quý = quí); any other u before y is a vowel (thúy ≠ thúi).
    if match and (not match[1].endswith("u") or match[1] == "qu"):
        return f"{key[:-1]}i"
    return key


@lru_cache(maxsize=50_000)
def word(text: str) -> Word:
    """The keys of one word."""
    folded = _one_letter_for_y(fold(text))
    tone = ""
    letters = []
    for char in unicodedata.normalize("NFD", nfc(text).lower()):
        if char in _TONES:
            tone = _TONES[char]
        else:
            letters.append(char)
    plain = unicodedata.normalize("NFC", "".join(letters))
    return Word(folded, _one_letter_for_y(plain) + tone)


def is_syllable(folded: str) -> bool:
    """Whether a folded word can be a syllable of Vietnamese."""
    return _SYLLABLE.match(folded) is not None


def tokens(text: str) -> list[Token]:
    """The words of an NFC text with their places."""
    return [Token(word(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)]


def words(text: str) -> tuple[Word, ...]:
    """The words of a text in any form."""
    return tuple(word(match[0]) for match in _WORD.finditer(nfc(text)))


def folded_text(text: str) -> str:
    """What a full-text index stores to be found without marks."""
    return " ".join(w.folded for w in words(text))


def marked_text(text: str) -> str:
    """What a full-text index stores to be found with exact marks."""
    return " ".join(w.marked for w in words(text))


def find_phrase(within: Sequence[str], phrase: Sequence[str]) -> list[int]:
    """Where ``phrase`` begins in ``within``, a list of keys."""
    found: list[int] = []
    at, size, wanted = 0, len(phrase), list(phrase)
    while size:
        try:
            at = within.index(wanted[0], at)
        except ValueError:
            break
        if size == 1 or list(within[at : at + size]) == wanted:
            found.append(at)
        at += 1
    return found
