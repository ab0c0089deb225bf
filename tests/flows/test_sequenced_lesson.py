"""A published package that orders its parts by rules, played through by a learner in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, FrameLocator, Page, expect

from tests.browser import Browsers
from tests.flows.screens import axe, shoot
from tests.live import Live, start_live

pytestmark = [pytest.mark.browser, pytest.mark.slow]

GOLF = "SequencingPostTestRollup_SCORM20044thEdition.zip"
# The package asks a foreign host for jQuery, which no test reaches: as much of it as the pages call
JQUERY = "window.$ = window.jQuery = () => ({ dialog() {}, val() { return ''; } });"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with start_live(tmp_path_factory.mktemp("tree"), demo=False, names=("site", "content")) as running:
        yield running


def part(page: Page) -> FrameLocator:
    return page.frame_locator("iframe.player-frame").frame_locator("iframe")


def current(page: Page) -> None:
    part(page).locator("#butNext").wait_for()


def read_through(page: Page) -> None:
    """Turns the pages of the open part to its last."""
    forward = part(page).locator("#butNext")
    while forward.is_enabled():
        forward.click()


def test_the_post_test_course_is_played_through(live: Live, browsers: Browsers, shared_cases: Path) -> None:
    where = shared_cases / "packages" / GOLF
    made = live.python(
        "import json\nfrom pathlib import Path\nfrom tests.courses.runtime.stage import report, stage_with\n"
        f"print(json.dumps(report(stage_with(Path({str(where)!r}).read_bytes()))))"
    )
    facts = json.loads(made.splitlines()[-1])
    with browsers.page(width=1280, height=800) as page:
        page.route("**/ajax.googleapis.com/**", lambda route: route.fulfill(body=JQUERY))
        page.on("dialog", accept)
        sign_in(page, live, facts)
        page.goto(live.site_url + facts["address"])
        current(page)
        forward = page.locator("[data-next]")
        # Etiquette waits for Playing: neither the contents nor the button lead there
        expect(page.locator('[data-sco="etuqiette_item"] a')).to_have_attribute("aria-disabled", "true")
        expect(page.locator('[data-sco="assessment_item"]')).to_be_hidden()
        forward.click()
        expect(page.locator("[data-ended-title]")).to_have_text("Phần này chưa mở")
        page.locator("[data-anew]").click()
        current(page)
        for title in ("Playing", "Etiquette", "Handicapping", "Having Fun"):
            expect(page.locator("[data-part-title]")).to_contain_text(title)
            read_through(page)
            expect(forward).to_be_enabled()
            forward.click()
        expect(page.locator("[data-part-title]")).to_contain_text("Quiz")
        # Closed and opened again it stands where it was
        page.goto(f"{live.site_url}/health/")
        page.goto(live.site_url + facts["address"])
        expect(page.locator("[data-part-title]")).to_contain_text("Quiz")
        ask = page.locator("dialog[data-ask]")
        page.locator("[data-end]").click()  # with the quiz not handed in: she is asked, and goes on
        expect(ask).to_contain_text("chỉ học lại được từ đầu")
        axe(page, leave_out=("iframe",))
        shoot(page, "player-end")
        page.keyboard.press("Escape")
        expect(ask).to_be_hidden()
        part(page).frame_locator("#contentFrame").locator("input[type=button]").first.click()
        page.locator("[data-end]").click()
        ask.locator("[data-ask-end]").click()
        expect(page.locator("[data-ended-title]")).to_have_text("Bài học đã kết thúc")
        expect(page.locator("[data-ended-text]")).to_contain_text("Chưa đạt")
        page.locator("[data-anew]").click()
        expect(page.locator("[data-part-title]")).to_contain_text("Playing")


def accept(dialog: Dialog) -> None:
    dialog.accept()


def sign_in(page: Page, live: Live, facts: dict[str, str]) -> None:
    page.goto(f"{live.site_url}/account/login/")
    page.fill("input[name=login]", facts["username"])
    page.fill("input[name=password]", facts["password"])
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)
