"""What the line at the bottom of the player vouches for, and that nothing opens over work that waits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page, Route, expect

from tests.browser import Browsers
from tests.courses.runtime.test_player import Desk, entries, saved, turn
from tests.live import Live, start_live

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SAVING, OFFLINE = "Đang lưu…", "Chưa gửi – sẽ gửi khi có mạng"
UNSAFE = "Chưa lưu được – giữ cửa sổ này mở"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with start_live(tmp_path_factory.mktemp("line"), demo=False, names=("site", "content")) as running:
        yield running


@pytest.fixture(scope="module")
def desks(live: Live) -> list[Desk]:
    code = (
        "import json\nfrom tests.courses.runtime.stage import make_stage, report\n"
        "print(json.dumps([report(make_stage('fractions_scorm12')) for _ in range(3)]))"
    )
    return [Desk(live, facts) for facts in json.loads(live.python(code).splitlines()[-1])]


def note(frame: Frame, text: str) -> None:
    """The lesson sets something and does not commit it."""
    answer = frame.evaluate("(text) => parent.API.LMSSetValue('cmi.comments', text)", text)
    assert answer == "true"


def line(page: Page) -> str:
    return page.locator("[data-save-text]").inner_text()


def test_it_vouches_for_all_that_was_set_or_says_that_it_does_not(
    desks: list[Desk], browsers: Browsers
) -> None:
    desk = desks.pop()
    with browsers.page() as page:
        desk.sign_in(page)
        frame = desk.open(page)
        turn(page, frame, 1)
        saved(page)
        status = page.locator("[data-save][role=status]")
        note(frame, "một")
        expect(status).to_have_text(SAVING)
        expect(status).to_have_attribute("aria-busy", "true")
        saved(page)
        expect(status).to_have_attribute("aria-busy", "false")
        page.context.set_offline(True)
        expect(status).to_contain_text("Mất mạng")
        note(frame, "hai")
        expect(status).to_have_text(SAVING)  # on its way to this device
        expect(status).to_have_text(OFFLINE)
        kept = entries(page)[0]
        assert "hai" in kept["body"]
        page.evaluate("() => { IDBDatabase.prototype.transaction = () => { throw new Error('full'); }; }")
        note(frame, "ba")
        expect(status).to_have_text(UNSAFE)
        expect(page.locator("[data-icon-stopped]")).to_be_visible()
        page.context.set_offline(False)
        saved(page)
    assert desk.item()["cmi"]["comments"] == "ba"


def test_the_class_closes_while_the_lesson_is_open(desks: list[Desk], browsers: Browsers, live: Live) -> None:
    desk = desks.pop()
    with browsers.page() as page:
        desk.sign_in(page)
        frame = desk.open(page)
        turn(page, frame, 1)
        saved(page)
        live.python(
            "from django.utils import timezone\nfrom courses.models import RuntimeSession, ScoState\n"
            f"mine = RuntimeSession.objects.filter(attempt__enrolment__uid='{desk.facts['enrolment']}')\n"
            "ScoState.objects.filter(attempt__sessions__in=mine).update(open_until=timezone.now())\n"
            "mine.update(open_until=timezone.now())"
        )
        frame.click("#next")
        expect(page.locator("[data-save-text]")).to_contain_text("Lớp đã kết thúc")
        note(frame, "sau giờ")
        page.wait_for_timeout(1500)
        assert "Lớp đã kết thúc" in line(page)
    assert desk.item()["location"] == "2"


def test_nothing_opens_over_work_that_cannot_be_sent(
    desks: list[Desk], browsers: Browsers, tmp_path: Path
) -> None:
    desk = desks.pop()
    stumbles: list[str] = []

    def stumble(route: Route) -> None:
        stumbles.append(route.request.url)
        route.fulfill(status=500, content_type="text/html", body="<h1>500</h1>")

    with browsers.page(profile=tmp_path / "phone") as older:
        desk.sign_in(older)
        frame = desk.open(older)
        turn(older, frame, 1)
        older.context.set_offline(True)
        frame.click("#next")
        expect(older.locator("[data-save-text]")).to_have_text(OFFLINE)
        page = older.context.new_page()  # first: a sign-in ends with the last window
        older.close()
        page.context.set_offline(False)
        page.route("**/learn/outbox/", stumble)
        page.goto(desk.url)
        expect(page.locator("[data-over]")).to_contain_text("Chưa mở được bài")
        assert len(stumbles) == 3
        expect(page.locator("iframe.player-frame")).to_have_count(0)
        page.unroute("**/learn/outbox/")
        page.click("[data-again]")
        inner = page.frame_locator("iframe.player-frame").frame_locator("iframe")
        expect(inner.locator("#page-number")).to_have_text("3")
        expect(page.locator("[data-offer]")).to_have_count(0)
