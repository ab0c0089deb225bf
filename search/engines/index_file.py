"""The file of the embedded engine: its tables, its connections, and how it is begun anew.

One process writes at a time, any number read (WAL). The file is disposable: when it is missing,
damaged or of an older make, an empty one takes its place.
"""

from __future__ import annotations

import fcntl
import hashlib
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from search.documents import Document
from search.engines.columns import STORED, stored
from search.engines.texts import Texts, texts_of
from search.ranking import WEIGHTS

LOCK_SECONDS = 20
FACET_COLUMNS = ", ".join(f'"{name}" TEXT NOT NULL' for name in STORED)
TEXT_COLUMNS = (*WEIGHTS, "marked")
#: Between fields that share a column, so that no phrase reaches from one into the next: a word to FTS5, and
#: nobody can type it.
FIELD_ENDS = " \ue000 "

SCHEMA = f"""
CREATE TABLE meta (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE doc (
    id INTEGER PRIMARY KEY AUTOINCREMENT, what TEXT NOT NULL, resource INTEGER NOT NULL,
    published INTEGER NOT NULL, uses INTEGER NOT NULL, title_key TEXT NOT NULL, {FACET_COLUMNS},
    version INTEGER NOT NULL, revision INTEGER NOT NULL, digest TEXT NOT NULL,
    data TEXT NOT NULL, keys TEXT NOT NULL, generation INTEGER NOT NULL);
CREATE INDEX doc_resource ON doc (resource, what);
CREATE INDEX doc_generation ON doc (generation);
CREATE TABLE inside (id INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE gone (id INTEGER PRIMARY KEY, generation INTEGER NOT NULL);
CREATE INDEX gone_generation ON gone (generation);
CREATE TABLE prepared (asked TEXT PRIMARY KEY, upto INTEGER NOT NULL, bits BLOB NOT NULL);
CREATE TABLE packed (id INTEGER PRIMARY KEY, generation INTEGER NOT NULL, data BLOB NOT NULL);
CREATE VIRTUAL TABLE words USING fts5(
    {", ".join(TEXT_COLUMNS)}, content='', prefix='1 2 3', tokenize="unicode61 remove_diacritics 0");
"""


def indexed_text(texts: Texts) -> tuple[str, ...]:
    """The values of TEXT_COLUMNS. The same document must give the same: deletion repeats them."""
    return (*texts.folded.values(), FIELD_ENDS.join(filter(None, texts.marked.values())))


def _make() -> str:
    """Changes when an index written by other code could not be read or changed by this one."""
    probe = Document(
        resource=1, uid="u", version=1, revision=1, title="Hoà lý THỞ 5", description="đ", grade_numbers=(5,),
        subject_name="Toán", inner="Gỗ", inner_mark="m", units=(1,), level_name="Tiểu học",
        type_name="Đề thi", author="Mỹ", licence="cc-by", unit_path=("so",),
    )  # fmt: skip
    texts = texts_of(probe)
    text = repr((SCHEMA, indexed_text(texts), texts.card, stored(probe), probe.to_json(), probe.digest()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


MAKE = _make()


@dataclass(frozen=True, slots=True)
class State:
    """What the file says of itself: ``epoch`` changes with every rebuild, ``generation`` with every write."""

    epoch: str
    generation: int
    complete: bool


class IndexFile:
    """Connections to the file, one a thread; reopened when the file was replaced."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._local = threading.local()

    def connection(self) -> sqlite3.Connection:
        """This thread's connection to the file as it is there now. Raises DatabaseError when it is none."""
        inode = self._inode()
        if inode is None:
            self.close()
            raise sqlite3.DatabaseError("the index is missing")
        if getattr(self._local, "inode", None) != inode:
            self.close()
            self._local.connection = self._open()
            self._local.inode = inode
        return self._local.connection  # type: ignore[no-any-return]

    def _inode(self) -> int | None:
        try:
            return self.path.stat().st_ino
        except FileNotFoundError:
            return None

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=LOCK_SECONDS, isolation_level=None)
        connection.execute("PRAGMA journal_mode=WAL")
        # Losing the last write at power-off is repaired by the sweep; the index is disposable.
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA cache_size=-32000")
        return connection

    def close(self) -> None:
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
        self._local.connection = self._local.inode = None

    def state(self, connection: sqlite3.Connection) -> State:
        """Raises DatabaseError where the tables are missing or of another make."""
        meta = dict(connection.execute("SELECT name, value FROM meta"))
        if meta.get("make") != MAKE:
            raise sqlite3.DatabaseError("the index is of another make")
        return State(meta["epoch"], meta["generation"], bool(meta["complete"]))

    def set_meta(self, connection: sqlite3.Connection, **values: object) -> None:
        connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One snapshot of the file."""
        connection = self.connection()
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            self._end(connection, "ROLLBACK")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, alone; nested ones join it."""
        connection = self.connection()
        if connection.in_transaction:
            yield connection
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            self._end(connection, "ROLLBACK")
            raise

    def _end(self, connection: sqlite3.Connection, how: str) -> None:
        # A damaged file may end the transaction itself.
        with suppress(sqlite3.Error):
            if connection.in_transaction:
                connection.execute(how)

    def is_usable(self) -> bool:
        try:
            with self.reading() as connection:
                self.state(connection)
                connection.execute("SELECT rowid FROM words WHERE words MATCH 'a' LIMIT 1").fetchall()
        except sqlite3.OperationalError as error:
            return "lock" in str(error) or "busy" in str(error)
        except sqlite3.DatabaseError:
            return False
        return True

    def opened(self) -> int | None:
        """Which file this thread has open, by its inode."""
        return getattr(self._local, "inode", None)

    def begin_anew(self, *, damaged: int | None = None) -> bool:
        """Puts an empty, incomplete index in the place of one that cannot be used.

        ``damaged``: the file that is known to be bad even where it seems usable. Returns whether
        this process did; of several that notice at once, one does.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if (damaged is None or self._inode() != damaged) and self.is_usable():
                return False
            self.close()
            for suffix in ("", "-wal", "-shm"):
                self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
            # Built under another name and linked into place: nobody opens half a file.
            fresh = self.path.with_suffix(".new")
            fresh.unlink(missing_ok=True)
            with sqlite3.connect(fresh, isolation_level=None) as connection:
                connection.executescript(SCHEMA)
                epoch = hashlib.sha256(repr(fresh.stat()).encode()).hexdigest()[:16]
                self.set_meta(connection, make=MAKE, epoch=epoch, generation=0, complete=0)
            connection.close()
            fresh.rename(self.path)
            return True
