"""A Common Cartridge taken into a course in a real browser: file, progress, what was made, the way back."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser import Browsers
from tests.courses.training.test_cartridges import cartridge
from tests.flows.people import Person
from tests.flows.screens import axe, shoot
from tests.flows.test_package_doctor import PICTURE
from tests.live import Live

MAKE = """
from accounts.models import User
from accounts.permissions import top_units
from courses.training import actions
manager = User.objects.get(username={username!r})
unit = top_units(manager, "course.manage").first()
print(actions.create_course(by=manager, unit=unit, title="Khóa chuyển từ hệ thống cũ", periods=5).uid)
"""


def test_a_cartridge_becomes_sections_and_goes_again(live: Live, browsers: Browsers, tmp_path: Path) -> None:
    username = live.sign_ins()["training_manager"]["username"]
    course = live.python(MAKE.format(username=username)).splitlines()[-1]
    file = tmp_path / "khoa-cu.imscc"
    file.write_bytes(cartridge(**{"bai/anh/banh.png": PICTURE}))
    with browsers.page() as page:
        manager = Person(live, page, "training_manager").sign_in()
        manager.go(f"/manage/courses/{course}/")
        page.get_by_role("link", name="Nhập từ gói Common Cartridge").click()
        axe(page)
        page.set_input_files("input[type=file]", file)
        expect(page.locator("[data-upload-list] li.upload")).to_contain_text("đã tải xong", ignore_case=True)
        shoot(page, "cartridge-choose")
        page.get_by_role("button", name="Nhập vào khóa học").click()
        page.wait_for_url(re.compile("/import/[0-9a-f-]{36}/"))
        main = page.locator("main")
        expect(main).to_contain_text("Đã thêm 2 phần vào cuối khóa", timeout=30_000)
        for words in ("Giữ lại cho ngân hàng câu hỏi sắp có", "2 bộ với 4 câu hỏi", "Trò chơi"):
            expect(main).to_contain_text(words)
        axe(page)
        shoot(page, "cartridge-done")
        result = page.url
        page.get_by_role("link", name="Xem trong khóa học").click()
        expect(main).to_contain_text("Bài mở đầu")
        page.get_by_role("link", name="1. Bài mở đầu").click()
        expect(main).to_contain_text("banh.png")
        axe(page)
        page.goto(re.sub(r"/$", "/preview/", page.url))
        picture = page.frame_locator("iframe[title='Cái bánh']")
        expect(picture.locator("img")).to_be_visible()
        axe(page, leave_out=("iframe",))
        shoot(page, "cartridge-page")
        page.goto(result)
        page.get_by_role("button", name="Hoàn tác lần nhập").click()
        expect(main).to_contain_text("được đưa ra khỏi khóa")
        manager.go(f"/manage/courses/{course}/")
        expect(main).not_to_contain_text("Chương một")
