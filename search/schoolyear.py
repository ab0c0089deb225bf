"""Ranges of grades; words that say when in the school year a lesson is used: "học kì 2", "tuần 12". Pure.

They tell the exam of one term from that of the other but say nothing of what a lesson is about, so they
lift what has them and hide nothing.
"""

from __future__ import annotations

import re

from search.analysis import word, words
from search.asked import Group, Phrase

LAST_GRADE = 12
#: How many words such a name has at most.
LONGEST = 5
#: A middling word says as much.
WEIGHT = 0.4

_TERMS = {"1": 1, "i": 1, "mot": 1, "2": 2, "ii": 2, "hai": 2}
_ROMAN = {1: "i", 2: "ii"}
_PARTS = {"giua": "giữa", "g": "giữa", "cuoi": "cuối", "c": "cuối"}
_NUMBER = r"(?P<term>1|2|ii|i|mot|hai)"
_NAMED = re.compile(
    rf"^(?:(?P<part>giua|cuoi) )?(?:(?:hoc ki|hk) ?{_NUMBER}|hk{_NUMBER.replace('term', 'glued')})(?= |$)"
)
_SHORT = re.compile(rf"^(?:kt)?(?P<part>[gc])k ?{_NUMBER}?(?= |$)")
_PART = re.compile(rf"^(?P<part>giua|cuoi) (?:hoc )?ki(?: {_NUMBER})?(?= |$)")
_COUNTED = re.compile(r"^(?:tuan|tiet|bai) \d{1,2}(?= |$)")
_BEHIND = re.compile(rf"^ki {_NUMBER}(?= |$)")
_RANGE = re.compile(
    r"\b(lớp|lop|khối|khoi|l)\s*(\d{1,2})\s*(-|–|—|,|đến|den|tới|toi|và|va)\s*(\d{1,2})\b", re.I
)
_WRITTEN = frozenset(word(text) for text in ("giữa", "cuối", "học", "kì", "một", "tuần", "tiết", "bài"))


def with_ranges(text: str) -> str:
    """ "lớp 6-7" as one word, so that both grades are read; a range means all between."""

    def joined(match: re.Match[str]) -> str:
        first, last = int(match[2]), int(match[4])
        if not 1 <= first < last <= LAST_GRADE:
            return match[0]
        through = match[3] not in {",", "và", "va"}
        return f"lop{first}x{last if through or last == first + 1 else first}"

    return _RANGE.sub(joined, text)


def term_at(typed: Phrase, at: int) -> tuple[int, list[Group]]:
    """How many words from ``at`` name a term, a week or a number of a lesson, and their groups; or 0, []."""
    text = " ".join(w.folded for w in typed[at : at + LONGEST])
    # "văn học kì 1": the first two are a subject, read before.
    behind = _BEHIND.match(text) if at and typed[at - 1].folded == "hoc" else None
    match = _NAMED.match(text) or _SHORT.match(text) or _PART.match(text) or _COUNTED.match(text) or behind
    if match is None:
        return 0, []
    size = len(match[0].split())
    run = typed[at : at + size]
    if any(w.has_marks and w not in _WRITTEN for w in run):
        return 0, []
    said = match.groupdict()
    term = _TERMS.get(said.get("term") or said.get("glued") or "", 0)
    part = _PARTS.get(said.get("part") or "", "")
    groups = []
    if term:
        names = (f"học kì {term}", f"hk{term}", f"hk {term}", f"học kì {_ROMAN[term]}", f"hk{_ROMAN[term]}")
        groups.append(_lifting(*map(words, names)))
    if part:
        groups.append(_lifting(words(f"{part} học kì"), words(f"{part} kì")))
    return size, groups or [_lifting(run)]


def _lifting(*phrases: Phrase) -> Group:
    return Group(phrases, optional=True, weight=WEIGHT)
