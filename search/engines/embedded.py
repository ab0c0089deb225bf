"""The search engine of a single machine: SQLite's FTS5 for words, facets in memory.

Each document is in the text index twice, folded by field and once with its marks; a query typed
with marks ranks documents that hold it so before those that only sound alike without them.
"""

from __future__ import annotations

import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from heapq import nlargest
from itertools import islice
from pathlib import Path
from typing import TypeVar

from accounts.text import fold
from search import filling
from search.documents import RESOURCE, Document, Ref
from search.engines import asking, fts, ordering, prepared
from search.engines.base import (
    MAX_PAGE,
    Digests,
    Drift,
    Engine,
    EngineUnavailableError,
    Hit,
    SearchPage,
    SearchRequest,
    Source,
)
from search.engines.bits import numbers_in
from search.engines.columns import NUMBERS, STORED, Columns, stored
from search.engines.index_file import TEXT_COLUMNS, IndexFile, State, indexed_text
from search.engines.match import Asked
from search.engines.postings import Postings, Reader
from search.engines.texts import texts_of
from search.engines.turns import Turns
from search.queries import Query
from search.scope import Scope

T = TypeVar("T")
SUGGEST_FROM = 400
#: Questions that one process answers at a time; SQLite works beside the interpreter.
AT_ONCE = 2
_PLACES = ", ".join("?" for _ in TEXT_COLUMNS)


