"""Redis as the cache, and what is done while it is away: each process goes on with its own memory.

A page never fails for want of a cache. Sessions lie in the database; here they are kept for five minutes
at most, so that a copy that a lost connection left behind cannot outlive that.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

logger = logging.getLogger(__name__)

CONNECT_SECONDS = 0.5
ANSWER_SECONDS = 1.0
#: After a failure nobody of this process asks for so long; then one thread tries.
PAUSE_SECONDS = 2.0
#: How long one process alone may believe what the others do not see.
SPARE_SECONDS = 60
#: Keys that were changed meanwhile and have to go when Redis is back; above that everything goes.
MOST_MISSED = 10_000


class Line:
    """Whether a server answers, known to all threads of this process together."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = threading.Lock()
        self._ask_at = 0.0  # 0: it answers
        self._missed: set[str] | None = set()  # None: too many to name

    def may_ask(self) -> bool:
        """Whether this thread is to ask; after a pause one is, and the others wait for what it finds."""
        if not self._ask_at:
            return True
        with self._lock:
            now = time.monotonic()
            if now < self._ask_at:
                return False
            self._ask_at = now + PAUSE_SECONDS
            return True

    def failed(self, error: Exception) -> None:
        with self._lock:
            if not self._ask_at:
                logger.warning("Redis (%s) is away, going on without it: %s", self.name, error)
            self._ask_at = time.monotonic() + PAUSE_SECONDS

    def missed(self, keys: Iterable[str] | None) -> None:
        """Notes what could not be changed there; None: all of it."""
        with self._lock:
            if keys is None or self._missed is None:
                self._missed = None
            else:
                self._missed.update(keys)
                if len(self._missed) > MOST_MISSED:
                    self._missed = None

    @property
    def is_away(self) -> bool:
        return bool(self._ask_at)

    def catch_up(self, forget: Callable[[set[str] | None], None]) -> None:
        """Before anything is read again: what was changed meanwhile is forgotten there."""
        with self._lock:
            missed, self._missed = self._missed, set()
        try:
            if missed is None or missed:
                forget(missed)
        except (RedisError, OSError):
            self.missed(missed)
            raise
        with self._lock:
            self._ask_at = 0.0
        logger.warning("Redis (%s) is back.", self.name)


class Spare(LocMemCache):
    """The memory of this process, for a minute at a time."""

    def get_backend_timeout(self, timeout: Any = DEFAULT_TIMEOUT) -> float:
        wanted = super().get_backend_timeout(timeout)
        most = time.time() + SPARE_SECONDS
        return most if wanted is None else min(float(wanted), most)


_lines: dict[str, Line] = {}
_lines_lock = threading.Lock()


def line(address: str) -> Line:
    with _lines_lock:
        if address not in _lines:
            _lines[address] = Line(address.rpartition("@")[2])
        return _lines[address]


def _asked(verb: str, *, changes: bool) -> Callable[..., Any]:
    def method(self: Cache, *args: Any, **kwargs: Any) -> Any:
        return self.ask(verb, changes, args, kwargs)

    method.__name__ = verb
    return method


class Cache(RedisCache):
    """Django's Redis cache that answers from ``spare`` while the server does not.

    OPTIONS: ``spare`` ("memory", or "none" for what only Redis may know), ``most_seconds`` to keep anything.
    """

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = dict(params.get("OPTIONS", {}))
        spare, self._most = options.pop("spare", "memory"), options.pop("most_seconds", None)
        options |= {"socket_timeout": ANSWER_SECONDS, "retry": Retry(NoBackoff(), 1)}
        if not server.startswith("unix"):
            options["socket_connect_timeout"] = CONNECT_SECONDS
        super().__init__(server, {**params, "OPTIONS": options})
        without = {key: value for key, value in params.items() if key != "OPTIONS"}
        self._line = line(server)
        self._spare: BaseCache = (
            Spare(f"spare {server}", without) if spare == "memory" else DummyCache("", without)
        )

    def get_backend_timeout(self, timeout: Any = DEFAULT_TIMEOUT) -> int | None:
        wanted: Any = super().get_backend_timeout(timeout)
        if self._most is None:
            return wanted
        return self._most if wanted is None else min(int(wanted), self._most)

    def ask(self, verb: str, changes: bool, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """What Redis answers, or the spare in its place."""
        if self._line.may_ask():
            try:
                if self._line.is_away:
                    self._line.catch_up(self._forget)
                    self._spare.clear()
                return getattr(RedisCache, verb)(self, *args, **kwargs)
            except (RedisError, OSError) as error:
                self._line.failed(error)
        if changes:
            self._line.missed(self._keys(args, kwargs))
        return getattr(self._spare, verb)(*args, **kwargs)

    def _keys(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[str] | None:
        """The keys, as Redis has them, that a call is about; None for all."""
        named = [*args[:1], *(kwargs[name] for name in ("key", "keys", "data") if name in kwargs)]
        if not named:
            return None
        keys = [named[0]] if isinstance(named[0], str) else list(named[0])
        return [self.make_key(key, version=kwargs.get("version")) for key in keys]

    def _forget(self, keys: set[str] | None) -> None:
        client = self._cache.get_client(None, write=True)
        if keys is None:
            client.flushdb()
        else:
            client.delete(*keys)

    add = _asked("add", changes=True)
    get = _asked("get", changes=False)
    set = _asked("set", changes=True)
    touch = _asked("touch", changes=True)
    delete = _asked("delete", changes=True)
    get_many = _asked("get_many", changes=False)
    has_key = _asked("has_key", changes=False)
    incr = _asked("incr", changes=True)
    set_many = _asked("set_many", changes=True)
    delete_many = _asked("delete_many", changes=True)
    clear = _asked("clear", changes=True)
