"""Which documents have a word or phrase, as one long number whose bits are the documents'.

SQLite walks through all that has a word for each question; common words are asked again and again, so each
process keeps what it was told. A number in the index never comes to mean another document, and what is
gone is left out of each answer: what was told stays true, and later documents are asked for alone.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import Counter, OrderedDict
from collections.abc import Collection, Iterable
from sys import getsizeof

from search.engines import fts, prepared
from search.engines.bits import bits_of, numbers_in
from search.engines.match import And, Asked, in_columns, lean, leaves, parted, quoted, written
from search.ranking import Card

#: What a process keeps at most: 2,500 words and phrases of 100,000 documents.
KEPT_BYTES = 32_000_000
#: What an entry costs beside its bits, about.
ENTRY_BYTES = 400
#: So many results as the final order looks at them: about 10 MB.
KEPT_CARDS = 3_000
#: Of how many words it is remembered how often they were asked, until counting begins anew.
COUNTED = 20_000
#: A word is asked for by itself once so many questions had it; a rare one is quicker among others.
COMMON_FROM = 2
#: Of so few documents each is looked at by itself rather than all that have a phrase.
FEW = 60
#: Where a word stands as it is held ready, the narrowest place first, and of which fields that speaks.
_PLACES = tuple(
    (place, frozenset(place[1:-1].split())) for place in (fts.TITLE, fts.INNER, fts.NAMES, fts.FOLDED)
)


class Postings:
    """What is kept, for one epoch of an index; any number of threads."""

    def __init__(self, most: int = KEPT_BYTES) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._epoch = ""
        self._bytes = 0
        self._kept: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._cards: dict[tuple[int, int], Card] = {}
        self._asked: Counter[str] = Counter()

    def get(self, epoch: str, asked: str) -> tuple[int, int] | None:
        """The bits of a question, and up to which document they are known."""
        with self._lock:
            if epoch != self._epoch or asked not in self._kept:
                return None
            self._kept.move_to_end(asked)
            return self._kept[asked]

    def are_common(self, epoch: str, words: Collection[str]) -> bool:
        """Whether all are kept or have been asked for before; counts those that are not kept."""
        with self._lock:
            unknown = [each for each in words if epoch != self._epoch or each not in self._kept]
            if len(self._asked) + len(unknown) > COUNTED:
                self._asked.clear()
            self._asked.update(unknown)
            return all(self._asked[each] >= COMMON_FROM for each in unknown)

    def put(self, epoch: str, asked: str, bits: int, upto: int) -> None:
        with self._lock:
            if epoch != self._epoch:
                self._empty()
                self._epoch = epoch
            before = self._kept.pop(asked, None)
            if before is not None:
                self._bytes -= getsizeof(before[0]) + ENTRY_BYTES
                bits, upto = max((bits, upto), before, key=lambda entry: entry[1])
            self._kept[asked] = (bits, upto)
            self._bytes += getsizeof(bits) + ENTRY_BYTES
            while self._bytes > self._most:
                _asked, (oldest, _upto) = self._kept.popitem(last=False)
                self._bytes -= getsizeof(oldest) + ENTRY_BYTES

    def cards(self, epoch: str, wanted: Collection[tuple[int, int]]) -> dict[int, Card]:
        """Those that are kept of some documents, given by number and how often each was used."""
        with self._lock:
            if epoch != self._epoch:
                return {}
            return {key[0]: self._cards[key] for key in wanted if key in self._cards}

    def put_cards(self, epoch: str, cards: dict[int, Card]) -> None:
        with self._lock:
            if epoch == self._epoch:
                if len(self._cards) + len(cards) > KEPT_CARDS:
                    self._cards.clear()
                self._cards.update({(number, card.uses): card for number, card in cards.items()})

    def forget(self) -> None:
        with self._lock:
            self._empty()

    def _empty(self) -> None:
        self._kept.clear()
        self._cards.clear()
        self._asked.clear()
        self._bytes = 0


class Reader:
    """Answers of one snapshot of the index. ``there``: the documents that are not gone, as bits."""

    def __init__(self, postings: Postings, connection: sqlite3.Connection, epoch: str, there: int) -> None:
        self.connection = connection
        self._postings = postings
        self._epoch = epoch
        self._there = there
        (self._upto,) = connection.execute("SELECT coalesce(max(id), 0) FROM doc").fetchone()

    def bits(self, asked: Asked) -> int:
        """The documents that match a question."""
        asked = lean(asked)
        whole = written(asked)
        if self._postings.get(self._epoch, whole) is None and self._is_apart(asked):
            return self._answer(asked, None) & self._there
        return self._of(whole) & self._there

    def having_all(self, questions: Iterable[Asked]) -> int:
        """The documents that match every one of them."""
        return self._answer(And(tuple(questions)), None) & self._there

    def count(self, asked: Asked) -> int:
        """How many documents match."""
        asked = lean(asked)
        whole = written(asked)
        if self._postings.get(self._epoch, whole) is not None:
            return (self._of(whole) & self._there).bit_count()
        if self._is_ready(asked):
            return (self._answer(asked, None) & self._there).bit_count()
        found = self.connection.execute("SELECT count(*) FROM words WHERE words MATCH ?", (whole,))
        return int(found.fetchone()[0])

    def numbers(self, asked: Asked) -> list[int]:
        """The same as ``bits`` as a list, in order."""
        return numbers_in(self.bits(asked))

    def cards(self, wanted: Collection[tuple[int, int]]) -> dict[int, Card]:
        return self._postings.cards(self._epoch, wanted)

    def put_cards(self, cards: dict[int, Card]) -> None:
        self._postings.put_cards(self._epoch, cards)

    def _is_apart(self, asked: Asked) -> bool:
        """Whether its words are asked for each by itself: where some are ready, or all are common."""
        each = leaves(asked)
        common = self._postings.are_common(self._epoch, each)
        return common or any(self._known(leaf) is not None for leaf in each)

    def _is_ready(self, asked: Asked) -> bool:
        return all(self._known(leaf) is not None for leaf in leaves(asked))

    def _known(self, leaf: str) -> tuple[int, int] | None:
        """What this process or the file holds of a word or phrase."""
        found = self._postings.get(self._epoch, leaf)
        if found is None and (found := prepared.find(self.connection, leaf)) is not None:
            self._postings.put(self._epoch, leaf, *found)
        return found

    def _answer(self, asked: Asked, within: int | None) -> int:
        """The documents that match; of others than those ``within`` nothing is said."""
        if isinstance(asked, str):
            return self._one(asked, within)
        if not isinstance(asked, And):
            found = 0
            for part in asked.parts:
                found |= self._answer(part, within)
            return found
        # What is ready first: of few documents that are left the rest is quickly known.
        for part in sorted(asked.parts, key=lambda each: not self._is_ready(each)):
            found = self._answer(part, within)
            within = found if within is None else within & found
            if not within:
                return 0
        return within or 0

    def _one(self, leaf: str, within: int | None) -> int:
        if self._known(leaf) is not None:
            return self._of(leaf)
        bound = self._having_words(leaf)
        if bound is not None and within is not None:
            bound &= within
        elif bound is None:
            bound = within
        if bound is None or bound.bit_count() > FEW:
            return self._of(leaf)
        return self._among(leaf, bound)

    def _having_words(self, leaf: str) -> int | None:
        """The documents that have the words of a phrase, if that is ready, in the fields it may stand in."""
        phrase, fields = parted(leaf)
        place = next((name for name, held in _PLACES if fields <= held), "")
        bound: int | None = None
        if " " not in phrase:
            return None
        for word in dict.fromkeys(phrase.split()):
            asked = in_columns(place, word) if place else quoted(word)
            if self._known(asked) is not None:
                bits = self._of(asked)
                bound = bits if bound is None else bound & bits
        return bound

    def _among(self, asked: str, bits: int) -> int:
        """Those of a few documents that match."""
        if not bits:
            return 0
        (rows,) = self.connection.execute(
            "SELECT json_group_array(value) FROM json_each(?) WHERE EXISTS"
            " (SELECT 1 FROM words WHERE words MATCH ? AND rowid = value)",
            (json.dumps(numbers_in(bits)), asked),
        ).fetchone()
        return bits_of(json.loads(rows))

    def _of(self, asked: str) -> int:
        bits, upto = self._known(asked) or (0, 0)
        if upto > self._upto:
            return bits & ((1 << self._upto + 1) - 1)  # another thread has seen a later state
        if upto < self._upto:
            # One long text is read several times faster than as many rows.
            (rows,) = self.connection.execute(
                "SELECT json_group_array(rowid) FROM words WHERE words MATCH ? AND rowid > ?", (asked, upto)
            ).fetchone()
            bits |= bits_of(json.loads(rows))
            self._postings.put(self._epoch, asked, bits, self._upto)
        return bits
