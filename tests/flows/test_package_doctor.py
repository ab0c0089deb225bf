"""The report on a package in a real browser: what it says at both widths, and trying the lesson at once."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser import Browsers
from tests.flows.people import Person
from tests.flows.screens import axe, shoot
from tests.live import Live
from tests.repository.packages.builders import manifest, zipped

FLASH = '<object data="viewer.swf" type="application/x-shockwave-flash"></object>'
PAGE = """<!doctype html><html lang="vi"><title>Phân số</title><h1>Một phần hai</h1>
<img src="Anh/Banh.PNG" alt=""><img src="https://anh.example.vn/banh.png" alt="">
<script>var api = parent.API; if (api) { api.LMSInitialize(''); api.LMSFinish(''); }</script></html>"""
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def test_the_report_and_a_try_before_anything_is_shared(
    live: Live, browsers: Browsers, tmp_path: Path
) -> None:
    films = {f"data/Slide{n}.swf": b"CWS" for n in range(1, 13)}
    flash = tmp_path / "bai-flash.zip"
    flash.write_bytes(
        zipped({"index.html": FLASH, "viewer.swf": b"CWS", "breeze-manifest.xml": "<a/>", **films})
    )
    good = tmp_path / "phan-so.zip"
    good.write_bytes(
        zipped({"imsmanifest.xml": manifest(), "index.html": PAGE, "anh/banh.png": PICTURE, "a.exe": b"MZ"})
    )
    with browsers.page() as page:
        teacher = Person(live, page, "teacher").sign_in()
        teacher.go("/lessons/upload/")
        page.set_input_files("input[type=file]", flash)
        row = page.locator("[data-upload-list] li.upload")
        expect(row).to_contain_text("12 trang chiếu là phim Flash")
        expect(row).to_contain_text("Cách xuất lại từ Adobe Presenter")
        axe(page)
        shoot(page, "doctor-refused")
        page.set_input_files("input[type=file]", good)
        expect(row.first).to_contain_text("đã tải xong", ignore_case=True)
        row.first.locator("[data-result] > summary").click()
        for words in ("Nên biết (3)", "anh.example.vn", "chưa bao giờ báo đã học xong", "Anh/Banh.PNG"):
            expect(row.first).to_contain_text(words)
        axe(page)
        shoot(page, "doctor-good")
        page.get_by_role("button", name="Lưu nháp và xem thử").click()
        page.wait_for_url(re.compile("/try/"))
        inner = page.frame_locator("iframe").first.frame_locator("iframe").first
        expect(inner.get_by_role("heading", name="Một phần hai")).to_be_visible()
        page.goto(page.url)
        page.locator("a[href*='/lessons/']").first.click()
        expect(page.locator("main")).to_contain_text("Nên biết (3)")
        axe(page)
        shoot(page, "doctor-lesson")
