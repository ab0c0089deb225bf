"""Every screen, at both widths, over the small province: what a machine can judge of it."""

from __future__ import annotations

import pytest
from playwright.sync_api import ConsoleMessage, Page

from tests.browser import Browsers
from tests.flows.screens import grave_findings, small_targets, sticks_out
from tests.live import Live
from tests.screens import SCREENS, SHIFT, WEIGHT, Screen, address, facts_of, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SHIFT_LIMIT = 0.05
# So high that what is laid out only when scrolled to is judged too
HIGH = 3000
LEARNERS_PAGE_BYTES = 100_000
LEARNERS_PAGES = ("front-trainee", "learning", "course", "class-trainee")


@pytest.fixture(scope="module")
def facts(live: Live) -> dict[str, str]:
    return facts_of(live)


def _open(page: Page, live: Live, screen: Screen, path: str) -> list[str]:
    """Opens a screen; what is wrong with its answer and its loading."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        # A page of an error is reported as what it is
        if message.type == "error" and f"status of {screen.status}" not in message.text:
            complaints.append(message.text)

    page.on("console", hear)
    answer = page.goto(live.site_url + path)
    page.wait_for_load_state("networkidle")
    shift = page.evaluate(SHIFT)
    if answer is None or answer.status != screen.status:
        complaints.append(f"status {answer and answer.status}")
    if shift >= SHIFT_LIMIT:
        complaints.append(f"the layout shifts by {shift:.3f}")
    page.remove_listener("console", hear)
    return complaints


@pytest.mark.parametrize("role", sorted({screen.role for screen in SCREENS}))
def test_screens_of(live: Live, browsers: Browsers, facts: dict[str, str], role: str) -> None:
    """No finding of axe, nothing sideways, no small target, no shift, no complaint of the browser."""
    with browsers.window(has_touch=True) as page:
        _judge_screens_of(live, page, facts, role)


def _judge_screens_of(live: Live, page: Page, facts: dict[str, str], role: str) -> None:
    if role:
        sign_in(page, live, role)
    troubles: list[str] = []
    for screen in (screen for screen in SCREENS if screen.role == role):
        path = address(screen, facts)
        found = _open(page, live, screen, path) if path else ["the province has no such thing"]
        for width in screen.widths if path else ():
            page.set_viewport_size({"width": width, "height": HIGH})
            if screen.act and width == screen.widths[-1]:
                screen.act(page)
            found += [f"{width} px: {what}" for what in grave_findings(page, screen.leave_out)]
            found += [f"{width} px: {what}" for what in sticks_out(page)]
            found += [f"{width} px: small: {what}" for what in (small_targets(page) if width < 500 else [])]
        page.set_viewport_size({"width": 1280, "height": 800})
        troubles += [f"{screen.name}: {what}" for what in found]
    assert not troubles, "\n".join(troubles)


def test_a_learners_page_is_light_on_a_first_visit(live: Live, phone: Page, facts: dict[str, str]) -> None:
    """Everything that a first visit loads from the site, htmx included (design/README, Budget)."""
    sign_in(phone, live, "trainee")
    session = phone.context.new_cdp_session(phone)
    weights: dict[str, int] = {}
    for screen in (screen for screen in SCREENS if screen.name in LEARNERS_PAGES):
        session.send("Network.clearBrowserCache")
        phone.goto(live.site_url + address(screen, facts))
        phone.wait_for_load_state("networkidle")
        weights[screen.name] = phone.evaluate(WEIGHT)
    assert set(weights) == set(LEARNERS_PAGES)
    assert max(weights.values()) <= LEARNERS_PAGE_BYTES, weights
