"""What the index file holds ready: which documents have its commonest words, and the facets of all.

A process that has just begun then reads a few kilobytes where SQLite would walk through half the library.
Written when the index is built and every night; what came later is asked for beside it.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise

from search.analysis import words
from search.engines import fts
from search.engines.bits import bits_of
from search.engines.columns import NUMBERS, STORED, Columns
from search.engines.match import in_columns
from search.engines.texts import CARD_FIELDS

#: A word in fewer documents, or in a smaller share of them, is asked for quickly enough.
LEAST, SHARE = 1_000, 0.02
#: So many words and pairs of words at most: about 50 MB in a library of 100,000.
MOST_WORDS, MOST_PAIRS = 2_000, 500
#: From how many documents the pairs are learnt, and how many of these must have one.
SAMPLE, PAIR_IN = 1_000, 10
#: Beginnings of words that are completed as one types; longer ones are rare.
LONGEST_BEGINNING = 3
_NAMED = ("subject_name", "level_name", "type_name", "series_name")
#: A grade as it is written and as it is spoken.
_GRADES = ("lop", "khoi")


def prepare(connection: sqlite3.Connection, generation: int) -> None:
    """Writes all of it anew, as part of the transaction that is under way."""
    connection.execute("DELETE FROM prepared")
    columns = Columns().with_changes(rows_since(connection, -1), ())
    connection.execute("INSERT OR REPLACE INTO packed VALUES (1, ?, ?)", (generation, columns.packed()))
    upto, size = connection.execute("SELECT coalesce(max(id), 0), count(*) FROM doc").fetchone()
    least = max(LEAST, int(size * SHARE))
    if size < least:
        return
    for asked in dict.fromkeys(_questions(connection, size, least)):
        (rows,) = connection.execute(
            "SELECT json_group_array(rowid) FROM words WHERE words MATCH ?", (asked,)
        ).fetchone()
        packed = zlib.compress(_bytes(bits_of(json.loads(rows))), 1)
        connection.execute("INSERT INTO prepared VALUES (?, ?, ?)", (asked, upto, packed))


def rows_since(connection: sqlite3.Connection, generation: int) -> sqlite3.Cursor:
    """What the columns take of each document that was written after a state of the index."""
    names = ", ".join(f'"{name}"' for name in (*NUMBERS, *STORED))
    return connection.execute(f"SELECT {names} FROM doc WHERE generation > ?", (generation,))  # noqa: S608


def packed_columns(connection: sqlite3.Connection) -> tuple[Columns, int]:
    """The columns as they were kept, and of which state they are; empty ones of no state where none are."""
    kept = connection.execute("SELECT generation, data FROM packed").fetchone()
    return (Columns.unpacked(kept[1]), kept[0]) if kept else (Columns(), -1)


def find(connection: sqlite3.Connection, asked: str) -> tuple[int, int] | None:
    """The bits of a question, and up to which document they are known."""
    kept = connection.execute("SELECT bits, upto FROM prepared WHERE asked = ?", (asked,)).fetchone()
    return (int.from_bytes(zlib.decompress(kept[0]), "little"), kept[1]) if kept else None


def _bytes(bits: int) -> bytes:
    return bits.to_bytes(bits.bit_length() // 8 + 1, "little")


def _questions(connection: sqlite3.Connection, size: int, least: int) -> Iterator[str]:
    """Common words in the places they are asked for, names of the catalogue, pairs, beginnings of titles."""
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab('main', 'words', 'row')"
    )
    beginnings: Counter[str] = Counter()
    common: list[tuple[int, str]] = []
    for term, documents in connection.execute("SELECT term, doc FROM temp.vocabulary"):
        if documents >= least:
            common.append((documents, term))
        if term.isascii():
            beginnings.update({term[:long]: documents for long in range(1, LONGEST_BEGINNING + 1)})
    common.sort(reverse=True)
    for _documents, term in common[:MOST_WORDS]:
        places = (
            (fts.FOLDED, fts.NAMES, fts.TITLE, fts.INNER, fts.MARKED) if term.isascii() else (fts.MARKED,)
        )
        yield from (in_columns(place, term) for place in places)
    for marked, folded in _names(connection):
        yield in_columns(fts.MARKED, marked)
        yield from (in_columns(place, folded) for place in (fts.FOLDED, fts.FACTS, fts.TITLE))
    known = {term for _documents, term in common}
    yield from (in_columns(fts.RUNNING, pair) for pair in _pairs(connection, size, known))
    yield from (fts.begins(start) for start, documents in beginnings.items() if documents >= least)


def _names(connection: sqlite3.Connection) -> Iterable[tuple[str, str]]:
    """Names of subjects, grades, levels, types and series that documents have: with marks, and without."""
    fields = ", ".join(f"json_extract(data, '$.{name}')" for name in (*_NAMED, "grade_numbers"))
    found: dict[tuple[str, str], None] = {}
    texts: dict[str, None] = {}
    for row in connection.execute(f"SELECT DISTINCT {fields} FROM doc"):  # noqa: S608
        texts.update(dict.fromkeys(name for name in row[:-1] if name))
        texts.update((f"{said} {grade}", None) for grade in json.loads(row[-1] or "[]") for said in _GRADES)
    for text in texts:
        keys = words(text)
        found[" ".join(w.marked for w in keys), " ".join(w.folded for w in keys)] = None
    return found


def _pairs(connection: sqlite3.Connection, size: int, common: set[str]) -> list[str]:
    """Two common words that often stand side by side."""
    counted: Counter[str] = Counter()
    every = max(1, size // SAMPLE)
    for (card,) in connection.execute("SELECT keys FROM doc WHERE id % ? = 0", (every,)):
        seen: set[str] = set()
        for line in card.split("\n")[len(CARD_FIELDS) :]:
            keys = line.split()
            seen.update(
                f"{one} {other}" for one, other in pairwise(keys) if one in common and other in common
            )
        counted.update(seen)
    return [pair for pair, times in counted.most_common(MOST_PAIRS) if times >= PAIR_IN]