class EmbeddedEngine(Engine):
    """FTS5 in a file of its own. ``ask_rebuild`` is called when the index is too large to rebuild at once."""

    name = "embedded"

    def __init__(self, source: Source, path: Path, ask_rebuild: Callable[[], object] = lambda: None) -> None:
        super().__init__(source)
        self.file = IndexFile(path)
        self.ask_rebuild = ask_rebuild
        self._columns = Columns()
        self._postings = Postings()
        self._known = State("", -1, complete=False)
        self._lock = threading.Lock()
        self._turns = Turns(AT_ONCE)

    # Writing

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        self._ensure(inline=True)
        with self.file.writing():
            yield

    @contextmanager
    def _next_generation(self) -> Iterator[tuple[sqlite3.Connection, int]]:
        self._ensure(inline=True)
        with self.file.writing() as connection:
            generation = self.file.state(connection).generation + 1
            self.file.set_meta(connection, generation=generation)
            yield connection, generation

    def index(self, documents: Iterable[Document]) -> int:
        with self._next_generation() as (connection, generation):
            return self._add(connection, generation, documents)

    def _add(
        self,
        connection: sqlite3.Connection,
        generation: int,
        documents: Iterable[Document],
        progress: Callable[[int], None] | None = None,
    ) -> int:
        done = 0
        replaced: set[Ref] = set()
        for document in documents:
            if document.ref not in replaced:
                replaced.add(document.ref)
                self._forget(connection, generation, *document.ref)
            self._insert(connection, generation, document)
            done += 1
            if progress and done % 500 == 0:
                progress(done)
        return done

    def _insert(self, connection: sqlite3.Connection, generation: int, document: Document) -> None:
        names = (
            *NUMBERS[1:], *STORED, "what", "resource", "version", "revision", "digest", "data", "keys",
            "generation",
        )  # fmt: skip
        columns = ", ".join(f'"{name}"' for name in names)
        texts = texts_of(document)
        values = (
            document.published, document.uses, fold(document.title), *stored(document), *document.key,
            document.digest(), document.to_json(), texts.card, generation,
        )  # fmt: skip
        places = ", ".join("?" for _ in values)
        cursor = connection.execute(f"INSERT INTO doc ({columns}) VALUES ({places})", values)  # noqa: S608
        connection.execute(
            f"INSERT INTO words (rowid, {', '.join(TEXT_COLUMNS)}) VALUES (?, {_PLACES})",  # noqa: S608
            (cursor.lastrowid, *indexed_text(texts)),
        )
        if document.inner:
            connection.execute("INSERT INTO inside VALUES (?, ?)", (cursor.lastrowid, document.inner))

    def _forget(self, connection: sqlite3.Connection, generation: int, what: str, resource: int) -> None:
        for number, data, inner in connection.execute(
            "SELECT doc.id, data, coalesce(inside.text, '') FROM doc LEFT JOIN inside USING (id)"
            " WHERE resource = ? AND what = ?",
            (resource, what),
        ).fetchall():
            # A contentless index forgets a row only when told again what was in it.
            connection.execute(
                f"INSERT INTO words (words, rowid, {', '.join(TEXT_COLUMNS)})"  # noqa: S608
                f" VALUES ('delete', ?, {_PLACES})",
                (number, *indexed_text(texts_of(Document.from_json(data, inner)))),
            )
            connection.execute("DELETE FROM doc WHERE id = ?", (number,))
            connection.execute("DELETE FROM inside WHERE id = ?", (number,))
            connection.execute("INSERT OR REPLACE INTO gone VALUES (?, ?)", (number, generation))

    def delete(self, ids: Iterable[int], what: str = RESOURCE) -> None:
        with self._next_generation() as (connection, generation):
            for number in ids:
                self._forget(connection, generation, what, number)

    def set_uses(self, uses: Mapping[int, int]) -> int:
        with self._next_generation() as (connection, generation):
            known = connection.execute(
                "SELECT id, resource, uses FROM doc WHERE what = ?", (RESOURCE,)
            ).fetchall()
            changed = [
                (uses.get(resource, 0), generation, number)
                for number, resource, before in known
                if uses.get(resource, 0) != before
            ]
            connection.executemany("UPDATE doc SET uses = ?, generation = ? WHERE id = ?", changed)
            prepared.prepare(connection, generation)
        return len(changed)

    def rebuild(self, progress: Callable[[int, int], None] | None = None) -> int:
        return self._rebuild(progress)

    def _rebuild(
        self, progress: Callable[[int, int], None] | None = None, *, only_incomplete: bool = False
    ) -> int:
        self.file.begin_anew()
        expected = self.source.count()
        with self.file.writing() as connection:
            if only_incomplete and self.file.state(connection).complete:
                return 0  # another process was quicker
            connection.execute("DELETE FROM doc")
            connection.execute("DELETE FROM inside")
            connection.execute("DELETE FROM gone")
            connection.execute("DELETE FROM packed")
            connection.execute("DELETE FROM sqlite_sequence")
            connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
            done = self._add(
                connection,
                0,
                self.source.documents(),
                (lambda number: progress(number, expected)) if progress else None,
            )
            connection.execute("INSERT INTO words (words) VALUES ('optimize')")
            prepared.prepare(connection, 0)
            self.file.set_meta(connection, epoch=uuid.uuid4().hex, generation=0, complete=1)
        return done

    def _ensure(self, *, inline: bool = False) -> None:
        """Makes the index usable: rebuilds it when it is missing, damaged or not yet complete.

        A large one is rebuilt here only where ``inline`` says that nobody waits.
        """
        try:
            if self.file.state(self.file.connection()).complete:
                return
            began = False
        except sqlite3.DatabaseError as error:
            if _is_busy(error):
                raise EngineUnavailableError(str(error)) from error
            began = self.file.begin_anew()
        if inline or self.is_small():
            self._rebuild(only_incomplete=True)
            return
        if began:
            self.ask_rebuild()
        raise EngineUnavailableError("the index is being built")

    # Asking

    def ask(self, request: SearchRequest) -> SearchPage:
        with self._turns.turn():
            return self._answer(lambda: self._search(request))

    def suggest(
        self, prefix: Query, scope: Scope, size: int = 6, what: tuple[str, ...] = (RESOURCE,)
    ) -> list[Document]:
        return self._answer(lambda: self._suggest(prefix, scope, size, what))

    def _answer(self, ask: Callable[[], T]) -> T:
        """Asks; where the index turns out unusable, makes it anew and asks once more."""
        for last in (False, True):
            try:
                return ask()
            except (sqlite3.DatabaseError, _IncompleteError) as error:
                if last or _is_busy(error):
                    raise EngineUnavailableError(str(error)) from error
                self._recover(error)
        raise AssertionError

    def _recover(self, error: Exception) -> None:
        if "malformed" in str(error) or "not a database" in str(error):
            self.file.begin_anew(damaged=self.file.opened())
        self._ensure()

    @contextmanager
    def _snapshot(self) -> Iterator[tuple[Reader, Columns]]:
        with self.file.reading() as connection:
            state = self.file.state(connection)
            if not state.complete:
                raise _IncompleteError("the index is being built")
            columns = self._columns_at(connection, state)
            yield Reader(self._postings, connection, state.epoch, columns.bits), columns

    def _columns_at(self, connection: sqlite3.Connection, state: State) -> Columns:
        """The facets in memory, brought up to the state of the file."""
        with self._lock:
            same_epoch = state.epoch == self._known.epoch
            if same_epoch and state.generation <= self._known.generation:
                return self._columns
            if same_epoch:
                before, since = self._columns, self._known.generation
            else:
                before, since = prepared.packed_columns(connection)
            rows = prepared.rows_since(connection, since)
            gone = connection.execute("SELECT id FROM gone WHERE generation > ?", (since,))
            self._columns = before.with_changes(rows, (number for (number,) in gone))
            self._known = state
            return self._columns

    def _search(self, request: SearchRequest) -> SearchPage:
        started = time.perf_counter()
        with self._snapshot() as (reader, columns):
            visible, partly = self._visible(reader, columns, request)
            matched = columns.narrow(visible, request.filters)
            whole = None if not partly else sum(number not in partly for number in matched)
            relaxed = partly is not None and len(partly) == len(visible)
            if request.query.groups or request.filters:
                counts = columns.count(visible, matched, request.filters, request.facets)
            else:
                counts = columns.count_all(request.scope, request.what, request.facets)
            pages = max(1, -(-len(matched) // request.size))
            page = max(1, min(request.page, pages, MAX_PAGE))
            first = (page - 1) * request.size
            ranked = ordering.ranked(
                reader, columns, request, matched, size=first + request.size, partly=partly
            )
            hits = self._load(reader.connection, columns, ranked[first : first + request.size])
        took = (time.perf_counter() - started) * 1000
        relaxed = relaxed and bool(matched)
        return SearchPage(len(matched), hits, counts, page, pages, relaxed, whole, round(took, 2))

    def _visible(
        self, reader: Reader, columns: Columns, request: SearchRequest
    ) -> tuple[list[int], dict[int, float] | None]:
        """The documents within the scope that have the words: together, else anywhere.

        Where these are few, then those with some of the words, and how much these have.
        """
        query = request.query
        if not query.groups:
            return columns.newest_first(request.scope, request.what), None

        def held(numbers: Iterable[int]) -> list[int]:
            return columns.visible(numbers, request.scope, request.what)

        among = columns.of_few(request.what)
        if among is not None and not held(numbers_in(among)):
            return [], None

        def found(asked: Asked) -> list[int]:
            bits = reader.bits(asked)
            return held(numbers_in(bits if among is None else bits & among))

        visible: list[int] = []
        if len(query.runs) < len(query.required):
            visible = found(fts.together(query))
            if visible and query.exact:
                same = set(reader.numbers(fts.question(query)))
                return [number for number in visible if number in same], None
        if not visible:
            visible = found(fts.question(query))
        if not request.fill or not filling.is_filled(query, len(visible)):
            return visible, None
        reached = asking.with_most(reader, query, columns.size, among, much=bool(visible))
        if RESOURCE in request.what:
            reached = asking.with_shelf(reader, query, reached)
        whole = set(visible)
        partly = {number: reached[number] for number in held(reached) if number not in whole}
        return [*visible, *partly], partly

    def _load(
        self, connection: sqlite3.Connection, columns: Columns, ranked: list[tuple[int, float]]
    ) -> tuple[Hit, ...]:
        numbers = [number for number, _score in ranked]
        places = ", ".join("?" for _ in numbers)
        rows = connection.execute(f"SELECT id, data FROM doc WHERE id IN ({places})", numbers)  # noqa: S608
        documents = {n: replace(Document.from_json(data), uses=columns.uses[n]) for n, data in rows}
        return tuple(Hit(documents[number], score) for number, score in ranked if number in documents)

    def _suggest(self, prefix: Query, scope: Scope, size: int, what: tuple[str, ...]) -> list[Document]:
        if not prefix.words:
            return []
        with self._snapshot() as (reader, columns):
            latest = islice(columns.there(self._beginning(reader, prefix)), SUGGEST_FROM)
            visible = columns.visible(latest, scope, what)
            newest = nlargest(size, ((columns.published[n], n) for n in visible))
            ranked = [(n, 0.0) for _day, n in newest]
            return [hit.document for hit in self._load(reader.connection, columns, ranked)]

    def _beginning(self, reader: Reader, prefix: Query) -> Iterator[int]:
        """The documents whose titles have these words or begin so, the latest first."""
        whole = fts.beginning(prefix)
        if len(whole) > 1:
            return reversed(numbers_in(reader.having_all(whole)))
        rows = reader.connection.execute(
            "SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid DESC LIMIT ?", (*whole, SUGGEST_FROM)
        )
        return (number for (number,) in rows)

    def forget(self) -> None:
        """Gives up what this process keeps of answers; it changes nothing that is found."""
        self._postings.forget()

    # Comparing

    def check(self) -> Drift:
        try:
            with self.file.reading() as connection:
                self.file.state(connection)
                indexed: Digests = {}
                for what, number, digest in connection.execute("SELECT what, resource, digest FROM doc"):
                    indexed.setdefault((what, number), set()).add(digest)
        except sqlite3.DatabaseError as error:
            if _is_busy(error):
                raise EngineUnavailableError(str(error)) from error
            indexed = {}
        return self.drift_from(indexed)


class _IncompleteError(Exception):
    """The index is there but not yet filled."""


def _is_busy(error: Exception) -> bool:
    return isinstance(error, sqlite3.OperationalError) and ("locked" in str(error) or "busy" in str(error))
