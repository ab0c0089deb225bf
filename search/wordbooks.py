"""Synonyms and the words of the library, kept in each process and read anew when they have changed."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from repository.models import Publication
from search.lexicon import NOTHING, Lexicon
from search.models import Synonym, Wordbook

SYNONYMS, LEXICON = "synonyms", "lexicon"
#: A library of this size is counted in a second or two, whenever something was published.
SMALL = 3_000
#: But not more often.
EVERY = timedelta(minutes=1)
DESCRIPTION_CHARS = 1_000

#: Words → what they mean, each direction on its own.
Synonyms = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What the tables say, at these generations."""

    generations: tuple[tuple[str, int], ...] = ()
    synonyms: Synonyms = ()
    lexicon: Lexicon = NOTHING


_kept = Known()
_lock = threading.Lock()


def known() -> Known:
    """One query of two short rows; more only where something has changed since."""
    global _kept  # noqa: PLW0603 -- a cache of the process
    found = tuple(sorted(Wordbook.objects.values_list("name", "generation")))
    if found == _kept.generations:
        return _kept
    with _lock:
        before = dict(_kept.generations)
        now = dict(found)
        synonyms, lexicon = _kept.synonyms, _kept.lexicon
        if before.get(SYNONYMS) != now.get(SYNONYMS):
            synonyms = _synonyms()
        if before.get(LEXICON) != now.get(LEXICON):
            lexicon = _lexicon()
        _kept = Known(found, synonyms, lexicon)
    return _kept


def _synonyms() -> Synonyms:
    found: dict[str, list[str]] = {}
    for words, meaning, both_ways in Synonym.objects.values_list("words", "meaning", "both_ways"):
        found.setdefault(words, []).append(meaning)
        if both_ways:
            found.setdefault(meaning, []).append(words)
    return tuple((words, tuple(meanings)) for words, meanings in sorted(found.items()))


def _lexicon() -> Lexicon:
    data = Wordbook.objects.filter(name=LEXICON).values_list("data", flat=True).first()
    return Lexicon.from_bytes(bytes(data)) if data else NOTHING


def touch(name: str, data: bytes = b"") -> None:
    """Says in the transaction of a change that what processes keep of this is old."""
    changed = Wordbook.objects.filter(name=name).update(
        generation=F("generation") + 1, data=data, changed_at=timezone.now()
    )
    if not changed:
        # The time tells a book that was lost and begun again from the one that processes keep.
        Wordbook.objects.create(name=name, generation=time.time_ns(), data=data)


def learn() -> int:
    """Counts the words of everything published; returns of how many documents."""
    people: Counter[str] = Counter()
    lexicon = Lexicon.of(_texts(people), people)
    touch(LEXICON, lexicon.to_bytes())
    return lexicon.documents


def keep_up() -> bool:
    """Learns where the words are of a small library and older than EVERY, or were never learnt."""
    learnt = Wordbook.objects.filter(name=LEXICON).values_list("changed_at", flat=True).first()
    if learnt is not None and learnt > timezone.now() - EVERY:
        return False
    if Publication.objects.in_force().order_by()[: SMALL + 1].count() > SMALL:
        return False  # the nightly sweep does it
    learn()
    return True


def _texts(people: Counter[str]) -> Iterator[tuple[str, str, str]]:
    """Title, keywords and description of everything published; counts the authors in passing."""
    seen: set[int] = set()
    rows: Iterable[tuple[int, dict[str, object]]] = (
        Publication.objects.in_force()
        .order_by()
        .values_list("metadata_id", "metadata__data")
        .iterator(chunk_size=2_000)
    )
    for pk, data in rows:
        if pk not in seen:
            seen.add(pk)
            keywords, author = data.get("keywords") or [], data.get("author")
            if isinstance(author, dict) and author.get("name"):
                people[str(author["name"])] += 1
            yield (
                str(data.get("title") or ""),
                ", ".join(map(str, keywords)) if isinstance(keywords, list) else "",
                str(data.get("description") or "")[:DESCRIPTION_CHARS],
            )
