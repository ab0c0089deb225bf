"""The main job on the engines of a province together: PostgreSQL, Redis, object storage, Elasticsearch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.browser import Browsers
from tests.engines import EVERY, Places, shared_places, start_live_on
from tests.flows.lessons import generated
from tests.flows.test_main_job import PHONE, SCHOOL_CODE, at, finish, prepare, unique
from tests.live import Live

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.service(*EVERY)]


@pytest.fixture
def places() -> Iterator[Places]:
    with shared_places(*EVERY) as found:
        yield found


def test_the_main_job_on_all_engines(places: Places, browsers: Browsers, tmp_path: Path) -> None:
    with start_live_on(tmp_path / "site", places, demo=True) as live:
        lesson = generated(tmp_path, "fractions_scorm12", unique("Phân số lớp năm"), 7)
        course = unique("Dạy Toán bằng bài giảng số")
        target = prepare(live, browsers, lesson, course)
        with at(browsers, live, "commune_administrator") as manager:
            before = manager.trained(target, SCHOOL_CODE)
        with at(browsers, live, "trainee", **PHONE) as learner:
            frame = learner.open_lesson(course)
            lesson.go_to(frame, 3)
            finish(learner, lesson, frame, course)
        with at(browsers, live, "commune_administrator") as manager:
            assert manager.trained(target, SCHOOL_CODE) == (before[0] + 1, before[1])
        _lies_where_it_should(live, places)


def _lies_where_it_should(live: Live, places: Places) -> None:
    """Nothing fell back to a folder, to SQLite, to memory."""
    assert not (live.var / "hoclieu.sqlite3").exists()
    assert not (live.var / "blobs").exists()
    assert not (live.var / "search.sqlite3").exists()
    found = live.rows("SELECT ingest FROM repository_version ORDER BY id DESC LIMIT 1")
    assert found == [("ready",)]
    with redis.Redis.from_url(places.redis) as client:
        assert list(client.scan_iter("session:*"))
