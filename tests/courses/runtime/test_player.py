"""The player in a real browser, over real site and content processes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame, Page, expect

from tests.browser import Browsers
from tests.flows.screens import axe, shoot
from tests.live import Live, start_live

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with start_live(tmp_path_factory.mktemp("player"), demo=False, names=("site", "content")) as running:
        yield running


@dataclass
class Desk:
    """A learner with one lesson, seen from outside the processes."""

    live: Live
    facts: dict[str, str]

    @property
    def url(self) -> str:
        return self.live.site_url + self.facts["address"]

    def sign_in(self, page: Page) -> None:
        page.context.clear_cookies()
        page.goto(f"{self.live.site_url}/account/login/")
        page.fill("input[name=login]", self.facts["username"])
        page.fill("input[name=password]", self.facts["password"])
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login/" not in url)

    def open(self, page: Page) -> Frame:
        """The lesson's own frame, once it runs."""
        page.goto(self.url)
        return lesson(page)

    def shown(self) -> Any:
        """What ``attempt_show`` says of the learner's attempt."""
        return self.live.ask(
            f"show(Attempt.objects.get(enrolment__uid='{self.facts['enrolment']}'))",
            "from courses.models import Attempt\nfrom courses.management.commands.attempt_show import show",
        )

    def item(self) -> dict[str, Any]:
        return self.shown()["items"][0]


# One start of Python for all of them
PACKAGES = [*["fractions_scorm12"] * 12, "water_scorm2004_4th", "packaging_scorm12_multi", "probe_scorm12"]
PACKAGES += ["worksheet_pdf", "number_line_png"]


@pytest.fixture(scope="module")
def desks(live: Live) -> dict[str, list[Desk]]:
    code = (
        "import json\nfrom tests.courses.runtime.stage import make_stage, report\n"
        f"print(json.dumps([report(make_stage(name)) for name in {PACKAGES!r}]))"
    )
    made: dict[str, list[Desk]] = {}
    for name, facts in zip(PACKAGES, json.loads(live.python(code).splitlines()[-1]), strict=True):
        made.setdefault(name, []).append(Desk(live, facts))
    return made


@pytest.fixture
def desk(desks: dict[str, list[Desk]]) -> Desk:
    """A learner of her own for each test, with the lesson about fractions."""
    return desks["fractions_scorm12"].pop()


def lesson(page: Page) -> Frame:
    inner = page.frame_locator("iframe.player-frame").frame_locator("iframe")
    inner.locator("body").wait_for()
    return next(frame for frame in page.frames if "/f/" in frame.url)


def saved(page: Page) -> None:
    expect(page.locator("[data-save-text]")).to_contain_text("Đã lưu lúc")


def turn(page: Page, frame: Frame, times: int) -> None:
    """Turns pages, each saved before the next."""
    for _ in range(times):
        # Asked from here on: the answer to what the opening sent may still be on its way.
        with page.expect_request(lambda asked: asked.url.endswith("/commit/")) as asked:
            frame.click("#next")
        assert asked.value.response()


@pytest.mark.parametrize("third_party", [False, True], ids=["storage-blocked", "storage-allowed"])
def test_a_killed_browser_loses_nothing(desk: Desk, browsers: Browsers, tmp_path: Path, third_party: bool):
    profile = tmp_path / "phone"
    with doomed(browsers, profile, third_party=third_party, **PHONE) as page:
        desk.sign_in(page)
        frame = desk.open(page)
        assert storage_works(frame) is third_party
        turn(page, frame, 2)
        saved(page)
    assert desk.item()["location"] == "3"
    assert desk.item()["exit"] == ""
    with browsers.page(third_party=third_party, profile=profile, **PHONE) as page:
        desk.sign_in(page)
        frame = desk.open(page)
        expect(frame.locator("#page-number")).to_have_text("3")
    assert desk.item()["entry"] == "resume"


def storage_works(frame: Frame) -> bool:
    """Whether the lesson's own origin may store anything inside the site's page."""
    return bool(frame.evaluate("() => { try { localStorage.length; return true; } catch { return false; } }"))


@contextmanager
def doomed(browsers: Browsers, profile: Path, **options: Any) -> Iterator[Page]:
    """A window whose browser is killed at the end; only closing what is dead may fail."""
    window = browsers.context(profile=profile, **options)
    page = window.__enter__().pages[0]
    try:
        yield page
    finally:
        kill_browser(profile)
        with suppress(PlaywrightError):
            window.__exit__(None, None, None)


