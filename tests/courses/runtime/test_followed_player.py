"""Lessons without SCORM in a real browser: pages, sound and video, H5P exercises."""

from __future__ import annotations

import base64
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Frame, Page, Route, expect

from cms.demo import packages
from tests.browser import Browsers
from tests.courses.runtime.test_player import PHONE, Desk, saved
from tests.flows.screens import axe, shoot
from tests.live import Live, start_live
from tests.repository.packages.media_files import sound

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DONE = "Đã xong"
LONG_PAGE = "<!doctype html><html lang=vi><meta charset=utf-8><title>Một trang dài</title>" + "".join(
    f"<p>Đoạn {n}. {'Chữ nghĩa. ' * 60}</p>" for n in range(60)
)
WHEN_WATCHED = {"when": "watched", "at_least": 0.6}


def zipped(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with start_live(tmp_path_factory.mktemp("followed"), demo=False, names=("site", "content")) as running:
        yield running


@pytest.fixture(scope="module")
def desks(live: Live, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Desk]:
    """A learner for each test, made in one start of Python; published exercises where they are at hand."""
    folder = tmp_path_factory.mktemp("files")
    pages = zipped({"index.html": LONG_PAGE})
    wanted: dict[str, tuple[bytes, str, dict[str, Any]]] = {
        "opened": (pages, "bai.zip", {"when": "opened"}),
        "minutes": (pages, "bai.zip", {"when": "minutes", "at_least": 0.05}),
        "idle": (pages, "bai.zip", {"when": "minutes", "at_least": 0.2}),
        "scrolled": (pages, "bai.zip", {"when": "scrolled"}),
        "fits": (zipped({"index.html": "<!doctype html><p>Ngắn"}), "bai.zip", {"when": "scrolled"}),
        "sound": (sound(10), "am.wav", WHEN_WATCHED),
        "jumped": (sound(10), "am.wav", WHEN_WATCHED),
        "choice": (packages.build("capitals_h5p"), "a.h5p", {"when": "completed"}),
    }
    cases = Path(__file__).resolve().parents[4] / "shared" / "cases" / "packages"
    for name in ("filltheblanks", "greeting-card", "lumi_xss-svg"):
        if (cases / f"{name}.h5p").is_file():
            wanted[name] = ((cases / f"{name}.h5p").read_bytes(), f"{name}.h5p", {"when": "completed"})
    calls = []
    for name, (content, filename, rule) in wanted.items():
        (folder / name).write_bytes(content)
        calls.append((name, str(folder / name), filename, rule))
    made = live.python(
        "import json, pathlib\nfrom tests.courses.runtime.stage import report, stage_of\n"
        f"print(json.dumps({{name: report(stage_of(pathlib.Path(path).read_bytes(), filename, rule)) "
        f"for name, path, filename, rule in {calls!r}}}))"
    )
    return {name: Desk(live, facts) for name, facts in json.loads(made.splitlines()[-1]).items()}


def goal(page: Page) -> Any:
    return page.locator("[data-goal-far]")


def opened(desk: Desk, page: Page) -> Frame:
    """The frame of the player on the content origin."""
    desk.sign_in(page)
    page.goto(desk.url)
    handle = page.wait_for_selector("iframe.player-frame:not([data-viewer])")
    frame = handle.content_frame()
    assert frame is not None
    return frame


def inner(page: Page, part: str) -> Frame:
    """The lesson's own frame, once its address has ``part`` in it."""
    for _ in range(150):
        found = next((frame for frame in page.frames if part in frame.url), None)
        if found is not None:
            found.wait_for_load_state("load")
            return found
        page.wait_for_timeout(100)
    raise AssertionError([frame.url for frame in page.frames])


def until(frame: Frame, expression: str) -> None:
    """Waits for what is true in the frame; its policy forbids what playwright would wait with."""
    for _ in range(200):
        if frame.evaluate(expression):
            return
        frame.page.wait_for_timeout(100)
    raise AssertionError(expression)


def completed(desk: Desk) -> bool:
    """Whether the activity counts as completed in the class."""
    uid = desk.facts["enrolment"].replace("-", "")
    found = desk.live.rows(
        "select replace(e.uid, '-', '') from courses_activitycompletion c "
        "join courses_enrolment e on e.id = c.enrolment_id"
    )
    return (uid,) in found


# Pages


def test_opening_is_enough_where_it_is_asked_for(desks: dict[str, Desk], browsers: Browsers) -> None:
    desk = desks["opened"]
    with browsers.page(**PHONE) as page:
        opened(desk, page)
        inner(page, "/f/")
        expect(page.locator("[data-goal]")).to_contain_text("Xong khi mở")
        expect(goal(page)).to_have_text(DONE)
    assert completed(desk)


def test_minutes_count_while_the_learner_is_at_work(desks: dict[str, Desk], browsers: Browsers) -> None:
    desk = desks["minutes"]
    with browsers.page(**PHONE) as page:
        opened(desk, page)
        inner(page, "/f/")
        expect(page.locator("[data-goal]")).to_contain_text("phút")
        expect(goal(page)).to_have_text(re.compile("^0:0[0-3]/0:03$"))
        assert not completed(desk)
        expect(goal(page)).to_have_text(DONE, timeout=15_000)
        expect(page.locator("[data-goal-told][role=status]")).to_have_text(DONE)
        axe(page, leave_out=("iframe",))
    assert completed(desk)
    assert 3 <= desk.shown()["items"][0]["seconds"] < 60


def test_minutes_stand_still_while_she_is_not(desks: dict[str, Desk], browsers: Browsers) -> None:
    desk = desks["idle"]

    def soon_idle(route: Route) -> None:
        answer = route.fetch()
        body = answer.text()
        assert '"idle": 120' in body
        route.fulfill(response=answer, body=body.replace('"idle": 120', '"idle": 1'))

    with browsers.page() as page:
        page.route("**/play/**", soon_idle)
        opened(desk, page)
        frame = inner(page, "/f/")
        expect(goal(page)).to_contain_text("(tạm dừng)", timeout=8000)
        page.wait_for_timeout(4000)
        for _ in range(9):
            frame.evaluate("scrollBy(0, 20)")
            page.wait_for_timeout(900)
        page.click("[data-exit]")
        page.wait_for_url("**/courses/**")
    seconds = desk.shown()["items"][0]["seconds"]
    assert 7 < seconds < 13
    assert not completed(desk) or seconds >= 12


def test_scrolling_to_the_end(desks: dict[str, Desk], browsers: Browsers) -> None:
    desk = desks["scrolled"]
    with browsers.page(**PHONE) as page:
        opened(desk, page)
        frame = inner(page, "/f/")
        expect(page.locator("[data-goal]")).to_contain_text("Xong khi cuộn đến cuối trang")
        frame.evaluate("scrollTo(0, document.documentElement.scrollHeight / 2)")
        expect(goal(page)).to_contain_text(re.compile("đã xem [5-9]"), timeout=8000)
        saved(page)
        shoot(page, "player-scrolled")
        page.click("[data-exit]")
        page.wait_for_url("**/courses/**")
    assert not completed(desk)
    with browsers.page(**PHONE) as page:
        opened(desk, page)
        expect(goal(page)).to_contain_text(re.compile("đã xem [5-9]"))
        frame = inner(page, "/f/")
        page.wait_for_timeout(500)
        assert frame.evaluate("scrollY") > 1000  # where she was
        frame.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        expect(goal(page)).to_have_text(DONE, timeout=8000)
    assert completed(desk)
    assert desk.item()["completion"] == "completed"


def test_a_page_that_fits_the_screen_is_seen_at_once(desks: dict[str, Desk], browsers: Browsers) -> None:
    with browsers.page() as page:
        opened(desks["fits"], page)
        expect(goal(page)).to_have_text(DONE, timeout=12_000)
    assert completed(desks["fits"])


# Sound and video


def test_what_was_played_counts_on_every_device(desks: dict[str, Desk], browsers: Browsers) -> None:
    desk = desks["sound"]
    with browsers.page(**PHONE) as page:
        frame = opened(desk, page)
        expect(page.locator("[data-goal]")).to_contain_text("Xong khi đã nghe 60 %")
        frame.wait_for_selector("audio")
        frame.locator("body").click(position={"x": 5, "y": 5})
        page.keyboard.press(" ")
        page.wait_for_timeout(3500)
        page.keyboard.press(" ")
        saved(page)
        place = frame.evaluate("document.querySelector('audio').currentTime")
        assert 2 < place < 5
        axe(page, leave_out=("iframe",))
        shoot(page, "player-media")
        page.click("[data-exit]")
        page.wait_for_url("**/courses/**")
    assert not completed(desk)
    with browsers.page() as page:  # another device
        frame = opened(desk, page)
        until(frame, "document.querySelector('audio')?.currentTime > 1")
        again = frame.evaluate("document.querySelector('audio').currentTime")
        assert again == pytest.approx(place, abs=0.3)
        expect(frame.locator(".media-note")).to_contain_text("Tiếp tục từ 0:0")
        frame.locator("body").click(position={"x": 5, "y": 5})
        frame.evaluate("document.querySelector('audio').playbackRate = 8")
        page.keyboard.press(" ")
        until(frame, "document.querySelector('audio').currentTime > 7.5")
        assert frame.evaluate("document.querySelector('audio').playbackRate") == 2
        expect(goal(page)).to_have_text(DONE, timeout=10_000)
    assert completed(desk)
    shown = desk.shown()["items"][0]
    assert shown["completion"] == "completed"
    assert shown["progress"] >= 0.6


def test_the_slider_is_not_playing(desks: dict[str, Desk], browsers: Browsers) -> None:
    desk = desks["jumped"]
    with browsers.page() as page:
        frame = opened(desk, page)
        frame.wait_for_selector("audio")
        frame.locator("body").click(position={"x": 5, "y": 5})
        page.keyboard.press(" ")
        page.wait_for_timeout(1200)
        frame.evaluate("document.querySelector('audio').currentTime = 9")
        until(frame, "document.querySelector('audio').ended")
        saved(page)
        expect(goal(page)).to_contain_text("đã nghe")
        expect(frame.locator(".media-strip span")).to_have_count(2)
        page.click("[data-exit]")
        page.wait_for_url("**/courses/**")
    assert not completed(desk)
    assert 0.15 < desk.shown()["items"][0]["progress"] < 0.45


_RECORD = """async () => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [320, 180];
  const pen = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(10), { mimeType: "video/webm;codecs=vp8" });
  const pieces = [];
  recorder.ondataavailable = (event) => pieces.push(event.data);
  recorder.start();
  for (let at = 0; at < 30; at += 1) {
    pen.fillStyle = `hsl(${at * 12} 80% 50%)`;
    pen.fillRect(0, 0, 320, 180);
    await new Promise((done) => setTimeout(done, 100));
  }
  await new Promise((done) => { recorder.onstop = done; recorder.stop(); });
  const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer());
  return btoa(String.fromCharCode(...bytes));
}"""


def test_a_video_in_the_player(live: Live, browsers: Browsers, tmp_path: Path) -> None:
    """A recording of the browser's own, without a length in its header, played to its end."""
    with browsers.page() as page:
        page.goto(f"{live.site_url}/account/login/")
        film = base64.b64decode(page.evaluate(_RECORD))
    path = tmp_path / "phim.webm"
    path.write_bytes(film)
    made = live.python(
        "import json, pathlib\nfrom tests.courses.runtime.stage import report, stage_of\n"
        f"print(json.dumps(report(stage_of(pathlib.Path({str(path)!r}).read_bytes(), 'phim.webm', "
        "{'when': 'watched', 'at_least': 0.8}))))"
    )
    desk = Desk(live, json.loads(made.splitlines()[-1]))
    with browsers.page(**PHONE) as page:
        frame = opened(desk, page)
        expect(page.locator("[data-goal]")).to_contain_text("Xong khi đã xem 80 %")
        frame.wait_for_selector("video")
        frame.locator(".media-strip").click()
        page.keyboard.press(" ")
        until(frame, "document.querySelector('video').ended")
        expect(goal(page)).to_have_text(DONE, timeout=10_000)
        shoot(page, "player-video")
    assert completed(desk)


# H5P


def report_of(desk: Desk) -> dict[str, Any]:
    found: dict[str, Any] = desk.shown()["items"][0]
    return found


def test_an_exercise_is_answered_left_and_found_again(desks: dict[str, Desk], browsers: Browsers) -> None:
    desk = desks["choice"]
    with browsers.page(**PHONE) as page:
        opened(desk, page)
        frame = inner(page, "/v/")
        frame.get_by_label("Huế").check()
        frame.get_by_role("button", name="Kiểm tra").click()
        expect(frame.locator("[role=status]")).to_contain_text("Chưa đúng")
        saved(page)
        expect(page.locator("[data-goal]")).to_contain_text("Xong khi học hết bài")
        expect(goal(page)).to_have_text(DONE)
        shoot(page, "player-h5p")
        page.click("[data-exit]")
        page.wait_for_url("**/courses/**")
    first = report_of(desk)
    assert (first["completion"], first["success"], first["score"]) == ("completed", "failed", 0)
    with browsers.page() as page:
        opened(desk, page)
        frame = inner(page, "/v/")
        expect(frame.get_by_label("Huế")).to_be_checked()
        expect(frame.locator("[role=status]")).to_contain_text("Chưa đúng")
        frame.get_by_label("Hà Nội").check()
        page.click("[data-exit]")  # chosen, not checked yet: kept all the same
        page.wait_for_url("**/courses/**")
    with browsers.page() as page:
        opened(desk, page)
        frame = inner(page, "/v/")
        expect(frame.get_by_label("Hà Nội")).to_be_checked()
        frame.get_by_role("button", name="Kiểm tra").click()
        saved(page)
        page.wait_for_timeout(1500)
    last = report_of(desk)
    assert (last["completion"], last["success"], last["score"]) == ("completed", "passed", 1)
    assert completed(desk)


def test_fill_the_blanks_answered_rightly(desks: dict[str, Desk], browsers: Browsers) -> None:
    if "filltheblanks" not in desks:
        pytest.skip("the folder ../shared/cases is not there")
    desk = desks["filltheblanks"]
    with browsers.page(**PHONE) as page:
        wrong: list[str] = []
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        opened(desk, page)
        frame = inner(page, "/v/")
        blanks = frame.locator("input.h5p-text-input")
        expect(blanks).to_have_count(4)
        blanks.nth(0).fill("Brasilia")
        blanks.nth(1).fill("Washington")
        saved(page)
        page.click("[data-exit]")
        page.wait_for_url("**/courses/**")
        assert not [text for text in wrong if "Content Security Policy" in text and "script" in text]
    assert report_of(desk)["completion"] == "incomplete"
    with browsers.page() as page:
        opened(desk, page)
        frame = inner(page, "/v/")
        blanks = frame.locator("input.h5p-text-input")
        expect(blanks.nth(0)).to_have_value("Brasilia")
        expect(blanks.nth(1)).to_have_value("Washington")
        blanks.nth(2).fill("Berlin")
        blanks.nth(3).fill("Canberra")
        shoot(page, "player-h5p-blanks")
        frame.locator(".h5p-question-check-answer").click()
        saved(page)
        page.wait_for_timeout(1500)
        page.click("[data-exit]")
        page.wait_for_url("**/courses/**")
        expect(page.locator("main")).to_contain_text("10")  # of ten points
    last = report_of(desk)
    assert (last["completion"], last["success"], last["score"]) == ("completed", "passed", 1)
    assert completed(desk)


def test_what_sets_no_task_is_done_with_being_opened(desks: dict[str, Desk], browsers: Browsers) -> None:
    if "greeting-card" not in desks:
        pytest.skip("the folder ../shared/cases is not there")
    with browsers.page() as page:
        opened(desks["greeting-card"], page)
        frame = inner(page, "/v/")
        expect(frame.locator(".greeting-text")).to_have_text("Hello world!")
        saved(page)
    assert completed(desks["greeting-card"])


def test_programs_in_drawings_do_not_run(desks: dict[str, Desk], browsers: Browsers) -> None:
    if "lumi_xss-svg" not in desks:
        pytest.skip("the folder ../shared/cases is not there")
    with browsers.page() as page:
        said: list[str] = []
        page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
        opened(desks["lumi_xss-svg"], page)
        frame = inner(page, "/v/")
        picture = frame.locator("img[src*='xss.svg']")
        expect(picture).to_be_visible()
        address = picture.evaluate("one => one.src")
        page.goto(address)  # as a page of its own
        expect(page.locator("circle")).to_be_visible()
        assert said == []
