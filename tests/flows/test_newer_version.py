"""A newer version of a lesson in use, at the screens: shown, decided, lived through, taken back."""

from __future__ import annotations

import re

from playwright.sync_api import Frame, Page, expect

from tests.browser import Browsers
from tests.flows.screens import axe, shoot
from tests.live import Live

_STAGE = """
from accounts.models import OrgUnit
from tests.courses.training.versions import *
from tests.factories import PASSWORD, person
def made():
    stage = class_in_the_middle()
    stage.author.save()
    next_version(stage.activity.resource, stage.author, package(SECOND), note="Sửa bài luyện tập")
    manager = person(stage.unit, "training_manager")
    return {
        "learner": stage.learner.username, "author": stage.author.username, "manager": manager.username,
        "password": PASSWORD, "lesson": stage.address(), "activity": str(stage.activity.uid),
        "resource": str(stage.activity.resource.uid), "course": str(stage.activity.section.course.uid),
    }
"""


def sign_in(live: Live, page: Page, name: str, password: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{live.site_url}/account/login/")
    page.fill("input[name=login]", name)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def part(live: Live, page: Page, address: str, sco: str) -> Frame:
    """The lesson's own frame, at one of its parts."""
    page.goto(f"{live.site_url}{address}?sco={sco}")
    inner = page.frame_locator("iframe").first.frame_locator("iframe").first
    expect(inner.locator("#place")).to_contain_text("Chỗ:")
    return next(frame for frame in page.frames if "/index.html" in frame.url)


def keep(page: Page, frame: Frame) -> None:
    frame.click("#keep")
    expect(page.locator("[data-save-text]")).to_contain_text("Đã lưu lúc")


def test_a_newer_version_is_decided_about_and_taken_back(live: Live, browsers: Browsers) -> None:
    facts = live.ask("made()", _STAGE)
    switch = f"{live.site_url}/manage/activities/{facts['activity']}/version/"
    with browsers.page() as learner, browsers.page() as manager:
        sign_in(live, learner, facts["learner"], facts["password"])
        for sco in ("i1", "i2"):
            keep(learner, part(live, learner, facts["lesson"], sco))
        sign_in(live, manager, facts["author"], facts["password"])
        manager.goto(f"{live.site_url}/lessons/{facts['resource']}/")
        manager.get_by_role("link", name="Xem bản mới ảnh hưởng tới ai").click()
        expect(manager.get_by_role("heading", level=1)).to_have_text("Bản mới ảnh hưởng tới ai")
        expect(manager.locator("main")).to_contain_text("Của đơn vị khác, không nêu tên")
        axe(manager)
        shoot(manager, "version-touches")
        sign_in(live, manager, facts["manager"], facts["password"])
        manager.goto(f"{live.site_url}/manage/courses/{facts['course']}/")
        manager.get_by_role("link", name="lớp đang mở còn dùng bản cũ").click()
        for words in ("Vận dụng", "Ôn tập", "không đổi", "đã đổi", "Sửa bài luyện tập"):
            expect(manager.locator("main")).to_contain_text(words)
        axe(manager)
        shoot(manager, "version-decide")
        manager.get_by_label("Chuyển sang bản mới").check()
        manager.get_by_role("button", name=re.compile("^Dùng bản")).click()
        expect(manager.locator("main")).to_contain_text("1 học viên đang học dở đã chuyển", timeout=20_000)
        axe(manager)
        shoot(manager, "version-decided")
        # the window that was open all the while goes on with the old version
        frame = next(one for one in learner.frames if "/index.html" in one.url)
        frame.click("#keep")
        expect(part(live, learner, facts["lesson"], "i1").locator("#place")).to_have_text("Chỗ: trang-2")
        changed = part(live, learner, facts["lesson"], "i2")
        expect(changed.locator("#place")).to_have_text("Chỗ:")
        expect(changed.locator("body")).to_contain_text("hai, sửa lại")
        manager.goto(switch)
        manager.get_by_role("button", name="Hoàn tác").click()
        expect(manager.locator("main")).to_contain_text("Đã hoàn tác bản", timeout=20_000)
        shoot(manager, "version-returned")
        old = part(live, learner, facts["lesson"], "i2")
        expect(old.locator("#place")).to_have_text("Chỗ: trang-2")
        expect(old.locator("body")).not_to_contain_text("sửa lại")
