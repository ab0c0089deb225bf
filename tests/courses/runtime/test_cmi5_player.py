"""A published cmi5 package in a real browser: statements reach the store, count, and a relaunch goes on.

The published file is cut down to its page; the program that the page asks for is a test's own.
"""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser import Browsers
from tests.courses.runtime.test_player import Desk
from tests.flows.screens import axe, shoot
from tests.live import Live, start_live

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHARED = Path(__file__).resolve().parents[4] / "shared/cases/packages/cmi5_masteryscore_framed_min.zip"
UNIT = Path(__file__).with_name("cmi5_unit.js")

MAKE = """
import base64, json
from tests.courses.runtime.stage import make_stage, lesson_from, report
from tests.factories import person
from courses.models import RunPin
stage = make_stage(kind="cmi5")
stage.version = lesson_from(stage.unit, stage.author, base64.b64decode({package!r}))
RunPin.objects.filter(run=stage.run).update(version=stage.version)
leader = person(stage.unit, "training_manager", username="quan-li-" + str(stage.run.pk))
print(json.dumps(report(stage) | {{"leader": leader.username, "run": str(stage.run.uid)}}))
"""


def completed(package: bytes) -> bytes:
    """The package with the program that its page asks for."""
    made = io.BytesIO(package)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("js/course_cmi5.js", UNIT.read_text(encoding="utf-8"))
        archive.writestr("js/course.js", "")
        archive.writestr("js/cmi5.min.js", "")
    return made.getvalue()


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with start_live(tmp_path_factory.mktemp("cmi5"), demo=False, names=("site", "content")) as running:
        yield running


def desk_for(live: Live, package: bytes) -> Desk:
    made = MAKE.format(package=base64.b64encode(package).decode())
    return Desk(live, json.loads(live.python(made).splitlines()[-1]))


@pytest.fixture(scope="module")
def desk(live: Live) -> Desk:
    if not SHARED.is_file():
        pytest.skip("the folder ../shared/cases is not there")
    return desk_for(live, completed(SHARED.read_bytes()))


COURSE = """<courseStructure xmlns="https://w3id.org/xapi/profiles/cmi5/v1/CourseStructure.xsd">
<course id="https://so.example/khoa"><title><langstring lang="vi">Phân số</langstring></title></course>
<block id="https://so.example/khoi"><title><langstring lang="vi">Chương một</langstring></title>{}</block>
</courseStructure>"""
PAGE = """<!doctype html><html lang="vi"><title>Bài</title><body>
<div id="content"></div><button id="next">Tiếp</button><button class="leave">Xong</button>
<script type="text/template" class="contentpage"><p>Một phần hai</p></script>
<script type="text/template" class="contentpage"><p>Hai phần tư</p></script>
<script src="js/course_cmi5.js"></script>
<script>const course = new Course({trackingPlugin: new CourseCmi5Plugin()});
document.getElementById("next").onclick = () => course.answer(1);
document.querySelector(".leave").onclick = () => course.exit();</script></body></html>"""


