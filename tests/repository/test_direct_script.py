"""Large files sent to a real bucket by a real browser: a lost line, a closed page, storage out of reach."""

from __future__ import annotations

import random
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.flows.people import Person
from tests.live import Live, start_live
from tests.repository.test_upload_script import LIST, RESULT, save
from tests.services import Bucket, client_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MB = 1024 * 1024


@pytest.fixture(scope="module")
def live(s3: Bucket, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A site whose blobs are objects, in a bucket that browsers reach."""
    settings = {**s3.settings(), "S3_PUBLIC_ENDPOINT": s3.endpoint}
    with start_live(tmp_path_factory.mktemp("direct"), demo=True, **settings) as running:
        assert "is there" in running.manage("s3_cors")
        yield running


@pytest.fixture
def teacher(live: Live, page: Page) -> Page:
    Person(live, page, "teacher").sign_in()
    page.goto(f"{live.site_url}/lessons/upload/")
    return page


def lesson(folder: Path, title: str, megabytes: int, first: str = "index.html") -> Path:
    path = folder / "bai-lon.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(first, f"<!doctype html><title>{title}</title><p>Xin chào</p>")
        archive.writestr("du-lieu.bin", random.Random(title).randbytes(megabytes * MB))
    return path


class Sent:
    """Requests with bytes of files: to the bucket, and to the site."""

    def __init__(self, page: Page, bucket: Bucket) -> None:
        self.parts: list[str] = []
        self.pieces: list[str] = []
        self._bucket = bucket
        page.on("requestfinished", self.note)

    def note(self, request: Request) -> None:
        if request.method == "PUT" and request.url.startswith(self._bucket.endpoint):
            self.parts.append(request.url)
        if request.method == "PATCH":
            self.pieces.append(request.url)


@pytest.fixture
def sent(teacher: Page, s3: Bucket) -> Sent:
    return Sent(teacher, s3)


def left_in(bucket: Bucket) -> list[str]:
    with client_of(bucket) as client:
        objects = client.list_objects_v2(Bucket=bucket.bucket, Prefix="incoming/").get("Contents", [])
        begun = client.list_multipart_uploads(Bucket=bucket.bucket, Prefix="incoming/").get("Uploads", [])
    return [entry["Key"] for entry in objects + begun]


def nothing_is_left_in(bucket: Bucket) -> bool:
    """At once, or when a part that was under way has been cleared after it by the worker."""
    until = time.monotonic() + 45
    while (left := left_in(bucket)) and time.monotonic() < until:
        time.sleep(0.5)
    return not left


def is_part(response) -> bool:
    return response.request.method == "PUT" and response.status == 200


class Line:
    """The line of a browser. It can be cut once a first part has passed, with the others under way."""

    def __init__(self, page: Page, bucket: Bucket) -> None:
        self._context = page.context
        self._passing = 1
        self._is_cut = False
        self._under_way: list[Route] = []
        page.route(f"{bucket.endpoint}/**", self._decide)

    def _decide(self, route: Route) -> None:
        if self._is_cut:
            route.abort("internetdisconnected")
            return
        if route.request.method == "PUT" and self._passing <= 0:
            self._under_way.append(route)
            return
        self._passing -= route.request.method == "PUT"
        route.continue_()

    def cut(self) -> None:
        self._is_cut = True
        self._context.set_offline(True)
        for route in self._under_way:
            route.abort("internetdisconnected")

    def mend(self) -> None:
        self._passing, self._is_cut = 1000, False
        self._context.set_offline(False)


@pytest.fixture
def line(teacher: Page, s3: Bucket) -> Line:
    return Line(teacher, s3)


def is_broken(page: Page) -> None:
    expect(page.locator(LIST)).to_contain_text("mất kết nối", timeout=30_000)


def is_checked(page: Page) -> None:
    expect(page.locator(LIST)).to_contain_text("đã khám gói", timeout=30_000)


def test_a_line_cut_in_the_middle_costs_only_the_parts_under_way(
    teacher: Page, sent: Sent, s3: Bucket, line: Line, tmp_path: Path
) -> None:
    path = lesson(tmp_path, "Đứt giữa chừng", 20)
    with teacher.expect_response(is_part):
        teacher.set_input_files("input[type=file]", path)
    line.cut()
    is_broken(teacher)
    assert len(sent.parts) == 1
    line.mend()
    is_checked(teacher)
    assert len(set(sent.parts)) == len(sent.parts) == 3
    assert sent.pieces == []
    assert left_in(s3) == []
    save(teacher)
    expect(teacher.locator("h1")).to_have_text("Đứt giữa chừng")
    expect(teacher.locator("main")).to_contain_text("Bài mở được")


def test_it_goes_on_after_the_page_was_closed(teacher: Page, sent: Sent, line: Line, tmp_path: Path) -> None:
    path = lesson(tmp_path, "Đóng trang", 20)
    with teacher.expect_response(is_part):
        teacher.set_input_files("input[type=file]", path)
    line.cut()
    is_broken(teacher)
    line.mend()
    teacher.reload()
    teacher.set_input_files("input[type=file]", path)
    is_checked(teacher)
    assert len(set(sent.parts)) == len(sent.parts) == 3
    save(teacher)
    expect(teacher.locator("h1")).to_have_text("Đóng trang")


def test_storage_out_of_reach_leaves_the_file_to_the_site(
    teacher: Page, sent: Sent, s3: Bucket, tmp_path: Path
) -> None:
    teacher.route(f"{s3.endpoint}/**", lambda route: route.abort())
    teacher.set_input_files("input[type=file]", lesson(tmp_path, "Qua trang web", 9))
    is_checked(teacher)
    assert sent.parts == []
    assert sent.pieces
    assert left_in(s3) == []
    save(teacher)
    expect(teacher.locator("h1")).to_have_text("Qua trang web")


def test_a_hostile_file_is_refused_with_the_same_words_on_both_ways(
    teacher: Page, sent: Sent, s3: Bucket, tmp_path: Path
) -> None:
    path = lesson(tmp_path, "Ra ngoài", 9, first="../../index.html")
    said = []
    for way in ("direct", "site"):
        if way == "site":
            teacher.route(f"{s3.endpoint}/**", lambda route: route.abort())
        teacher.reload()
        teacher.set_input_files("input[type=file]", path)
        expect(teacher.locator(RESULT)).to_contain_text("../../index.html", timeout=30_000)
        said.append(teacher.locator(RESULT).inner_text())
    assert said[0] == said[1]
    assert sent.parts
    assert sent.pieces
    assert left_in(s3) == []


def test_a_cancelled_file_leaves_nothing_behind(teacher: Page, s3: Bucket, tmp_path: Path) -> None:
    with teacher.expect_response(is_part):
        teacher.set_input_files("input[type=file]", lesson(tmp_path, "Thôi không gửi", 30))
    with teacher.expect_response(lambda response: response.request.method == "DELETE") as deleted:
        teacher.get_by_role("button", name="Dừng tải bai-lon.zip").click()
    assert deleted.value.status == 204
    expect(teacher.locator(f"{LIST} li")).to_have_count(0)
    assert nothing_is_left_in(s3)


def test_small_files_go_through_the_site(teacher: Page, sent: Sent, tmp_path: Path) -> None:
    teacher.set_input_files("input[type=file]", lesson(tmp_path, "Bài nhỏ", 1))
    is_checked(teacher)
    assert (sent.parts, len(sent.pieces) > 0) == ([], True)
