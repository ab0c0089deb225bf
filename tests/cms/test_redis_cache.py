"""A real Redis that goes away and comes back: a page never fails for it, and nothing stale is believed."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.core.cache.backends.redis import RedisCache
from django.test import Client

from cms import databases, redis_cache
from cms.redis_cache import Cache, Line
from tests.engines import Own, own_services
from tests.factories import PASSWORD, UserFactory


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    with own_services(tmp_path_factory.mktemp("redis"), "redis") as running:
        yield running


@pytest.fixture
def there(own: Own, monkeypatch: pytest.MonkeyPatch) -> Iterator[redis.Redis]:
    """Redis, up, empty, known to answer; pauses are short."""
    monkeypatch.setattr(redis_cache, "PAUSE_SECONDS", 0.05)
    own.start("redis")
    redis_cache._lines.clear()
    with redis.Redis.from_url(own.url("redis")) as client:
        client.flushdb()
        yield client


def a_cache(own: Own, name: str = "default") -> Cache:
    params = dict(databases.caches(own.url("redis"))[name])
    return Cache(str(params.pop("LOCATION")), params)


def in_another_process(own: Own) -> RedisCache:
    return RedisCache(own.url("redis"), {})


def until_back(cache: Cache) -> None:
    deadline = time.monotonic() + 5
    while cache._line.is_away:
        assert time.monotonic() < deadline
        time.sleep(0.06)
        cache.get("anything")


def test_it_is_redis_while_it_answers(own: Own, there: redis.Redis) -> None:
    cache = a_cache(own)
    cache.set("a", {"b": 1}, 60)
    assert cache.add("a", 2) is False
    cache.set_many({"n": 1, "m": 2})
    assert (cache.incr("n"), cache.decr("m")) == (2, 1)
    assert in_another_process(own).get_many(["a", "n"]) == {"a": {"b": 1}, "n": 2}
    with pytest.raises(ValueError, match="not found"):
        cache.incr("nothing")


def test_while_it_is_away_each_process_has_its_own_memory(own: Own, there: redis.Redis) -> None:
    cache = a_cache(own)
    cache.set("a", 1)
    own.stop("redis")
    assert cache.get("a", "missed") == "missed"
    cache.set("count", 1, None)
    assert cache.incr("count") == 2  # limits on sign-in go on counting
    assert cache.add("count", 5) is False
    assert cache.get_or_set("made", lambda: "anew") == "anew"
    cache.delete_many(["a", "b"])
    assert cache.get_many(["a", "count"]) == {"count": 2}
    cache.clear()
    assert "count" not in cache


def test_nobody_waits_for_it_again_and_again(
    own: Own, there: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = a_cache(own)
    cache.set("a", 1)
    monkeypatch.setattr(redis_cache, "PAUSE_SECONDS", 60)
    own.stop("redis")
    cache.get("a")
    begun = time.perf_counter()
    for number in range(500):
        cache.get(f"key{number}")
    assert time.perf_counter() - begun < 0.5


def test_one_thread_at_a_time_looks_whether_it_is_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis_cache, "PAUSE_SECONDS", 0.05)
    line = Line("here")
    line.failed(OSError("away"))
    assert not line.may_ask()
    time.sleep(0.06)
    monkeypatch.setattr(redis_cache, "PAUSE_SECONDS", 60)  # a busy machine starts the threads slowly
    asked = []
    threads = [threading.Thread(target=lambda: asked.append(line.may_ask())) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asked.count(True) == 1


def test_one_that_hangs_is_left_after_a_second(own: Own, there: redis.Redis) -> None:
    cache = a_cache(own)
    cache.set("a", 1)
    pid = int(there.info("server")["process_id"])  # type: ignore[index]
    os.kill(pid, signal.SIGSTOP)
    try:
        begun = time.perf_counter()
        assert cache.get("a") is None
        assert time.perf_counter() - begun < 4
    finally:
        os.kill(pid, signal.SIGCONT)
    until_back(cache)
    assert cache.get("a") == 1


def test_what_changed_meanwhile_is_not_believed_afterwards(own: Own, there: redis.Redis) -> None:
    """As after a cut line: the server has kept what it held."""
    cache = a_cache(own)
    cache.set_many({"gone": 1, "changed": 1, "untouched": 1})
    cache._line.failed(OSError("the line was cut"))
    cache.delete("gone")
    cache.set("changed", 2)
    time.sleep(0.06)
    until_back(cache)
    assert cache.get_many(["gone", "changed", "untouched"]) == {"untouched": 1}


def test_after_too_many_changes_everything_goes(
    own: Own, there: redis.Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_cache, "MOST_MISSED", 3)
    cache = a_cache(own)
    cache.set("old", 1)
    cache._line.failed(OSError("the line was cut"))
    cache.set_many({str(number): number for number in range(5)})
    time.sleep(0.06)
    until_back(cache)
    assert there.dbsize() == 0


def test_sessions_are_kept_there_for_minutes_and_nowhere_else(own: Own, there: redis.Redis) -> None:
    sessions = a_cache(own, "sessions")
    sessions.set("key", {"user": 1}, 30 * 24 * 3600)
    assert 0 < int(there.ttl(sessions.make_key("key"))) <= 300  # type: ignore[arg-type]
    own.stop("redis")
    sessions.set("key", {"user": 2})
    assert sessions.get("key") is None


@pytest.mark.django_db
def test_people_stay_signed_in_and_signed_out(own: Own, there: redis.Redis, settings: Any) -> None:
    settings.CACHES = databases.caches(own.url("redis"))
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
    settings.SESSION_CACHE_ALIAS = "sessions"
    UserFactory(username="lan")
    client = Client()
    entry = {"login": "lan", "password": PASSWORD}
    assert client.post("/account/login/", entry).status_code == 302
    assert client.get("/learning/").status_code == 200
    own.stop("redis")
    assert client.get("/learning/").status_code == 200
    client.post("/account/logout/")
    assert client.get("/learning/").status_code == 302
    assert client.post("/account/login/", entry).status_code == 302
    assert client.get("/learning/").status_code == 200
    own.start("redis")
    time.sleep(0.06)
    assert client.get("/learning/").status_code == 200
