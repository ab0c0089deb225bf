"""Which documents have a word or phrase, as one long number whose bits are the documents'.

SQLite walks through all that has a word for each question; common words are asked again and again, so each
process keeps what it was told. A number in the index never comes to mean another document, and what is
gone is left out by the columns: what was told stays true, and later documents are asked for alone.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections import Counter, OrderedDict
from collections.abc import Collection
from sys import getsizeof

from search.engines.bits import bits_of, numbers_in
from search.engines.match import And, Asked, leaves, read, written
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
    """Answers of one snapshot of the index."""

    def __init__(self, postings: Postings, connection: sqlite3.Connection, epoch: str) -> None:
        self.connection = connection
        self._postings = postings
        self._epoch = epoch
        (self._upto,) = connection.execute("SELECT coalesce(max(id), 0) FROM doc").fetchone()

    def bits(self, question: str) -> int:
        """The documents that match a question in FTS5's language, and some of those that are gone."""
        asked = read(question)
        whole = written(asked)
        if self._postings.get(self._epoch, whole) is None and self._postings.are_common(
            self._epoch, leaves(asked)
        ):
            return self._answer(asked)
        return self._of(whole)

    def count(self, question: str) -> int:
        """About how many documents match."""
        whole = written(read(question))
        if self._postings.get(self._epoch, whole) is not None:
            return self._of(whole).bit_count()
        found = self.connection.execute("SELECT count(*) FROM words WHERE words MATCH ?", (whole,))
        return int(found.fetchone()[0])

    def numbers(self, question: str) -> list[int]:
        """The same as a list, in order."""
        return numbers_in(self.bits(question))

    def cards(self, wanted: Collection[tuple[int, int]]) -> dict[int, Card]:
        return self._postings.cards(self._epoch, wanted)

    def put_cards(self, cards: dict[int, Card]) -> None:
        self._postings.put_cards(self._epoch, cards)

    def _answer(self, asked: Asked) -> int:
        if isinstance(asked, str):
            return self._of(asked)
        if not isinstance(asked, And):
            found = 0
            for part in asked.parts:
                found |= self._answer(part)
            return found
        found = self._answer(asked.parts[0])
        for part in asked.parts[1:]:
            if not found:
                break
            found &= self._answer(part)
        return found

    def _of(self, asked: str) -> int:
        bits, upto = self._postings.get(self._epoch, asked) or (0, 0)
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
