"""The main job on the engines of a province together, and each of these stopped under it and started again.

PostgreSQL, Redis, object storage and Elasticsearch of this module's own: the site stays up, says what is
away where it matters, loses nothing, catches up.
"""

from __future__ import annotations

import hashlib
import json
import random
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from playwright.sync_api import Page, Route, expect

from tests.browser import Browsers
from tests.courses.runtime.test_player import Desk, saved, turn
from tests.engines import EVERY, Own, Places, own_places, own_services, start_live_on
from tests.flows.lessons import generated
from tests.flows.people import Person
from tests.flows.test_kill_content import SEED
from tests.flows.test_main_job import PHONE, ROOT, SCHOOL_CODE, at, finish, prepare, unique
from tests.live import Live

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.service(*EVERY)]
#: From the answer of an engine that was away until all goes on; the work itself takes a moment more.
BACK_SECONDS = 20

#: A learner with a lesson, and the address of a lesson that nobody has opened here.
PREPARED = (
    f"{SEED}\nfrom repository.models import Version\nfrom repository.content.links import launch_url\n"
    "found = Version.objects.filter(ingest='ready').exclude(launch='').order_by('pk').first()\n"
    "print(launch_url(found, found.launch))"
)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Own]:
    with own_services(tmp_path_factory.mktemp("own"), "postgres", "redis", "s3") as running:
        yield running


@pytest.fixture(scope="module")
def places(own: Own) -> Places:
    """All four; the database is filled while Elasticsearch starts."""
    with ThreadPoolExecutor(1) as other:
        started = other.submit(own.start, "elasticsearch")
        found = own_places(own)
        started.result()
    return found


@pytest.fixture(scope="module")
def live(places: Places, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with start_live_on(tmp_path_factory.mktemp("site"), places, demo=True) as running:
        yield running


@pytest.fixture(scope="module")
def prepared(live: Live) -> tuple[Desk, str]:
    facts, unread = live.python(PREPARED).splitlines()[-2:]
    return Desk(live, json.loads(facts)), unread


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
        time.sleep(0.3)


def status(person: Person, path: str) -> int:
    return person.page.request.get(f"{person.live.site_url}{path}", max_redirects=0).status


def test_the_main_job_on_all_engines(places: Places, live: Live, browsers: Browsers, tmp_path: Path) -> None:
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


def test_without_postgresql_the_lesson_goes_on(
    own: Own, live: Live, prepared: tuple[Desk, str], browsers: Browsers, tmp_path: Path
) -> None:
    desk, _unread = prepared
    notes, end = tmp_path / "notes", tmp_path / "end"
    task = live.python(
        f"from tests.slow_tasks import waits; print(waits.enqueue({str(notes)!r}, {str(end)!r}).id)"
    )
    with browsers.page() as page:
        desk.sign_in(page)
        frame = desk.open(page)
        turn(page, frame, 1)
        saved(page)
        until(notes.exists)
        with stopped(own, "postgres"):
            frame.click("#next")
            expect(page.locator("[data-save-text]")).to_contain_text("Chưa gửi")
            assert page.request.get(frame.url).status == 200
            answer = page.request.get(f"{live.site_url}/learning/")
            assert (answer.status, answer.headers["retry-after"]) == (503, "10")
            assert "tạm thời chưa đọc được dữ liệu" in answer.text()
            assert page.request.get(f"{live.site_url}/static/images/icon.svg").status == 200
            end.touch()  # the task is done, and its end cannot be written down
            until(lambda: "ended" in notes.read_text())
        expect(page.locator("[data-save-text]")).to_contain_text("Đã lưu lúc", timeout=BACK_SECONDS * 1000)
        assert page.request.get(f"{live.site_url}/learning/").status == 200
    query = f"SELECT status FROM django_tasks_database_dbtaskresult WHERE id = '{task}'"  # noqa: S608
    until(lambda: live.rows(query) == [("SUCCESSFUL",)])
    assert desk.item()["location"] == "3"
    assert_nothing_ended(live)


def test_without_storage_lessons_play_on_and_an_upload_waits(
    own: Own, live: Live, prepared: tuple[Desk, str], browsers: Browsers, tmp_path: Path
) -> None:
    desk, unread = prepared
    path = _several_pieces(tmp_path)
    with browsers.page() as learner, at(browsers, live, "teacher") as teacher:
        desk.sign_in(learner)
        before = desk.open(learner).locator("#page-number").inner_text()
        page = teacher.page
        row = page.locator("[data-upload-list] li").first
        teacher.go("/lessons/upload/")
        pieces = _stop_before_the_second(page, own)
        page.set_input_files("input[type=file]", path)
        expect(row).to_contain_text("Kho lưu trữ chưa trả lời", timeout=20_000)
        try:
            assert len(pieces) >= 2
            frame = desk.open(learner)
            expect(frame.locator("#page-number")).to_have_text(before)
            turn(learner, frame, 1)
            saved(learner)
            answer = page.request.get(unread)
            assert (answer.status, answer.headers["retry-after"]) == (503, "10")
            assert "Chưa lấy được" in answer.text()
            for place in ("/", "/library/", "/lessons/"):
                assert status(teacher, place) == 200, place
        finally:
            own.start("s3")
        expect(row).to_contain_text("đã khám gói", timeout=BACK_SECONDS * 1000)
        assert page.request.get(unread).status == 200
    stored = live.rows(
        "SELECT up.state, sha256 FROM repository_upload up JOIN repository_blob blob ON blob.id = up.blob_id"
        " ORDER BY up.id DESC LIMIT 1"
    )
    assert stored == [("received", hashlib.sha256(path.read_bytes()).hexdigest())]
    assert_nothing_ended(live)


def _several_pieces(folder: Path) -> Path:
    path = folder / "bai-lon.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("index.html", "<!doctype html><title>Bài lớn</title><p>Xin chào</p>")
        archive.writestr("du-lieu.bin", random.Random(str(folder)).randbytes(3 * 1024 * 1024))
    return path


def _stop_before_the_second(page: Page, own: Own) -> list[str]:
    """Stops object storage while a file is on its way; the pieces as they are sent."""
    sent: list[str] = []

    def decide(route: Route) -> None:
        if route.request.method == "PATCH":
            sent.append(route.request.url)
            if len(sent) == 2:
                own.stop("s3")
        route.continue_()

    page.route("**/uploads/*/", decide)
    return sent


def test_without_elasticsearch_the_page_says_so_and_changes_wait(
    own: Own, live: Live, browsers: Browsers, tmp_path: Path
) -> None:
    lesson = generated(tmp_path, "fractions_scorm12", unique("Phân số lớp năm"), 7)
    with at(browsers, live, "teacher") as teacher, at(browsers, live, "reviewer") as reviewer:
        teacher.upload(lesson)
        with stopped(own, "elasticsearch"):
            reviewer.publish(lesson, ROOT)
            answer = teacher.page.request.get(f"{live.site_url}/library/?q=phan+so")
            assert answer.status == 503
            assert "Tìm kiếm tạm thời" in answer.text()
            for path in ("/", "/lessons/", "/learning/"):
                assert status(teacher, path) == 200, path
        teacher.waits_to_find("toan lop 5 " + lesson.title.split()[-1], lesson, BACK_SECONDS)
    assert_nothing_ended(live)
