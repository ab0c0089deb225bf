"""The search page in a browser: suggestions by keyboard, filters without reload, the drawer of a phone."""

from __future__ import annotations

import re

import pytest

from tests.live import Live

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def open_library(page, live: Live) -> int:
    """Signs a teacher in; returns how many resources the library shows her."""
    teacher = live.sign_ins()["teacher"]
    page.goto(f"{live.site_url}/account/login/?next=/library/")
    page.fill("input[name=login]", teacher["username"])
    page.fill("input[name=password]", teacher["password"])
    page.keyboard.press("Enter")
    page.wait_for_selector("#found-h")
    return total(page)


def total(page) -> int:
    match = re.match(r"(\d+) học liệu", page.inner_text("#found-h"))
    assert match
    return int(match[1])


def first_grade(page):
    """The first grade offered: its row and the number beside it."""
    row = page.locator("details[data-facet=grade] > label").first
    return row, int(row.locator(".n").inner_text())


def test_suggestions_are_reached_by_keyboard(page, live):
    open_library(page, live)
    page.locator("#q").press_sequentially("toan lop 5")
    page.wait_for_selector(".suggest [role=option]")
    assert page.get_attribute("#q", "aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#q", "aria-activedescendant") == "suggest-1"
    page.keyboard.press("Escape")
    assert page.get_attribute("#q", "aria-expanded") == "false"
    page.locator("#q").press_sequentially(" ")
    page.wait_for_selector(".suggest [role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/library/\?subject=toan&grade=lop-5$"))
    assert page.is_checked("#f-grade-lop-5")
    page.go_back()
    page.wait_for_url(re.compile(r"/library/$"))
    assert page.input_value("#q") == "toan lop 5 "  # what was typed, not an empty box


def test_search_opens_in_the_header_of_every_page(page, live):
    page.goto(f"{live.site_url}/units/")
    opener = page.locator(".site-actions a[data-open=find]")
    opener.focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "find-q"
    page.keyboard.type("toa")
    page.wait_for_selector("#find [role=option]")
    page.keyboard.press("Escape")  # the list first, then the box
    assert page.get_attribute("#find-q", "aria-expanded") == "false"
    assert page.is_visible("#find")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.get_attribute("#find-q", "aria-expanded") == "true"
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/library/"))
    page.go_back()
    opener.click()
    page.fill("#find-q", "toán")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/library/\?q="))


def test_filters_refresh_without_a_reload(page, live):
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text))
    everything = open_library(page, live)
    page.evaluate("window.notReloaded = true")
    page.click("details[data-facet=type] > summary")  # closed by hand, it stays closed
    row, count = first_grade(page)
    assert count < everything
    box = row.locator("input").get_attribute("id")
    row.click()
    page.wait_for_selector(f"#found-h:has-text('{count} học liệu')")
    assert page.inner_text("#count") == f"Tìm thấy {count} học liệu"
    assert "/library/?grade=" in page.url
    assert page.evaluate("document.activeElement.id") == box
    assert not page.evaluate("document.querySelector('details[data-facet=type]').open")
    page.go_back()
    page.wait_for_selector(f"#found-h:has-text('{everything} học liệu')")
    assert not page.is_checked(f"#{box}")
    assert page.evaluate("window.notReloaded")
    assert errors == []


def test_few_results_beside_many_filters_come_back_into_view(page, live):
    open_library(page, live)
    page.evaluate("document.querySelectorAll('#facets details').forEach((each) => (each.open = true))")
    last = page.locator("#facets label.choice").last
    last.scroll_into_view_if_needed()
    assert page.evaluate("scrollY") > 0
    page.fill("#q", "zzyyxx không có")  # the next answer has no results at all
    last.click()
    page.wait_for_selector("#found .empty")
    page.wait_for_function(
        "document.getElementById('found').getBoundingClientRect().bottom > innerHeight / 3"
    )


def test_the_drawer_stays_open_while_choosing(phone, live):
    open_library(phone, live)
    phone.click("button[popovertarget=narrow]:has-text('Lọc')")
    row, count = first_grade(phone)
    row.click()
    done = f".drawer-foot .btn:has-text('Xem {count} kết quả')"
    phone.wait_for_selector(done)
    assert phone.evaluate("document.getElementById('narrow').matches(':popover-open')")
    phone.click(done)
    phone.wait_for_function("!document.getElementById('narrow').matches(':popover-open')")
    assert total(phone) == count
    assert phone.evaluate("document.documentElement.scrollWidth") == 390


def test_filters_work_without_script(browsers, live):
    with browsers.page(java_script_enabled=False) as page:
        page.goto(f"{live.site_url}/units/")
        page.click(".site-actions a[data-open=find]")
        page.fill("#q", "bai")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/library/\?q=bai"))
        everything = total(page)
        row, count = first_grade(page)
        row.click()
        page.click("noscript button:has-text('Lọc')")
        page.wait_for_url(re.compile("grade="))
        assert total(page) == count <= everything