def kill_browser(profile: Path) -> None:
    """SIGKILL to every process of the browser with this profile: no event runs in any page."""
    for process in psutil.process_iter(["cmdline"]):
        if any(str(profile) in part for part in process.info["cmdline"] or []):
            with suppress(psutil.NoSuchProcess):
                process.kill()


def test_2004_finishes_and_counts(desks: dict[str, list[Desk]], browsers: Browsers):
    from cms.demo.packages import ANSWERS

    desk = desks["water_scorm2004_4th"].pop()
    with browsers.page(**PHONE) as page:
        desk.sign_in(page)
        frame = desk.open(page)
        total = int(frame.locator("#page-count").inner_text())
        turn(page, frame, total - 1)
        for answer in ANSWERS["water_scorm2004_4th"]:
            frame.locator(f"label:has(#{answer})").click()
        with page.expect_response(lambda answer: answer.url.endswith("/commit/")):
            frame.click("#finish")
        saved(page)
        page.click("[data-exit]")
        page.wait_for_url("**/courses/**")
    shown = desk.shown()
    assert shown["outcome"]["completion"] == "completed"
    assert shown["outcome"]["success"] == "passed"
    assert shown["outcome"]["score"] == 1
    counted = f"Completion.objects.filter(enrolment__uid='{desk.facts['enrolment']}').count()"
    assert desk.live.ask(counted, "from courses.models import Completion") == 1


def test_what_was_not_yet_committed_goes_by_beacon(desk: Desk, browsers: Browsers):
    with browsers.page() as page:
        desk.sign_in(page)
        frame = desk.open(page)
        turn(page, frame, 1)
        # set but not committed, and gone at once: within the debounce
        frame.evaluate("parent.API.LMSSetValue('cmi.suspend_data', 'vừa kịp')")
        page.goto(f"{desk.live.site_url}/health/")
        page.wait_for_timeout(500)
    item = desk.item()
    assert item["exit"] == "suspend"  # the lesson finished in its own unload, after the player's
    assert item["cmi"]["suspend_data"] == "vừa kịp"
    assert item["commits"] > 2
    assert item["seconds"] > 0


def test_the_lesson_reaches_nothing_of_the_site(desks: dict[str, list[Desk]], browsers: Browsers):
    desk = desks["probe_scorm12"].pop()
    with browsers.page() as page:
        desk.sign_in(page)
        page.goto(desk.url)
        frame = page.frame_locator("iframe.player-frame").frame_locator("iframe")
        frame.locator("body[data-done]").wait_for()
        found = json.loads(frame.locator("#findings").inner_text())
        assert page.url.startswith(desk.live.site_url + "/learn/")
    tried = {name: entry for name, entry in found.items() if isinstance(entry, dict)}
    assert {"parent_dom", "top_dom", "top_storage", "top_navigation", "cookies", "site_fetch"} <= tried.keys()
    outside = {name for name in tried if not name.startswith("own_")}
    assert not {name for name in outside if tried[name]["reached"]}


def test_the_outbox_delivers_after_a_new_sign_in(desk: Desk, browsers: Browsers, tmp_path):
    profile = tmp_path / "phone"
    with doomed(browsers, profile, **PHONE) as page:
        desk.sign_in(page)
        frame = desk.open(page)
        turn(page, frame, 1)
        saved(page)
        page.context.set_offline(True)
        frame.click("#next")
        frame.click("#next")
        expect(page.locator("[data-save-text]")).to_have_text("Chưa gửi – sẽ gửi khi có mạng")
        page.wait_for_timeout(300)
        assert entries(page)[0]["seq"] > 1
    assert desk.item()["location"] == "2"
    with browsers.context(profile=profile, **PHONE) as context:
        context.clear_cookies()
        page = context.pages[0]
        page.goto(desk.live.site_url)
        assert entries(page), "kept on the device while nobody is signed in"
        desk.sign_in(page)
        expect(page.locator("[data-toasts]")).to_contain_text("Đã gửi")
        assert entries(page) == []
    item = desk.item()
    assert item["location"] == "4"
    assert json.loads(item["cmi"]["suspend_data"])["seen"] == [1, 2, 3, 4]


