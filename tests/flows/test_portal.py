"""The portal in a real browser: pictures, accessibility, what script adds to it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.flows.screens import axe, shoot
from tests.live import Live

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def watch(page: Page) -> list[str]:
    """Collects what the browser complains about: refused by the policy, missing files, errors."""
    seen: list[str] = []
    page.on("console", lambda m: seen.append(f"{page.url}: {m.text}") if m.type == "error" else None)
    page.on("pageerror", lambda e: seen.append(f"{page.url}: {e}"))
    return seen


def sign_in(page: Page, live: Live, role: str) -> None:
    person = live.sign_ins()[role]
    page.goto(f"{live.site_url}/account/login/")
    page.fill("#id_login", person["username"])
    page.fill("#id_password", person["password"])
    page.click("main button.btn-block")
    expect(page.locator(".site-header")).to_be_visible()


def test_guest_screens(live: Live, page: Page) -> None:
    complaints = watch(page)
    for name, path in {
        "front": "/",
        "front-thcs": "/?level=thcs",
        "news": "/news/",
        "sign-in": "/account/login/",
        "password-reset": "/account/password/reset/",
    }.items():
        page.goto(live.site_url + path)
        shoot(page, f"portal-{name}")
        axe(page)
    assert complaints == []


def test_not_found_screen(live: Live, page: Page) -> None:
    answer = page.goto(f"{live.site_url}/nothing-here/")
    assert answer
    assert answer.status == 404
    shoot(page, "portal-404")
    axe(page)


def test_a_refused_sign_in_moves_the_focus_to_the_summary(live: Live, page: Page) -> None:
    page.goto(f"{live.site_url}/account/login/")
    page.fill("#id_login", "khong-co")
    page.fill("#id_password", "sai")
    page.click("main button.btn-block")
    expect(page.locator("[data-focus]")).to_be_focused()
    expect(page.locator("#id_login")).to_have_value("khong-co")
    shoot(page, "portal-sign-in-error")
    axe(page)


def test_menu_of_a_phone_opens_without_script_of_ours(live: Live, phone: Page) -> None:
    complaints = watch(phone)
    sign_in(phone, live, "reviewer")
    menu = phone.locator("#menu")
    expect(menu).to_be_hidden()
    phone.click("[popovertarget=menu]")
    expect(menu.get_by_role("link", name="Duyệt bài")).to_be_visible()
    axe(phone, widths=(390,))
    menu.get_by_role("link", name="Đăng xuất").click()
    phone.get_by_role("button", name="Đăng xuất").click()
    expect(phone.get_by_role("link", name="Đăng nhập").first).to_be_visible()
    assert complaints == []


def test_own_pages(live: Live, page: Page) -> None:
    sign_in(page, live, "teacher")
    for name, path in {"account": "/account/", "password": "/account/password/change/"}.items():
        page.goto(live.site_url + path)
        shoot(page, f"portal-{name}")
        axe(page)


def test_toasts_leave_and_requests_carry_the_token(live: Live, page: Page) -> None:
    sign_in(page, live, "teacher")
    page.goto(f"{live.site_url}/account/")
    page.clock.install()
    page.evaluate("document.body.dispatchEvent(new CustomEvent('toast', {bubbles: true, detail: 'Đã lưu'}))")
    box = page.locator(".toast", has_text="Đã lưu")
    expect(box).to_be_visible()
    page.clock.fast_forward(6500)
    expect(box).to_have_count(0)
    token = page.evaluate(
        """() => { const e = new CustomEvent("htmx:configRequest",
            {bubbles: true, detail: {verb: "post", path: "/account/", headers: {}}});
            document.body.dispatchEvent(e); return e.detail.headers["X-CSRFToken"]; }"""
    )
    assert token == page.locator("meta[name=csrf-token]").get_attribute("content")
    elsewhere = page.evaluate(
        """() => { const e = new CustomEvent("htmx:configRequest",
            {bubbles: true, detail: {verb: "post", path: "http://127.0.0.1:1/", headers: {}}});
            document.body.dispatchEvent(e); return e.detail.headers["X-CSRFToken"] ?? null; }"""
    )
    assert elsewhere is None


def test_editors_pages(live: Live, page: Page) -> None:
    complaints = watch(page)
    sign_in(page, live, "reviewer")
    for name, path in {
        "editors": "/admin/",
        "editors-resources": "/admin/snippets/repository/learningresource/",
        "editors-subjects": "/admin/snippets/repository/subject/",
    }.items():
        page.goto(live.site_url + path)
        expect(page.get_by_role("button", name="Kho học liệu")).to_be_visible()
        shoot(page, f"portal-{name}", widths=(1280,))
    assert complaints == []