def of_units(*titles: str) -> bytes:
    """A package with a unit of each title in one block, each passed by its first button."""
    units = "".join(
        f'<au id="https://so.example/bai/{number}" moveOn="CompletedAndPassed"><title><langstring lang="vi">'
        f"{title}</langstring></title><url>bai.html?so={number}</url></au>"
        for number, title in enumerate(titles, start=1)
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("cmi5.xml", COURSE.format(units))
        archive.writestr("bai.html", PAGE)
        archive.writestr("js/course_cmi5.js", UNIT.read_text(encoding="utf-8"))
    return made.getvalue()


def unit_in(page: Page) -> FrameLocator:
    return page.frame_locator("iframe.player-frame").frame_locator("iframe")


def opened(desk: Desk, page: Page, mode: str = "Normal") -> FrameLocator:
    page.goto(desk.url)
    unit = unit_in(page)
    expect(unit.locator(f"body[data-ready={mode}]")).to_be_attached()
    return unit


def test_statements_count_and_a_relaunch_goes_on(desk: Desk, browsers: Browsers) -> None:
    with browsers.page() as page:
        desk.sign_in(page)
        unit = opened(desk, page)
        for number in (1, 2):
            unit.locator("#next").click()
            expect(unit.locator(f"body[data-page='{number}']")).to_be_attached()
        expect(page.locator("[data-save-text]")).to_contain_text("Đã lưu lúc")
        shoot(page, "cmi5-player")
        # Gone without a word; the next launch goes on where the bookmark is.
        unit = opened(desk, page)
        expect(unit.locator("body[data-page='2']")).to_be_attached()
        assert desk.item()["progress"] > 0
        assert desk.shown()["outcome"]["completion"] == "incomplete"
        for number in range(3, 8):
            unit.locator("#next").click()
            expect(unit.locator(f"body[data-page='{number}']")).to_be_attached()
        unit.get_by_text("Select correct answers").click()
        unit.get_by_text("Submit Answers").click()
        expect(unit.locator("body[data-answered='1']")).to_be_attached()
        unit.locator(".header .exit-button").click()
        page.wait_for_url("**/courses/**")  # the unit returned; the player led on
        expect(page.locator("main")).to_contain_text("Đã hoàn thành")
    shown = desk.shown()
    assert shown["outcome"]["completion"] == "completed"
    assert shown["outcome"]["success"] == "passed"
    assert shown["outcome"]["score"] == 1
    assert 0 < shown["total_seconds"] < 120
    said = [one["verb"] for one in shown["statements"]]
    assert said.count("launched") == 2
    assert said.count("abandoned") == 1
    assert said[-1] == "terminated"
    counted = f"Completion.objects.filter(enrolment__uid='{desk.facts['enrolment']}').count()"
    assert desk.live.ask(counted, "from courses.models import Completion") == 1
    assert_seen_by_the_leader(desk, browsers, shown["attempt"])


def assert_seen_by_the_leader(desk: Desk, browsers: Browsers, attempt: str) -> None:
    leader = Desk(desk.live, desk.facts | {"username": desk.facts["leader"]})
    with browsers.page() as page:
        leader.sign_in(page)
        page.goto(f"{desk.live.site_url}/classes/{desk.facts['run']}/attempts/{attempt}/")
        expect(page.locator("main")).to_contain_text("Đạt")
        expect(page.locator("main")).to_contain_text("Bài học đã báo")
        axe(page)
        shoot(page, "cmi5-attempt")


def test_trying_it_records_nothing(desk: Desk, browsers: Browsers) -> None:
    before = desk.live.ask("Statement.objects.count()", "from courses.models import Statement")
    author = Desk(desk.live, desk.facts | {"username": desk.facts["author"]})
    with browsers.page() as page:
        author.sign_in(page)
        page.goto(f"{desk.live.site_url}/try/{desk.facts['version']}/")
        unit = unit_in(page)
        expect(unit.locator("body[data-ready=Browse]")).to_be_attached()
        unit.locator("#next").click()
        expect(unit.locator("body[data-page='1']")).to_be_attached()
    assert desk.live.ask("Statement.objects.count()", "from courses.models import Statement") == before


def test_several_units_in_one_contents(live: Live, browsers: Browsers) -> None:
    desk = desk_for(live, of_units("Bài một", "Bài hai"))
    with browsers.page() as page:
        desk.sign_in(page)
        unit = opened(desk, page)
        unit.locator("#next").click()
        expect(unit.locator("body[data-answered='1']")).to_be_attached()
        page.get_by_role("link", name="Bài hai").click()
        expect(unit_in(page).locator("body[data-ready=Normal]")).to_be_attached()
        first = page.locator("[data-contents] li", has_text="Bài một")
        expect(first).to_contain_text("Đã xong")
        axe(page, leave_out=("iframe",))
        shoot(page, "cmi5-units")
        assert desk.shown()["outcome"]["completion"] == "incomplete"
        # The second one is left open; who leads the class excuses her from it.
    leader = Desk(live, desk.facts | {"username": desk.facts["leader"]})
    with browsers.page() as page:
        leader.sign_in(page)
        page.goto(f"{live.site_url}/classes/{desk.facts['run']}/attempts/{desk.shown()['attempt']}/")
        page.get_by_text("Miễn phần này").click()
        axe(page)
        shoot(page, "cmi5-excuse")
        page.get_by_role("button", name="Miễn", exact=True).click()
        expect(page.locator("main")).to_contain_text("Được miễn")
    assert desk.shown()["outcome"]["completion"] == "completed"