def test_another_persons_outbox_is_left_alone(
    desk: Desk, desks: dict[str, list[Desk]], browsers: Browsers, tmp_path
):
    other = desks["fractions_scorm12"].pop()
    profile = tmp_path / "shared-computer"
    with doomed(browsers, profile) as page:
        desk.sign_in(page)
        frame = desk.open(page)
        turn(page, frame, 1)
        page.context.set_offline(True)
        frame.click("#next")
        expect(page.locator("[data-save-text]")).to_contain_text("Chưa gửi")
        page.wait_for_timeout(300)
    with browsers.context(profile=profile) as context:
        context.clear_cookies()
        page = context.pages[0]
        other.sign_in(page)
        page.wait_for_load_state("networkidle")
        assert [entry["user"] for entry in entries(page)] == [desk.facts["learner"]]
    assert desk.item()["location"] == "2"


def entries(page: Page) -> list[dict[str, Any]]:
    """What the outbox of this device holds."""
    return page.evaluate(
        """() => new Promise((done) => {
          const request = indexedDB.open("hoclieu-outbox", 1);
          request.onupgradeneeded = () => request.transaction.abort();
          request.onerror = () => done([]);
          request.onsuccess = () => {
            const all = request.result.transaction("snapshots").objectStore("snapshots").getAll();
            all.onsuccess = () => { request.result.close(); done(all.result); };
          };
        })"""
    )


def test_an_older_window_says_that_it_was_superseded(desk: Desk, browsers: Browsers):
    with browsers.context() as context:
        older = context.pages[0]
        desk.sign_in(older)
        frame = desk.open(older)
        turn(older, frame, 1)
        newer = context.new_page()
        desk.open(newer)
        frame.click("#next")
        expect(older.locator("[data-over]")).to_contain_text("cửa sổ khác")
        assert frame.evaluate("parent.API.LMSCommit('')") == "false"
        older.click("[data-again]")
        expect(older.locator("[data-over]")).to_be_hidden()
        expect(lesson(older).locator("#page-number")).to_be_visible()


def test_an_older_window_learns_at_once_that_a_newer_one_took_over(desk: Desk, browsers: Browsers):
    with browsers.context() as context:
        older = context.pages[0]
        desk.sign_in(older)
        frame = desk.open(older)
        turn(older, frame, 1)
        saved(older)
        newer = context.new_page()
        desk.open(newer)
        older.bring_to_front()  # shown again or told by the newer window: nobody touches the lesson
        expect(older.locator("[data-save-text]")).to_have_text("Không còn ghi kết quả")
        expect(older.locator("[data-icon-stopped]")).to_be_visible()
        expect(older.locator("[data-icon-offline]")).to_be_hidden()
        covers_nothing(older, "[data-over]")


def test_kept_work_is_offered_beside_the_lesson_until_it_is_dismissed(desk: Desk, browsers: Browsers):
    with browsers.page(**PHONE) as older, browsers.page(**PHONE) as newer:
        desk.sign_in(older)
        frame = desk.open(older)
        turn(older, frame, 1)
        desk.sign_in(newer)
        turn(newer, desk.open(newer), 1)
        with older.expect_response(lambda answer: answer.url.endswith("/commit/")) as told:
            frame.click("#next")
        assert told.value.status == 409
        newer.reload()
        lesson(newer)
        offer = newer.locator("[data-offer]")
        expect(offer).to_contain_text("thay cho phần đang có")
        covers_nothing(newer, "[data-offer]")
        saved(newer)
        axe(newer, leave_out=("iframe",))
        shoot(newer, "player-offer")
        with newer.expect_response(lambda answer: answer.url.endswith("/dismiss/")) as told:
            newer.get_by_role("button", name="Bỏ qua").click()
        assert told.value.status == 204
        expect(offer).to_have_count(0)
        newer.reload()
        lesson(newer)
        expect(offer).to_have_count(0)


def covers_nothing(page: Page, note: str) -> None:
    """The note stands between the bar and the lesson."""
    box = page.locator(note).bounding_box()
    bar = page.locator(".player-bar").first.bounding_box()
    frame = page.locator("iframe.player-frame").bounding_box()
    assert box and bar and frame
    assert bar["y"] + bar["height"] <= box["y"] + 1
    assert box["y"] + box["height"] <= frame["y"] + 1


