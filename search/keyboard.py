"""Vietnamese typed while the input method was off: "vawn hojc", "toa1n". Pure.

What comes out is the marked key of a word (see ``analysis``), in which the tone stands behind the letters
wherever its key was pressed; whether such a word exists the lexicon says.
"""

from __future__ import annotations

import re

_TONES = {"f": "α", "s": "β", "x": "γ", "r": "δ", "j": "ε"}
_VNI_TONES = {"2": "α", "1": "β", "4": "γ", "3": "δ", "5": "ε"}
_DOUBLED = {"a": "â", "e": "ê", "o": "ô"}
_HORNED = {"a": "ă", "o": "ơ", "u": "ư"}
_VNI_MARKS = {"6": _DOUBLED, "7": {"o": "ơ", "u": "ư"}, "8": {"a": "ă"}, "9": {"d": "đ"}}
_ASCII = re.compile(r"^[a-z]{2,12}$")
_ASCII_DIGITS = re.compile(r"^(?=.*[a-z])(?=.*[1-9])[a-z1-9]{2,12}$")
_VOWELS = frozenset("aăâeêioôơuưy")


def from_telex(text: str) -> str:
    """The marked key that these keys were meant for, or "" where they mean nothing else."""
    if not _ASCII.match(text):
        return ""
    letters: list[str] = []
    tone = ""
    for char in text:
        has_vowel = any(letter in _VOWELS for letter in letters)
        if char in _TONES and has_vowel:
            tone = _TONES[char]
        elif char == "w" and _horn(letters):
            pass
        elif char == "w":
            letters.append("ư")
        elif char in _DOUBLED and char in letters[-3:] and not _is_open(letters, char):
            letters[len(letters) - 1 - letters[::-1].index(char)] = _DOUBLED[char]
        elif char == "d" and letters and letters[0] == "d" and (len(letters) == 1 or has_vowel):
            letters[0] = "đ"
        else:
            letters.append(char)
    made = "".join(letters)
    return made + tone if made + tone != text else ""


def _is_open(letters: list[str], char: str) -> bool:
    """Whether the same vowel comes again in its own right: not beside it, and no consonant between."""
    at = len(letters) - 1 - letters[::-1].index(char)
    return at != len(letters) - 1 and letters[-1] in _VOWELS


def _horn(letters: list[str]) -> bool:
    """Puts the mark of a w on the vowels before it; False where there is none that takes one."""
    text = "".join(letters)
    at = text.rfind("uo")
    if at >= 0 and not text.startswith("qu"):
        letters[at : at + 2] = ["ư", "ơ"]
        return True
    if (at := text.rfind("ua")) >= 0 and not text.startswith("qu"):
        letters[at] = "ư"
        return True
    if (at := text.rfind("ưo")) >= 0:
        letters[at + 1] = "ơ"
        return True
    for at in range(len(letters) - 1, -1, -1):
        if letters[at] in _HORNED:
            letters[at] = _HORNED[letters[at]]
            return True
    return False


def from_vni(text: str) -> str:
    """The same for digits behind letters."""
    if not _ASCII_DIGITS.match(text):
        return ""
    letters: list[str] = []
    tone = ""
    for char in text:
        if char in _VNI_TONES and letters:
            tone = _VNI_TONES[char]
        elif char in _VNI_MARKS:
            marks = _VNI_MARKS[char]
            places = [at for at, letter in enumerate(letters) if letter in marks]
            if not places:
                return ""
            if char == "7" and "".join(letters[-2:]) == "uo":
                letters[-2:] = ["ư", "ơ"]
            else:
                letters[places[-1]] = marks[letters[places[-1]]]
        else:
            letters.append(char)
    return "".join(letters) + tone
