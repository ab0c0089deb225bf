"""What ranks before what, the same for every engine. Pure.

An engine finds candidates and puts them in a rough order with ``WEIGHTS``; the best ``WINDOW`` of them
are then put into their final order here, by ``score``, so that two engines show the same first pages.
What stands behind the window keeps the engine's own order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import exp, log1p
from typing import Any

from search.analysis import folded_text, marked_text
from search.asked import LONG, SHELF_KINDS, Group, Phrase, Query
from search.thesaurus import licence_word

_YEARS = re.compile(r"\b([3-6])(?: [4-6])? tuoi\b")

#: What of a document beside its words decides.
FACTS = (
    "subject_name", "grade_names", "grade_numbers", "level_name", "type_name", "series_name", "licence",
    "published", "uses", "rating", "rated", "unit_path",
)  # fmt: skip

#: First pass: how much a match in a field counts for bm25. A title says what a lesson is about in few
#: words and keywords were chosen; facts are names from the taxonomy that hundreds of documents share;
#: descriptions mention much; people are found by name but are not what a lesson is about; text inside
#: holds nearly every word of its subject.
WEIGHTS: Mapping[str, float] = {
    "title": 10.0,
    "keywords": 6.0,
    "facts": 4.0,
    "description": 3.0,
    "people": 2.0,
    "inner": 1.0,
}
#: How many of the first pass are put into the final order: ten pages. Whoever looks further sorts otherwise.
WINDOW = 100

#: Where fewer than ENOUGH documents have all of a long question, those with at least half of what it says (by
#: rarity) follow. Two words that stand side by side as typed count BESIDE times the mean of both on top.
ENOUGH, BESIDE = 10, 0.9
#: Being of the subject or grade asked for moves such a document by this share of all words.
SHELF = 0.15

#: Final order: what a word is worth by the best field it stands in. The order is that of WEIGHTS, the
#: distances are smaller: three rare words in a description beat one common word in a title.
FIELDS: Mapping[str, float] = {
    "title": 1.0,
    "keywords": 0.85,
    "facts": 0.6,
    "description": 0.5,
    "people": 0.4,
    "inner": 0.3,
}
#: A further field with the word adds this share of its own worth: said twice is meant.
AGAIN = 0.12
#: Typed with marks, a word that only sounds alike without them is probably another one ("bò", "bố").
OTHER_MARKS = 0.35
#: Typed without marks, the word that is written so ("ca") goes a little before those that are not ("cá").
MARKS_NOT_TYPED = 0.94
#: Two words side by side as typed: most Vietnamese words have two syllables; "phân số" is not "phân … số".
PAIR = 0.9
#: A word of a phrase that stands alone says less than its share.
ALONE = 0.75

#: Points beside those for the words (100 where every word stands in the title as typed).
#: Subject and grade are what teachers name most and mean most: together they outweigh a word that stands
#: in the description instead of the title, never the absence of all words.
LIFTS: Mapping[str, float] = {
    "subject": 14.0,
    "grade": 16.0,
    "level": 20.0,
    "type": 9.0,
    "series": 6.0,
    "licence": 9.0,
}
#: A subject or level that is named alone, without a grade, says by itself where to look: words in the
#: title of a lesson of another subject do not make up for it.
ALONE_ON_SHELF = 3.0
#: Where few have all that was asked, the right subject and grade count so much more; less in a long
#: question, which hardly any has whole.
FILLED, FILLED_LONG = 2.5, 1.4
#: Another subject or grade than the one asked for, as a share of the lift taken away. Where a document
#: says nothing of its subject nothing is taken.
OTHER_FACT = {"subject": -0.7, "grade": -0.6, "level": -1.0, "type": -0.15, "series": -0.3, "licence": -0.5}
#: A subject that contains the one asked for, or follows it in other grades, as a share of the lift.
KIN = 0.6
#: The title says the subject, grade or sort where the catalogue does not.
SAID_IN_TITLE = 0.5
#: Where only a subject, grade or sort was typed, being of it counts, not mentioning it.
MENTIONED = 0.1
#: All words are there.
COMPLETE = 12.0
#: The words stand in the title one behind the other as typed.
PHRASE_IN_TITLE = 6.0
#: The title says nothing else: the share of its words that were asked for.
TITLE_IS_IT = 6.0
#: Recent, used, well rated and near: each decides only between documents that fit alike.
NEW, USED, RATED, NEAR = 1.2, 1.2, 1.2, 0.8
#: Seconds in which newness falls to a third: two school years. Lessons age slowly.
AGE = 2 * 365 * 86_400
#: Uses in 90 days that count as much.
MANY_USES = 200
#: A rating of few people is drawn to the middle, as if this many had given MIDDLE.
PRIOR, MIDDLE = 4, 3.5


@dataclass(frozen=True, slots=True)
class Keys:
    """The words of a document by field, as keys between blanks, so that a phrase is a substring."""

    folded: Mapping[str, str]
    marked: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Card:
    """What of a document decides its rank."""

    folded: Mapping[str, str]
    marked: Mapping[str, str]
    subject: str = ""
    grades: frozenset[int] = frozenset()
    level: str = ""
    type: str = ""
    series: str = ""
    licence: str = ""
    published: int = 0
    uses: int = 0
    rating: float = 0.0
    rated: int = 0
    path: tuple[str, ...] = ()


def card(document: object, texts: Mapping[str, str]) -> Card:
    """The card of a Document. ``texts``: its searchable text by field, of which that inside is left out."""
    names = [name for name in texts if name in FIELDS and name != "inner"]
    folded = {name: f" {folded_text(texts[name])} " for name in names}
    return card_of(document, Keys(folded, {name: f" {marked_text(texts[name])} " for name in names}))


def card_of(document: object, keys: Keys) -> Card:
    """The card of a Document whose words are known as keys."""
    return card_from({name: getattr(document, name) for name in FACTS}, keys)


def card_from(facts: Mapping[str, Any], keys: Keys) -> Card:
    """The same where a Document is no more than its fields FACTS."""
    ages = frozenset(_age(_key(name)) for name in facts["grade_names"]) - {0}
    return Card(
        keys.folded,
        keys.marked,
        subject=_key(facts["subject_name"]),
        grades=frozenset(facts["grade_numbers"]) | ages,
        level=_key(facts["level_name"]),
        type=_key(facts["type_name"]),
        series=_key(facts["series_name"]),
        licence=licence_word(facts["licence"]),
        published=facts["published"],
        uses=facts["uses"],
        rating=facts["rating"],
        rated=facts["rated"],
        path=tuple(facts["unit_path"]),
    )


@lru_cache(maxsize=200)
def _age(grade: str) -> int:
    """Of a group of early childhood the age at which it begins, below zero; 0 for a grade."""
    if match := _YEARS.search(grade):
        return -int(match[1])
    return -1 if "nha tre" in grade else 0


@lru_cache(maxsize=2_000)
def _key(name: str) -> str:
    return folded_text(name)


def score(
    query: Query, card: Card, *, inside: Iterable[int] = (), near: tuple[str, ...] = (), now: int = 0
) -> float:
    """How well a document fits; greater is better.

    ``inside``: the numbers of the query's groups that the text inside has. ``near``: codes of the
    asker's unit and of those above it, the nearest first. ``now``: seconds since 1970.
    """
    return _words(query, card, frozenset(inside)) + _facts(query, card) + _little(card, near, now)


def _words(query: Query, card: Card, inside: frozenset[int]) -> float:
    """Points for the words: at most about 125."""
    topical = [(at, group) for at, group in enumerate(query.groups) if not group.kind]
    if all(group.optional for _at, group in topical):
        return MENTIONED * _of(query, card, list(enumerate(query.groups)), inside)
    return _of(query, card, topical, inside)


def _of(query: Query, card: Card, topical: list[tuple[int, Group]], inside: frozenset[int]) -> float:
    marks = query.has_marks
    got = whole = missing = 0.0
    before: tuple[int, Group, float] | None = None
    for at, group in topical:
        worth = _worth(group.phrases, card, marks=marks)
        if at in inside:
            worth = max(worth, FIELDS["inner"])
        weight = group.weight
        if not worth and not group.optional:
            missing += weight
        beside = before is not None and before[0] == at - 1 and before[1].is_word and group.is_word
        if beside and before is not None:
            pair = (*before[1].phrases[0], *group.phrases[0])
            pair_weight = PAIR * (before[2] + weight) / 2
            got += pair_weight * _worth((pair,), card, marks=marks)
            whole += pair_weight
        got += weight * worth * (ALONE if group.is_word and len(topical) > 1 else 1.0)
        whole += weight * (ALONE if group.is_word and len(topical) > 1 else 1.0)
        before = (at, group, weight)
    if not whole:
        return 0.0
    points = 100 * got / whole
    if not missing:
        points += COMPLETE
    return points + _title(query, card, topical)


def _title(query: Query, card: Card, topical: list[tuple[int, Group]]) -> float:
    title = card.folded["title"].split()
    if not title:
        return 0.0
    asked = {w.folded for _at, group in topical for phrase in group.phrases for w in phrase}
    points = TITLE_IS_IT * sum(1 for word in title if word in asked) / len(title)
    if len(query.words) > 1 and f" {' '.join(w.folded for w in query.words)} " in card.folded["title"]:
        points += PHRASE_IN_TITLE
    return points


def _worth(phrases: Iterable[Phrase], card: Card, *, marks: bool) -> float:
    """The best field that has one of the phrases, and a little for the others."""
    found: list[float] = []
    keys = [_keys(phrase) for phrase in phrases]
    for name, text in card.folded.items():
        best = 0.0
        for folded, marked, has_marks in keys:
            if folded in text:
                same = marked in card.marked[name]
                best = max(best, 1.0 if same else OTHER_MARKS if marks and has_marks else MARKS_NOT_TYPED)
        if best:
            found.append(best * FIELDS[name])
    if not found:
        return 0.0
    best = max(found)
    return min(1.0, best + AGAIN * (sum(found) - best))


@lru_cache(maxsize=10_000)
def _keys(phrase: Phrase) -> tuple[str, str, bool]:
    folded = f" {' '.join(w.folded for w in phrase)} "
    marked = f" {' '.join(w.marked for w in phrase)} "
    return folded, marked, folded != marked


def _facts(query: Query, card: Card) -> float:
    """Points for being of the subject, grade, level, type and series that the query names."""
    points = 0.0
    wanted: dict[str, list[Group]] = {}
    for group in query.groups:
        if group.kind in LIFTS:
            wanted.setdefault(group.kind, []).append(group)
    for kind, groups in wanted.items():
        more = FILLED_LONG if len(query.required) > LONG or any(g.frame for g in query.groups) else FILLED
        more = more if query.filled and kind in {"subject", "grade", "level", "type"} else 1.0
        if kind in {"subject", "level"} and len(wanted.keys() & SHELF_KINDS) == 1:
            more = max(more, ALONE_ON_SHELF)
        points += more * LIFTS[kind] * max(_fits(kind, group, card) for group in groups)
    return points


def _fits(kind: str, group: Group, card: Card) -> float:
    """1 where it is, a negative share where it is another, 0 where the document does not say."""
    says = bool(card.grades) if kind == "grade" else bool(getattr(card, kind))
    if kind == "level" and card.grades & set(group.numbers):
        return 1.0
    if kind == "grade" and card.grades & set(group.numbers):
        return 1.0 if len(card.grades) <= len(group.numbers) + 1 else 0.8
    if kind != "grade" and says:
        name = f" {getattr(card, kind)} "
        same = "=" if kind in {"subject", "licence"} else "in"
        for phrase in group.facts:
            key = _keys(phrase)[0]
            if key == name or (same == "in" and key in name):
                return 1.0
        if any(_keys(phrase)[0] == name for phrase in group.kin):
            return KIN
    in_title = any(_keys(phrase)[0] in card.folded["title"] for phrase in group.phrases)
    if in_title and not (says and kind in {"subject", "grade"}):
        return SAID_IN_TITLE
    return OTHER_FACT[kind] if says else 0.0


def _little(card: Card, near: tuple[str, ...], now: int) -> float:
    """Recency, use, rating and nearness: a few points together."""
    points = NEW * exp(-max(0, now - card.published) / AGE) if now else 0.0
    points += USED * min(1.0, log1p(card.uses) / log1p(MANY_USES))
    if card.rated:
        mean = (card.rating * card.rated + MIDDLE * PRIOR) / (card.rated + PRIOR)
        points += RATED * (mean - MIDDLE) / (5 - MIDDLE)
    if near and card.path:
        # The nearer the owner, the more: one's own school, then the commune, then the Sở.
        places = [at for at, code in enumerate(near) if code == card.path[0]]
        points += NEAR / (1 + places[0]) if places else 0.0
    return points