def test_a_lost_network_is_said_at_once(desk: Desk, browsers: Browsers):
    with browsers.page(**PHONE) as page:
        desk.sign_in(page)
        frame = desk.open(page)
        turn(page, frame, 1)
        saved(page)
        line = page.locator("[data-save][role=status]")
        page.context.set_offline(True)
        expect(line).to_contain_text("Mất mạng – bài vẫn học được, sẽ gửi khi có mạng")
        page.click("[data-exit]")  # there is no page to go to: the lesson stays
        expect(page.locator("[data-over]")).to_contain_text("chưa về trang trước được")
        page.context.set_offline(False)
        expect(line).to_contain_text("Đã lưu lúc")
        expect(page.locator("[data-over]")).to_be_hidden()
        expect(frame.locator("#page-number")).to_have_text("2")
        page.context.set_offline(True)
        frame.click("#next")
        expect(line).to_contain_text("Chưa gửi")
        page.context.set_offline(False)
        expect(line).to_contain_text("Đã lưu lúc")
    assert desk.item()["location"] == "3"


def test_parts_are_chosen_and_finished_one_by_one(desks: dict[str, list[Desk]], browsers: Browsers):
    desk = desks["packaging_scorm12_multi"].pop()
    with browsers.page(**PHONE) as page:
        desk.sign_in(page)
        frame = desk.open(page)
        expect(page.locator("[data-next]")).to_be_visible()
        saved(page)
        far = page.locator("[data-goal-far]")
        expect(far).to_have_text("0/3 phần")
        axe(page, leave_out=("iframe",))
        shoot(page, "player")
        expect(page.locator("[data-prev]")).to_be_hidden()
        total = int(frame.locator("#page-count").inner_text())
        turn(page, frame, total - 1)
        with page.expect_response(lambda answer: answer.url.endswith("/commit/")):
            frame.click("#finish")
        first = page.locator('li[data-sco="I1"]')
        expect(far).to_have_text("1/3 phần")  # at once, before another part is opened
        expect(first.locator('[data-state="done"]')).not_to_have_attribute("hidden", "")
        page.click("[data-next]")
        expect(page).to_have_url(re.compile("sco=I2"))
        lesson(page)
        expect(first.locator("small")).to_contain_text("Đã xong")
        expect(page.locator("[data-prev]")).to_be_visible()
    states = {item["id"]: item["completion"] for item in desk.shown()["items"]}
    assert states["I1"] == "completed"
    assert states["I3"] == "unknown"


def as_author(desk: Desk) -> Desk:
    """Its author, who looks at the lesson outside the class."""
    return Desk(
        desk.live,
        desk.facts | {"username": desk.facts["author"], "address": f"/try/{desk.facts['version']}/"},
    )


def test_browsing_records_nothing(desk: Desk, browsers: Browsers):
    looking = as_author(desk)
    with browsers.page() as page:
        looking.sign_in(page)
        frame = looking.open(page)
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.url) if "/commit/" in request.url else None)
        frame.click("#next")
        assert frame.evaluate("parent.API.LMSGetValue('cmi.core.lesson_mode')") == "browse"
        page.wait_for_timeout(1500)
        assert sent == []
        expect(page.locator(".player-title")).to_contain_text("không ghi kết quả")
        expect(page.locator(".player-foot")).to_have_count(0)
        axe(page, leave_out=("iframe",))


@pytest.mark.parametrize("package", ["worksheet_pdf", "number_line_png"])
def test_a_file_is_shown_with_ways_out(desks: dict[str, list[Desk]], browsers: Browsers, package: str):
    desk = as_author(desks[package].pop())
    with browsers.page() as page:
        desk.sign_in(page)
        page.goto(desk.url)
        viewer = page.frame_locator("iframe.player-frame")
        if package.endswith("_png"):
            expect(viewer.get_by_role("link", name="thẻ riêng")).to_be_in_viewport()
            assert viewer.locator("img").evaluate("img => img.naturalWidth") > 0
        else:
            expect(viewer.locator(".sheet canvas").first).to_be_visible()
            expect(viewer.get_by_role("toolbar")).to_be_in_viewport()
        page.wait_for_timeout(1500)
        shoot(page, f"player-{package}")
        axe(page, leave_out=("iframe",))


def test_a_ticket_opens_once(desk: Desk, browsers: Browsers):
    told = json.loads(
        desk.live.manage(
            "launch_url", "--user", desk.facts["username"], "--activity", desk.facts["activity"], "--json"
        )
    )
    with browsers.page() as page:
        assert page.goto(told["url"]).status == 200
        answer = page.goto(told["url"])
        assert answer.status == 410
        assert "Mở lại bài" in page.content()
