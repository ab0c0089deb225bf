"""What was probably meant by words that find nothing: "ý bạn là…". Pure.

Each place of the query may be kept, corrected, joined with the next or parted in two; of all ways through,
the one that costs least is taken, where words that stand side by side in the library's titles bring some
of the cost back. A correction consists of words that the lexicon has; whether it finds anything for the
person who asks, the caller asks the engine.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from accounts.text import nfc
from search.analysis import is_syllable, word
from search.keyboard import from_telex, from_vni
from search.lexicon import Lexicon

#: What a way costs. An unknown word may be a name, but then nothing is found.
UNKNOWN, KEYBOARD, SOUND, SWAPPED, EDITED, PARTED, JOINED, FINISHED = 3.0, 0.2, 0.9, 1.1, 1.4, 0.9, 0.8, 1.3
#: A known word is changed only where both its neighbours ask for it.
CHANGED = 0.4
#: A syllable that may be a word of which the library has nothing: changed where a neighbour asks for it.
NEW = 1.0
#: In a longer question known words are left alone: not all of its words stand in one lesson anyway.
SHORT_QUERY = 5
#: What two words bring that stand side by side in titles or keywords; and where those that were typed are
#: found, but never side by side.
BESIDE, BESIDE_APART = 1.0, 2.0
#: A word alone is corrected for certain where the likeliest is so many times as frequent as the next.
CLEARLY = 3
#: A way must be better by this than what was typed.
BETTER = 0.5
MOST_CANDIDATES = 6
MOST_WORDS = 16
#: Words of one or two letters are near to everything: only their neighbours may change them.
SHORTEST = 3
LONGEST = 24
#: An abbreviation has so many letters at most.
ABBREVIATED = 4
LETTERS = "abcdeghiklmnopqrstuvxy"
#: Sounds that are taken for each other, at the beginning and at the end of a syllable.
BEGINNINGS = (
    ("s", "x"), ("ch", "tr"), ("l", "n"), ("d", "gi"), ("d", "r"), ("gi", "r"), ("d", "v"), ("c", "k"),
    ("g", "gh"), ("ng", "ngh"), ("ph", "f"), ("q", "k"), ("z", "d"), ("j", "gi"), ("w", "qu"),
)  # fmt: skip
ENDINGS = (("n", "ng"), ("t", "c"), ("n", "nh"), ("i", "y"), ("o", "u"), ("ch", "t"))

_TOKEN = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"^([^\W\d_]{3,})(\d{1,3})$")
_VOWELS = frozenset("aeiouy")


@dataclass(frozen=True, slots=True)
class Correction:
    """What was probably meant, and whether only its last word was unfinished.

    ``certain``: no word was changed that is one, and none by its letters alone; otherwise it may be
    offered, never taken. ``beside``: of each word changed by its neighbours the pairs, folded, of which
    one must be found. ``doubtful``: a short word that is no syllable ("atp", "led") was changed although no
    neighbour asks for it: it may be an abbreviation that nothing has, and is never taken for a slip.
    """

    text: str
    cost: float
    finished: bool = False
    certain: bool = True
    beside: tuple[tuple[str, ...], ...] = ()
    doubtful: bool = False

    def is_borne_out(self, texts: Collection[str]) -> bool:
        """Whether the pairs for which words were changed stand in folded texts of what was found."""
        said = [f" {text} " for text in texts]
        return all(any(f" {pair} " in text for pair in pairs for text in said) for pairs in self.beside)


@dataclass(frozen=True, slots=True)
class _Step:
    """One way over some tokens: the spellings that come out. ``slip``: letters were changed, so that only
    neighbours or the lack of others near tell (``clear``) what was meant; ``short``: they are few and no
    syllable, which an abbreviation is too.
    """

    words: tuple[str, ...]
    cost: float
    changed: bool = True
    certain: bool = True
    slip: bool = False
    clear: bool = False
    short: bool = False


def correct(
    query: str, lexicon: Lexicon, kept: Collection[str] = (), *, apart: bool = False
) -> Correction | None:
    """The likeliest reading of a query that differs from what was typed, or None.

    ``kept``: words in lower case that stay as they are, such as those of synonyms. ``apart``: what was
    typed is found, but its words never side by side, so that neighbours tell more.
    Quick: at most MOST_WORDS words, a few candidates for each.
    """
    tokens = [match.lower() for match in _TOKEN.findall(nfc(query))][:MOST_WORDS]
    if not tokens or not lexicon.names:
        return None
    good, beside = _good(tokens), BESIDE_APART if apart else BESIDE
    kept = {*kept, *_in_capitals(query)}
    best: list[dict[str, tuple[float, tuple[_Step, ...]]]] = [{} for _ in range(len(tokens) + 1)]
    best[0][""] = (0.0, ())
    for at in range(len(tokens)):
        for size, step in _steps(tokens, at, lexicon, kept, good):
            for before, (cost, way) in best[at].items():
                total = cost + step.cost - beside * _gained(before, step.words, lexicon)
                last = step.words[-1]
                known = best[at + size].get(last)
                if known is None or total < known[0]:
                    best[at + size][last] = (total, (*way, step))
    cost, way = min(best[-1].values(), key=lambda found: found[0])
    if (
        not any(step.changed for step in way)
        or cost > _as_typed(tokens, lexicon, kept, good, beside) - BETTER
    ):
        return None
    spelled = [spelling for step in way for spelling in step.words]
    if any(not _is_known(spelling, lexicon) and spelling not in kept for spelling in spelled):
        return None
    finished = not any(step.changed for step in way[:-1]) and way[-1].words[0].startswith(tokens[-1])
    backed = _backed(way, lexicon)
    certain = all(step.certain for step in way) and all(pairs for step, pairs in backed if not step.clear)
    text = " ".join(_with_marks(spelled, {step.words[0] for step, _pairs in backed}, lexicon))
    doubtful = any(step.short and not pairs for step, pairs in backed)
    beside_each = tuple(pairs for _step, pairs in backed if pairs)
    return Correction(text, round(cost, 3), finished, certain, beside_each, doubtful)


def _backed(way: tuple[_Step, ...], lexicon: Lexicon) -> list[tuple[_Step, tuple[str, ...]]]:
    """The words whose letters were changed, each with its pairs that stand in titles."""
    found = []
    for at, step in enumerate(way):
        if not step.slip:
            continue
        middle = word(step.words[0]).folded
        near = [f"{word(before.words[-1]).folded} {middle}" for before in way[max(at - 1, 0) : at]]
        near += [f"{middle} {word(after.words[0]).folded}" for after in way[at + 1 : at + 2]]
        found.append((step, tuple(pair for pair in near if pair in lexicon.folded_pairs)))
    return found


def _in_capitals(query: str) -> set[str]:
    """Abbreviations: short words in capitals beside others that are not."""
    typed = _TOKEN.findall(nfc(query))
    short = {each.lower() for each in typed if each.isupper() and 1 < len(each) <= ABBREVIATED}
    return short if any(each.islower() for each in typed) else set()


def _good(tokens: list[str]) -> frozenset[str]:
    """The words that are syllables as typed: those with marks, and beside one of these all."""
    marked = any(word(token).has_marks for token in tokens)
    return frozenset(token for token in tokens if marked and is_syllable(word(token).folded))


def _as_typed(
    tokens: list[str], lexicon: Lexicon, kept: Collection[str], good: Collection[str], beside: float
) -> float:
    cost = sum(_keeping(token, lexicon, good) for token in tokens if token not in kept)
    return cost - beside * sum(_gained(one, (other,), lexicon) for one, other in pairwise(tokens))


def _keeping(token: str, lexicon: Lexicon, good: Collection[str]) -> float:
    """What it costs to leave a word as it is."""
    return 0.0 if _is_known(token, lexicon) else NEW if token in good else UNKNOWN


def _is_known(token: str, lexicon: Lexicon) -> bool:
    return token.isdigit() or word(token).folded in lexicon.by_folded


def _gained(before: str, spelled: tuple[str, ...], lexicon: Lexicon) -> int:
    """How many of some words stand beside the one before them in titles."""
    gained = 0
    for spelling in spelled:
        if before and f"{word(before).folded} {word(spelling).folded}" in lexicon.folded_pairs:
            gained += 1
        before = spelling
    return gained


def _steps(
    tokens: list[str], at: int, lexicon: Lexicon, kept: Collection[str], good: Collection[str]
) -> Iterator[tuple[int, _Step]]:
    """The ways over the tokens from ``at``: how many they take, and what comes out."""
    token = tokens[at]
    kept_as = 0.0 if token in kept else _keeping(token, lexicon, good)
    known, certain = not kept_as, kept_as == UNKNOWN
    yield 1, _Step((token,), kept_as, changed=False)
    if len(token) > LONGEST or token in kept:
        return
    if certain or len(tokens) <= SHORT_QUERY:
        near = tokens[max(at - 1, 0) : at], tokens[at + 1 : at + 2]
        for step in _corrected(token, lexicon, near, known=known):
            yield 1, replace(step, certain=certain, clear=step.clear and len(tokens) == 1)
    if not known and (certain or len(tokens) <= SHORT_QUERY):
        yield from ((1, _Step(parts, PARTED, certain=certain)) for parts in _parted(token, lexicon))
        if at == len(tokens) - 1:
            spellings = _finished(tokens, word(token).folded, lexicon)
            yield from ((1, _Step((spelling,), FINISHED, certain=certain)) for spelling in spellings)
    if at + 1 < len(tokens) and tokens[at + 1] not in kept:
        certain = certain or _keeping(tokens[at + 1], lexicon, good) == UNKNOWN
        steps = _joined(token, tokens[at + 1], lexicon)
        yield from ((2, replace(step, certain=certain)) for step in steps)


def _corrected(
    token: str, lexicon: Lexicon, near: tuple[list[str], list[str]], *, known: bool
) -> Iterator[_Step]:
    """Other words for one, ``near`` being those before and behind it."""
    for key in (from_telex(token), from_vni(token)):
        if key and (spelling := lexicon.by_marked.get(key)) and spelling != token:
            yield _Step((spelling,), KEYBOARD)
    folded = word(token).folded
    # Consonants alone are an abbreviation.
    if len(token) < SHORTEST - 1 or not token.isalpha() or _VOWELS.isdisjoint(folded):
        return
    found: dict[str, float] = {}
    dear = CHANGED if known else 0.0
    for made, cost in (*_alike(folded), *(() if known else _slipped(folded))):
        if made in lexicon.by_folded:
            found[made] = min(cost + dear, found.get(made, cost + dear))
    found.pop(folded, None)
    if len(token) < SHORTEST:
        before, behind = ([word(each).folded for each in side] for side in near)
        pairs = lexicon.folded_pairs
        found = {
            made: cost
            for made, cost in found.items()
            if any(f"{one} {made}" in pairs for one in before)
            or any(f"{made} {one}" in pairs for one in behind)
        }
    short = len(token) <= ABBREVIATED and not is_syllable(folded)
    ranked = sorted(found, key=lambda m: (found[m], -lexicon.frequency(m)))[:MOST_CANDIDATES]
    for at, made in enumerate(ranked):
        rest = [lexicon.frequency(m) for m in ranked if found[m] == found[made] and m != made]
        clear = at == 0 and lexicon.frequency(made) >= CLEARLY * max(rest, default=0)
        yield _Step((lexicon.by_folded[made][0],), found[made], slip=True, clear=clear, short=short)


def _joined(token: str, after: str, lexicon: Lexicon) -> Iterator[_Step]:
    """One word of two, or two others where the blank is in the wrong place ("phâ nsố")."""
    # Two good words are joined only where one of them is hardly a word.
    if _is_known(token, lexicon) and _is_known(after, lexicon) and len(after) >= SHORTEST:
        return
    joined = word(token + after)
    spellings = lexicon.by_folded.get(joined.folded)
    if spellings:
        yield _Step((next((s for s in spellings if word(s) == joined), spellings[0]),), JOINED)
    else:
        for parts in _parted(token + after, lexicon):
            if parts != (token, after):
                yield _Step(parts, PARTED + 0.2)


def _alike(folded: str) -> Iterator[tuple[str, float]]:
    """What sounds alike."""
    for one, other in BEGINNINGS:
        for wrong, right in ((one, other), (other, one)):
            if folded.startswith(wrong):
                yield right + folded[len(wrong) :], SOUND
    for one, other in ENDINGS:
        for wrong, right in ((one, other), (other, one)):
            if folded.endswith(wrong):
                yield folded[: -len(wrong)] + right, SOUND


def _slipped(folded: str) -> Iterator[tuple[str, float]]:
    """What is one slip away: a letter too many, two swapped, one wrong, one missing."""
    for at, char in enumerate(folded):
        before, rest = folded[:at], folded[at + 1 :]
        yield before + rest, SOUND if rest[:1] == char else EDITED
        if rest:
            yield before + rest[0] + char + rest[1:], SWAPPED
        yield from ((before + letter + rest, EDITED) for letter in LETTERS)
    for at in range(len(folded) + 1):
        yield from ((folded[:at] + letter + folded[at:], EDITED) for letter in LETTERS)


def _parted(token: str, lexicon: Lexicon) -> Iterator[tuple[str, ...]]:
    """Two or three known words that were typed without a blank, side by side somewhere in a title; a number
    may stand behind them.
    """
    if (numbered := _NUMBERED.match(token)) and (letters := numbered[1]):
        if word(letters).folded in lexicon.by_folded:
            yield (letters, numbered[2])
        yield from ((*parts, numbered[2]) for parts in _parted(letters, lexicon))
        return
    for cut in range(1, len(token)):
        one, other = token[:cut], token[cut:]
        first, second = word(one).folded, word(other).folded
        if f"{first} {second}" in lexicon.folded_pairs:
            yield (one, other)
        elif first in lexicon.by_folded and len(other) > SHORTEST:
            for more in range(2, len(other) - 1):
                third = word(other[more:]).folded
                middle = word(other[:more]).folded
                if (
                    f"{first} {middle}" in lexicon.folded_pairs
                    and f"{middle} {third}" in lexicon.folded_pairs
                ):
                    yield (one, other[:more], other[more:])


def _finished(tokens: list[str], folded: str, lexicon: Lexicon) -> list[str]:
    """Words that begin so, those first that follow the word before."""
    before = f"{word(tokens[-2]).folded} " if len(tokens) > 1 else ""
    found = [key for key in lexicon.by_folded if key.startswith(folded)]
    pairs = lexicon.folded_pairs
    found.sort(key=lambda key: (-pairs.get(before + key, 0), -lexicon.frequency(key)))
    return [lexicon.by_folded[key][0] for key in found[:MOST_CANDIDATES]]


def _with_marks(spelled: list[str], changed: Collection[str], lexicon: Lexicon) -> list[str]:
    """Words without marks, and those changed, as they are mostly written beside their neighbours; the
    others as they are."""
    out = list(spelled)
    for at, spelling in enumerate(spelled):
        if (word(spelling).has_marks and spelling not in changed) or spelling.isdigit():
            continue
        key = word(spelling).folded
        beside = []
        if at and (pair := f"{word(spelled[at - 1]).folded} {key}") in lexicon.best_pair:
            beside.append((lexicon.folded_pairs[pair], lexicon.best_pair[pair].split(" ")[1]))
        if at + 1 < len(spelled) and (pair := f"{key} {word(spelled[at + 1]).folded}") in lexicon.best_pair:
            beside.append((lexicon.folded_pairs[pair], lexicon.best_pair[pair].split(" ")[0]))
        if beside:
            out[at] = max(beside)[1]
        elif key in lexicon.by_folded:
            out[at] = lexicon.by_folded[key][0]
    return out
