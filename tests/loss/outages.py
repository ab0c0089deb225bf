"""What may be away while a learner learns, and how it goes and comes back.

On PostgreSQL the database's connections are ended, again and again, by ``pg_terminate_backend``; on SQLite,
where a process holds a file and no connection, another process holds the lock of all writers.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress

import psycopg

from tests.live import Live
from tests.loss.desk import Desk

_END_ALL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
_AGAIN_SECONDS = 0.15


class Outages:
    """What is away now; ``begin`` and ``end`` take the kind of a ``plan.Fault``."""

    def __init__(self, live: Live, desk: Desk) -> None:
        self.live = live
        self.desk = desk
        self._back: dict[str, Callable[[], None]] = {}
        self._coming: list[str] = []

    def begin(self, kind: str) -> None:
        if kind == "network":
            self.desk.offline(True)
            self._back[kind] = lambda: self.desk.offline(False)
        elif kind == "database":
            self._back[kind] = self._without_database()
        elif kind == "storage":
            self.desk.kill_storage()  # the browser starts it again by itself
        else:
            self.live.kill(kind)
            self._back[kind] = lambda: self._spawn(kind)

    def end(self, kind: str) -> None:
        """Brings it back; nothing where it is there."""
        self._end(kind)
        self._await()

    def end_all(self) -> None:
        """All of it; where the browser is dead too, it starts beside the rest."""
        for kind in list(self._back):
            self._end(kind)
        if self._coming:
            self.desk.start()
            self._await()

    def _end(self, kind: str) -> None:
        back = self._back.pop(kind, None)
        if back is not None:
            back()

    def _spawn(self, name: str) -> None:
        self.live.spawn(name)
        self._coming.append(name)

    def _await(self) -> None:
        self.live.await_answers(*self._coming)
        self._coming.clear()

    def _without_database(self) -> Callable[[], None]:
        over = threading.Event()
        address = self.live.env.get("HOCLIEU_DATABASE_URL", "")
        hold = self._cut_off if address else self._lock
        thread = threading.Thread(target=hold, args=(address, over), daemon=True)
        thread.start()

        def back() -> None:
            over.set()
            thread.join(5)

        return back

    def _cut_off(self, address: str, over: threading.Event) -> None:
        with psycopg.connect(address, autocommit=True) as admin:
            admin.execute(_END_ALL)
            while not over.wait(_AGAIN_SECONDS):
                admin.execute(_END_ALL)

    def _lock(self, _address: str, over: threading.Event) -> None:
        held = sqlite3.connect(self.live.var / "hoclieu.sqlite3", timeout=5, isolation_level=None)
        try:
            with suppress(sqlite3.OperationalError):  # who writes just now comes first
                held.execute("BEGIN IMMEDIATE")
            over.wait()
            if held.in_transaction:
                held.execute("ROLLBACK")
        finally:
            held.close()
