"""The words that a library knows, how often each occurs and which stand side by side. Pure.

A query is weighed by it (a rare word says more than a common one) and corrected by it (what is typed
wrongly is near something that is known). It holds words, never which document has them.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice, pairwise
from math import log
from typing import Self

from accounts.text import nfc
from search.analysis import Word, word, words

#: A file of more pairs than this would be dear to keep in every process; the rare ones go first.
MOST_PAIRS = 300_000
MOST_WORDS = 100_000
MOST_PEOPLE = 20_000
#: In a handful of documents no word is rare or common.
SMALL = 20
_WORD = re.compile(r"[^\W_]+")


def spelled(text: str) -> list[str]:
    """The words of a text as they are written, in lower case."""
    return [match.lower() for match in _WORD.findall(nfc(text))]


@dataclass(frozen=True)
class Lexicon:
    """``words``: spelling → documents whose title, keywords or description have it; ``names``: whose
    title or keywords do; ``pairs``: two spellings with a blank between, in titles and keywords;
    ``people``: names of authors → documents, most first.
    """

    documents: int = 0
    words: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[str, int] = field(default_factory=dict)
    pairs: Mapping[str, int] = field(default_factory=dict)
    people: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, documents: Iterable[tuple[str, str, str]], people: Counter[str] | None = None) -> Self:
        """Counts title, keywords and description of documents. ``people``: their authors, read at the end."""
        words: Counter[str] = Counter()
        names: Counter[str] = Counter()
        pairs: Counter[str] = Counter()
        count = 0
        for title, keywords, description in documents:
            count += 1
            beside: set[str] = set()
            named: set[str] = set()
            for part in (title, *keywords.split(",")):
                run = spelled(part)
                named.update(run)
                beside.update(f"{one} {other}" for one, other in pairwise(run))
            names.update(named)
            pairs.update(beside)
            words.update(named.union(spelled(description)))
            if len(pairs) > 2 * MOST_PAIRS:
                pairs = Counter(dict(pairs.most_common(MOST_PAIRS)))
        return cls(
            count,
            dict(words.most_common(MOST_WORDS)),
            dict(names.most_common(MOST_WORDS)),
            dict(pairs.most_common(MOST_PAIRS)),
            dict(people.most_common(MOST_PEOPLE)) if people else {},
        )

    @cached_property
    def _people(self) -> list[tuple[str, str]]:
        return [("".join(f" {w.folded}" for w in words(name)), name) for name in self.people]

    def people_like(self, typed: tuple[Word, ...], most: int) -> list[str]:
        """Authors whose name has these words in a row, the last of which may be unfinished."""
        asked = "".join(f" {w.folded}" for w in typed)
        near = (name for folded, name in self._people if asked in folded)
        return list(islice((name for name in near if _is_named_so(name, typed)), most))

    @cached_property
    def by_folded(self) -> dict[str, list[str]]:
        """Folded key → spellings in titles and keywords, the most frequent first."""
        found: dict[str, list[str]] = {}
        for spelling in sorted(self.names, key=lambda s: -self.names[s]):
            found.setdefault(word(spelling).folded, []).append(spelling)
        return found

    @cached_property
    def by_marked(self) -> dict[str, str]:
        """Marked key → its most frequent spelling in titles and keywords."""
        return {word(s).marked: s for s in sorted(self.names, key=self.names.__getitem__)}

    def frequency(self, folded: str) -> int:
        """In about how many titles and keywords a folded word stands."""
        return self._named.get(folded, 0)

    @cached_property
    def _named(self) -> dict[str, int]:
        return {
            key: sum(self.names[spelling] for spelling in spellings)
            for key, spellings in self.by_folded.items()
        }

    @cached_property
    def folded_pairs(self) -> dict[str, int]:
        """Folded pair → documents."""
        found: Counter[str] = Counter()
        for pair, count in self.pairs.items():
            one, other = pair.split(" ")
            found[f"{word(one).folded} {word(other).folded}"] += count
        return found

    @cached_property
    def following(self) -> dict[str, dict[str, int]]:
        """Folded word → the folded words behind it, the most frequent first."""
        found: dict[str, dict[str, int]] = {}
        for pair in sorted(self.folded_pairs, key=lambda p: -self.folded_pairs[p]):
            one, other = pair.split(" ")
            found.setdefault(one, {})[other] = self.folded_pairs[pair]
        return found

    @cached_property
    def best_pair(self) -> dict[str, str]:
        """Folded pair → how it is mostly written."""
        found: dict[str, str] = {}
        for pair in sorted(self.pairs, key=lambda p: self.pairs[p]):
            one, other = pair.split(" ")
            found[f"{word(one).folded} {word(other).folded}"] = pair
        return found

    @cached_property
    def _frequency(self) -> tuple[dict[str, int], dict[str, int]]:
        folded: Counter[str] = Counter()
        marked: Counter[str] = Counter()
        for spelling, count in self.words.items():
            keys = word(spelling)
            folded[keys.folded] += count
            marked[keys.marked] += count
        return folded, marked

    def count(self, typed: Word) -> int:
        """About how many documents have a word: as marked, or in any form where it was typed without."""
        folded, marked = self._frequency
        if typed.has_marks:
            return marked.get(typed.marked, 0)
        return min(self.documents, folded.get(typed.folded, 0))

    def sounds(self, typed: Word) -> int:
        """About how many documents have a word in any form."""
        return min(self.documents, self._frequency[0].get(typed.folded, 0))

    def names_with(self, typed: Word) -> int:
        """In about how many titles and keywords a word stands in any form."""
        return self.frequency(typed.folded)

    def weight(self, typed: Word) -> float:
        """How much a word says, 0.05 to 1: by the share of documents that do not have it.

        A word that nothing has cannot tell documents apart: it says as much as one of middling rarity.
        """
        if self.documents < SMALL:
            return 1.0
        count = self.count(typed) or self.sounds(typed)
        if not count:
            return 0.5
        return max(0.05, log(self.documents / count) / log(self.documents))

    def to_bytes(self) -> bytes:
        data = [self.documents, self.words, self.names, self.pairs, self.people]
        return zlib.compress(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode())

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        return cls(*json.loads(zlib.decompress(data)))


def words_side_by_side(text: str, lexicon: Lexicon) -> list[str]:
    """The words of two syllables in a text that titles have so, one behind the other, rare ones first."""
    typed = _WORD.findall(nfc(text))
    found: dict[str, int] = {}
    at = 0
    while at + 1 < len(typed):
        one, other = word(typed[at]), word(typed[at + 1])
        if one.has_marks or other.has_marks:
            count = lexicon.pairs.get(f"{typed[at]} {typed[at + 1]}".lower(), 0)
        else:
            count = lexicon.folded_pairs.get(f"{one.folded} {other.folded}", 0)
        if count:
            found[f"{typed[at]} {typed[at + 1]}"] = count
        at += 2 if count else 1
    return sorted(found, key=found.__getitem__)


def _is_named_so(name: str, typed: tuple[Word, ...]) -> bool:
    """Whether a name has the words in a row with the marks that were typed."""
    named = words(name)
    for at in range(len(named) - len(typed) + 1):
        run = named[at : at + len(typed)]
        same = [t == n or (t.folded == n.folded and not t.has_marks) for n, t in zip(run, typed, strict=True)]
        begun = run[-1].folded != typed[-1].folded and run[-1].folded.startswith(typed[-1].folded)
        if all(same[:-1]) and (same[-1] or begun):
            return True
    return False


NOTHING = Lexicon()
