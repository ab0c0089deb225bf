"""Questions of one process take turns, so that a short one need not wait until all long ones are done."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """At most so many at once, the others in the order in which they came.

    Threads of one interpreter share its time in equal slices: eight questions begun together all end
    late. One after another half of them end in half the time, and none later than before.
    """

    def __init__(self, at_once: int) -> None:
        self._guard = threading.Lock()
        self._at_once = self._free = at_once
        self._waiting: deque[threading.Lock] = deque()

    @property
    def asked(self) -> int:
        """How many have a turn or wait for one."""
        with self._guard:
            return self._at_once - self._free + len(self._waiting)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits for a turn and holds it while the block runs."""
        mine = self._ask()
        if mine is not None:
            mine.acquire()
        try:
            yield
        finally:
            self._pass_on()

    def _ask(self) -> threading.Lock | None:
        """Takes a free turn (None), or a place in the queue: a lock that is opened when the turn comes."""
        with self._guard:
            if self._free:
                self._free -= 1
                return None
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
            return mine

    def _pass_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
