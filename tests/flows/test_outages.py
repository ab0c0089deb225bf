"""An engine is stopped under a running site and started again: the site stays up and loses nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import redis

from tests.browser import Browsers
from tests.engines import Own, Places, own_places, own_services, start_live_on
from tests.flows.people import Person
from tests.flows.test_main_job import at
from tests.live import Live

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.service("postgres")]
#: A player asks again after 2, 5, 10, 20 and 30 seconds; a worker that lost its database, after one.
BACK_SECONDS = 120


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    with own_services(tmp_path_factory.mktemp("own"), "postgres", "redis", "s3") as running:
        yield running


@pytest.fixture(scope="module")
def places(own: Own) -> Places:
    return own_places(own)


@pytest.fixture(scope="module")
def live(own: Own, places: Places, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """On a database, a cache and storage of its own; the embedded search is tested with them."""
    without_search = replace(places, elasticsearch="")
    with start_live_on(tmp_path_factory.mktemp("site"), without_search, demo=True) as running:
        yield running


def assert_nothing_ended(live: Live) -> None:
    """No process of the site may end because an engine did."""
    assert {name: process.poll() for name, process in live.processes.items()} == dict.fromkeys(live.processes)


@contextmanager
def stopped(own: Own, name: str) -> Iterator[None]:
    own.stop(name)
    try:
        yield
    finally:
        own.start(name)


def until(true: Callable[[], object], seconds: float = BACK_SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.5)


def status(person: Person, path: str) -> int:
    return person.page.request.get(f"{person.live.site_url}{path}", max_redirects=0).status


def test_without_redis_people_stay_signed_in(own: Own, live: Live, browsers: Browsers) -> None:
    with at(browsers, live, "teacher") as teacher:
        with stopped(own, "redis"):
            for path in ("/", "/library/?q=toan", "/lessons/", "/lessons/upload/"):
                assert status(teacher, path) == 200, path
            with at(browsers, live, "reviewer") as other:  # who signs in just now
                assert status(other, "/review/") == 200
        assert status(teacher, "/lessons/") == 200
        with redis.Redis.from_url(own.url("redis")) as client:
            until(lambda: status(teacher, "/lessons/") == 200 and list(client.scan_iter("session:*")))
    assert_nothing_ended(live)
