"""The content process dies between two commits: what was acknowledged is there, the rest follows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import Browsers
from tests.courses.runtime.test_player import Desk, saved, turn
from tests.live import start_live

SEED = (
    "import json\nfrom tests.courses.runtime.stage import make_stage, report\n"
    "print(json.dumps(report(make_stage('fractions_scorm12'))))"
)
pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_killed_content_process_loses_nothing(browsers: Browsers, tmp_path: Path) -> None:
    with start_live(tmp_path, demo=False, names=("site", "content")) as live:
        desk = Desk(live, json.loads(live.python(SEED).splitlines()[-1]))
        with browsers.page() as page:
            desk.sign_in(page)
            frame = desk.open(page)
            turn(page, frame, 1)
            saved(page)
            live.kill("content")
            assert desk.item()["location"] == "2"
            frame.click("#next")
            expect(page.locator("[data-save-text]")).to_contain_text("Chưa gửi")
            assert desk.item()["location"] == "2"
            live.start("content")
            turn(page, frame, 1)
            saved(page)
        item = desk.item()
        assert item["location"] == "4"
        assert item["seconds"] > 0
