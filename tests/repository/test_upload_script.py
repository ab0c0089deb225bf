"""The upload page in a real browser: progress, a lost line, a closed page, without script."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from cms.demo import packages
from tests.browser import Browsers
from tests.flows.people import Person
from tests.flows.screens import axe
from tests.live import Live

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MB = 1024 * 1024
LIST = "[data-upload-list]"
TITLE = "[data-titled] input"
RESULT = "[data-result]"


@pytest.fixture
def teacher(live: Live, page: Page) -> Page:
    Person(live, page, "teacher").sign_in()
    return page


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """Several pieces long."""
    path = tmp_path / "bai-lon.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("index.html", "<!doctype html><title>Bài lớn</title><p>Xin chào</p>")
        archive.writestr("du-lieu.bin", random.Random(str(tmp_path)).randbytes(5 * MB))
    return path


class Line:
    """The way of the pieces to the server: cut after some, or open."""

    def __init__(self, page: Page) -> None:
        self.left = 10**6
        self.passed = 0
        page.route("**/uploads/*/", self.decide)

    def decide(self, route: Route) -> None:
        if route.request.method != "PATCH":
            route.continue_()
        elif self.left > 0:
            self.left -= 1
            self.passed += 1
            route.continue_()
        else:
            route.abort()


@pytest.fixture
def line(teacher: Page) -> Iterator[Line]:
    yield Line(teacher)
    teacher.unroute_all(behavior="ignoreErrors")


def save(page: Page) -> None:
    page.get_by_role("button", name="Lưu nháp", exact=True).click()
    page.wait_for_url("**/lessons/*-*-*/")


def test_findings_and_the_title_of_the_package(teacher: Page, live: Live, tmp_path: Path) -> None:
    path = tmp_path / "phan-so.zip"
    path.write_bytes(packages.build("odd_litter"))
    teacher.goto(f"{live.site_url}/lessons/upload/")
    axe(teacher)
    teacher.set_input_files("input[type=file]", path)
    expect(teacher.locator(LIST)).to_contain_text("đã khám gói")
    teacher.locator(f"{RESULT} > summary").click()
    expect(teacher.locator(RESULT)).to_contain_text("Đã sửa tự động")
    expect(teacher.locator(TITLE)).not_to_have_value("")
    axe(teacher)
    save(teacher)
    expect(teacher.locator("h1")).not_to_be_empty()
    axe(teacher)


def test_a_refused_file_says_why_and_keeps_what_was_typed(teacher: Page, live: Live, tmp_path: Path) -> None:
    path = tmp_path / "flash.zip"
    path.write_bytes(packages.build("broken_flash_only"))
    teacher.goto(f"{live.site_url}/lessons/upload/")
    teacher.fill("textarea[name=description]", "Lời của cô")
    teacher.set_input_files("input[type=file]", path)
    expect(teacher.locator(RESULT)).to_contain_text("Flash")
    expect(teacher.locator("textarea[name=description]")).to_have_value("Lời của cô")
    axe(teacher)


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "flash.zip"
    path.write_bytes(packages.build("broken_flash_only"))
    return path


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "phan-so.zip"
    path.write_bytes(packages.build("fractions_scorm12"))
    return path


def drafts(page: Page, live: Live) -> int:
    page.goto(f"{live.site_url}/lessons/")
    return page.locator("#draft li").count()


def test_a_good_file_after_a_refused_one(teacher: Page, live: Live, bad: Path, good: Path) -> None:
    before = drafts(teacher, live)
    teacher.goto(f"{live.site_url}/lessons/upload/")
    teacher.set_input_files("input[type=file]", bad)
    expect(teacher.locator(RESULT)).to_contain_text("Flash")
    teacher.set_input_files("input[type=file]", good)
    expect(teacher.locator(LIST)).to_contain_text("đã khám gói")
    expect(teacher.locator(f"{LIST} li")).to_have_count(1)
    expect(teacher.locator(LIST)).not_to_contain_text("Flash")
    teacher.fill(TITLE, "Sau tệp hỏng")
    teacher.select_option("select[name=subject]", "toan")
    teacher.check("input[name=grades][value=lop-5]")
    teacher.check("input[name=mine]")
    teacher.get_by_role("button", name="Gửi duyệt").click()
    teacher.wait_for_url("**/lessons/*-*-*/")
    expect(teacher.locator("h1")).to_have_text("Sau tệp hỏng")
    expect(teacher.locator("main")).to_contain_text("phan-so.zip")
    expect(teacher.locator("main")).to_contain_text("Chờ duyệt")
    assert drafts(teacher, live) == before


def test_saving_with_a_refused_file_only_says_why(teacher: Page, live: Live, bad: Path) -> None:
    teacher.set_viewport_size({"width": 390, "height": 800})
    teacher.goto(f"{live.site_url}/lessons/upload/")
    teacher.fill("textarea[name=description]", "Lời của cô")
    teacher.set_input_files("input[type=file]", bad)
    expect(teacher.locator(RESULT)).to_contain_text("Flash")
    teacher.get_by_role("button", name="Lưu nháp", exact=True).click()
    expect(teacher.locator("[data-upload-refused]")).to_be_focused()
    expect(teacher.locator(RESULT)).to_contain_text("Flash")
    expect(teacher.locator("[data-upload-none]")).to_be_hidden()
    expect(teacher.locator("textarea[name=description]")).to_have_value("Lời của cô")
    assert teacher.evaluate("document.documentElement.scrollWidth") <= 390
    axe(teacher)
    teacher.get_by_role("button", name="Bỏ tệp này").click()
    expect(teacher.locator(f"{LIST} li")).to_have_count(0)
    teacher.get_by_role("button", name="Lưu nháp", exact=True).click()
    expect(teacher.locator("[data-upload-none]")).to_be_focused()


def test_an_empty_file_is_an_error_that_leaves_with_the_next_choice(
    teacher: Page, live: Live, good: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "rong.zip"
    empty.touch()
    faults: list[str] = []
    teacher.on("pageerror", lambda fault: faults.append(str(fault)))
    teacher.goto(f"{live.site_url}/lessons/upload/")
    teacher.set_input_files("input[type=file]", empty)
    expect(teacher.locator(f"{LIST} .error")).to_contain_text("0 byte")
    teacher.set_input_files("input[type=file]", good)
    expect(teacher.locator(LIST)).to_contain_text("đã khám gói")
    expect(teacher.locator(LIST)).to_contain_text("kB")
    expect(teacher.locator(f"{LIST} li")).to_have_count(1)
    expect(teacher.locator(TITLE)).not_to_have_value("")
    teacher.get_by_role("button", name="Bỏ tệp này").click()
    expect(teacher.locator(TITLE)).to_have_count(0)
    assert not faults


def test_it_goes_on_when_the_line_is_back(teacher: Page, live: Live, large: Path, line: Line) -> None:
    teacher.goto(f"{live.site_url}/lessons/upload/")
    line.left = 2
    teacher.set_input_files("input[type=file]", large)
    expect(teacher.locator(LIST)).to_contain_text("mất kết nối")
    save_button = teacher.get_by_role("button", name="Lưu nháp", exact=True)
    save_button.click()
    expect(teacher.locator("[data-upload-wait]")).to_be_visible()
    line.left = 100
    teacher.get_by_role("button", name="Tải tiếp").click()
    teacher.wait_for_url("**/lessons/*-*-*/")  # it was to be saved as soon as it is here
    expect(teacher.locator("h1")).to_have_text("Bài lớn")


def test_it_is_taken_up_after_the_page_was_closed(teacher: Page, live: Live, large: Path, line: Line) -> None:
    teacher.goto(f"{live.site_url}/lessons/upload/")
    line.left = 2
    teacher.set_input_files("input[type=file]", large)
    expect(teacher.locator(LIST)).to_contain_text("mất kết nối")
    teacher.reload()
    expect(teacher.locator("main")).to_contain_text("bai-lon.zip")
    heads: list[str] = []
    teacher.on(
        "response",
        lambda r: heads.append(r.headers.get("upload-offset", "")) if r.request.method == "HEAD" else None,
    )
    line.left = 100
    teacher.set_input_files("input[type=file]", large)
    expect(teacher.locator(LIST)).to_contain_text("đã khám gói")
    assert int(heads[0]) > MB
    save(teacher)


def test_cancelling_takes_it_away(teacher: Page, live: Live, large: Path, line: Line) -> None:
    teacher.goto(f"{live.site_url}/lessons/upload/")
    line.left = 1
    teacher.set_input_files("input[type=file]", large)
    expect(teacher.locator(LIST)).to_contain_text("mất kết nối")
    with teacher.expect_response(lambda r: r.request.method == "DELETE") as deleted:
        teacher.get_by_role("button", name="Dừng tải bai-lon.zip").click()
    assert deleted.value.status == 204
    expect(teacher.locator(f"{LIST} li")).to_have_count(0)


def test_several_files_become_lessons_of_their_own(
    teacher: Page, live: Live, bad: Path, tmp_path: Path
) -> None:
    paths = [bad]
    for name in ("ohm_html5", "worksheet_pdf"):
        path = tmp_path / packages.file_name(name)
        path.write_bytes(packages.build(name))
        paths.append(path)
    teacher.goto(f"{live.site_url}/lessons/upload/")
    teacher.set_input_files("input[type=file]", paths)
    teacher.get_by_role("button", name="Gửi duyệt").click()
    # What all share is wrong: said once, at its field, and nothing is saved yet.
    expect(teacher.locator("[data-form-summary] [role=alert]")).to_be_focused()
    expect(teacher.locator("#id_subject_error")).to_be_visible()
    expect(teacher.locator(f"{LIST} li").first).to_contain_text("Flash")
    axe(teacher)
    teacher.locator(TITLE).nth(1).fill("Định luật Ohm của lớp ta")
    teacher.locator(TITLE).nth(2).fill("Phiếu của lớp ta")
    teacher.select_option("select[name=subject]", "toan")
    teacher.check("input[name=grades][value=lop-4]")
    teacher.check("input[name=grades][value=lop-5]")
    teacher.check("input[name=mine]")
    teacher.get_by_role("button", name="Gửi duyệt").click()
    expect(teacher.locator("[data-upload-all]")).to_contain_text("Đã gửi duyệt 2 trong 3 tệp")
    expect(teacher.locator(LIST)).to_contain_text("Đã gửi duyệt")
    expect(teacher.locator("input[name=mine]")).not_to_be_checked()
    teacher.get_by_role("link", name="Đến bài của tôi").click()
    for title in ("Định luật Ohm của lớp ta", "Phiếu của lớp ta"):
        row = teacher.locator("#waiting li", has_text=title)
        expect(row).to_contain_text("Toán, Lớp 4, Lớp 5")


def test_leaving_with_a_file_on_its_way_asks(teacher: Page, live: Live, large: Path, line: Line) -> None:
    asked: list[str] = []
    teacher.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    teacher.goto(f"{live.site_url}/lessons/upload/")
    teacher.get_by_role("link", name="Học liệu").first.click()
    teacher.goto(f"{live.site_url}/lessons/upload/")
    assert asked == []
    line.left = 1
    teacher.set_input_files("input[type=file]", large)
    expect(teacher.locator(LIST)).to_contain_text("mất kết nối")
    teacher.locator("textarea[name=description]").click()
    teacher.reload()
    assert asked == ["beforeunload"]


def test_without_script(live: Live, browsers: Browsers, tmp_path: Path) -> None:
    path = tmp_path / "phan-so.zip"
    path.write_bytes(packages.build("fractions_scorm12"))
    with browsers.page(java_script_enabled=False) as window:
        Person(live, window, "teacher").sign_in()
        window.goto(f"{live.site_url}/lessons/upload/")
        window.set_input_files("input[type=file]", path)
        window.select_option("select[name=subject]", "toan")
        window.check("input[name=grades][value=lop-5]")
        save(window)
        expect(window.locator("main")).to_contain_text("Bài mở được")
