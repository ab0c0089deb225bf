"""People at their screens: what each does, in the words that stand on the buttons."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode, urljoin

from playwright.sync_api import Frame, Page, expect

from accounts.days import today
from tests.flows.lessons import Lesson
from tests.live import Live

GO = re.compile("Bắt đầu|Học tiếp")


@dataclass
class Person:
    """Somebody of the demo province in a window of hers."""

    live: Live
    page: Page
    role: str

    def go(self, path: str) -> None:
        self.page.goto(urljoin(self.live.site_url, path))

    def sign_in(self) -> Person:
        entry = self.live.sign_ins()[self.role]
        self.page.context.clear_cookies()
        self.go("/account/login/")
        self.page.fill("input[name=login]", entry["username"])
        self.page.fill("input[name=password]", entry["password"])
        self.page.press("input[name=password]", "Enter")
        self.page.wait_for_url(lambda url: "/login/" not in url)
        return self

    # --- the teacher ---

    def upload(self, lesson: Lesson) -> None:
        """Uploads a package as Toán lớp 5 and submits it for review."""
        page = self.page
        self.go("/lessons/upload/")
        page.set_input_files("input[type=file]", lesson.path)
        page.locator("[data-titled] input").fill(lesson.title)
        page.select_option("select[name=subject]", label="Toán")
        page.check("input[name=grades][value=lop-5]")
        page.check("input[name=mine]")
        expect(page.locator("[data-upload-list] li").first).to_contain_text("đã tải xong", ignore_case=True)
        page.get_by_role("button", name="Gửi duyệt").click()
        expect(page.locator("main")).to_contain_text(lesson.title)
        expect(page.locator("main")).to_contain_text("Chờ duyệt")

    def find(self, query: str, lesson: Lesson) -> None:
        """Types a query without marks and opens the lesson that is found."""
        self.go("/library/")
        self.page.locator("main input[name=q]").first.fill(query)
        self.page.locator("main input[name=q]").first.press("Enter")
        self.page.get_by_role("link", name=lesson.title).first.click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text(lesson.title)

    def waits_to_find(self, query: str, lesson: Lesson, seconds: float) -> None:
        """Asks the search page again and again until it shows the lesson, from now on so long at most."""
        address = urljoin(self.live.site_url, f"/library/?{urlencode({'q': query})}")
        deadline = time.monotonic() + seconds
        # What is found stands marked within the title.
        while lesson.title not in re.sub("<[^>]+>", "", self.page.request.get(address).text()):
            assert time.monotonic() < deadline, f"{query} does not find it in {seconds} s"
            self.page.wait_for_timeout(200)

    # --- the reviewer ---

    def publish(self, lesson: Lesson, unit: str) -> None:
        page = self.page
        self.go("/review/")
        page.get_by_role("link", name=lesson.title).first.click()
        for good in page.locator("input[type=radio][value=good]").all():
            good.check()
        page.select_option("select[name=unit]", label=unit)
        page.get_by_role("button", name="Duyệt và đăng").click()
        expect(page.locator(".note.good, .toast").first).to_be_visible()

    # --- the manager ---

    def make_course(self, title: str, lesson: Lesson, unit: str) -> None:
        """A course with one section and the lesson in it, opened."""
        page = self.page
        self.go("/manage/courses/new/")
        page.fill("input[name=title]", title)
        page.select_option("select[name=unit]", label=unit)
        page.locator("main form button.btn").first.click()
        page.get_by_role("textbox", name="Tên phần").last.fill("Học trực tuyến")
        page.get_by_role("button", name="Thêm phần").click()
        page.get_by_role("button", name="Tiếp tục").click()  # a lesson is what is offered first
        page.fill("main input[name=q]", lesson.title)
        page.press("main input[name=q]", "Enter")
        expect(page.locator("main input[type=checkbox]")).to_have_count(1)
        page.get_by_role("checkbox", name=lesson.title).check()
        page.get_by_role("button", name="Thêm bài đã chọn").click()
        page.get_by_role("button", name="Lưu hoạt động").click()
        page.get_by_role("button", name="Mở khóa").click()

    def make_target(self, name: str, course: str, unit: str) -> str:
        """A target on the course; returns its address."""
        page = self.page
        self.go("/manage/targets/new/")
        page.fill("input[name=name]", name)
        page.select_option("select[name=unit]", label=unit)
        page.select_option("select[name=course]", label=course)
        page.fill("input[name=percent]", "70")
        page.fill("input[name=first_day]", f"{today() - timedelta(days=30):%Y-%m-%d}")
        page.fill("input[name=deadline]", f"{today() + timedelta(days=180):%Y-%m-%d}")
        page.get_by_role("button", name="Lưu chỉ tiêu").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)
        return page.url

    def make_class(self, name: str, course: str, unit: str, learner: str) -> None:
        """A class from today on with one learner in it, opened."""
        page = self.page
        self.go("/manage/courses/")
        page.get_by_role("link", name=course).first.click()
        page.get_by_role("link", name="Lập lớp mới").first.click()
        page.fill("input[name=name]", name)
        held_by = page.locator("select[name=unit] option", has_text=unit).first  # names stand indented
        page.select_option("select[name=unit]", value=held_by.get_attribute("value"))
        page.fill("input[name=opens_on]", f"{today():%Y-%m-%d}")
        page.fill("input[name=closes_on]", f"{today() + timedelta(days=30):%Y-%m-%d}")
        page.locator("main form button.btn").first.click()
        run = re.search(r"/classes/([0-9a-f-]{36})", page.url)
        assert run, page.url
        self.go(f"/manage/classes/{run.group(1)}/people/")
        page.check(f"input[aria-label='Chọn {learner}']")
        page.get_by_role("button", name="Ghi danh").first.click()
        self.go(f"/classes/{run.group(1)}/")
        page.get_by_role("button", name="Mở lớp").click()
        expect(page.locator("main")).to_contain_text(learner)

    def trained(self, target: str, unit_code: str) -> tuple[int, int]:
        """People trained and people in all, as the coverage page of a unit says."""
        self.page.goto(f"{target}?unit={unit_code}")
        text = self.page.locator("main").inner_text()
        found = re.search(r"(\d+)\s+trong\s+(?:số\s+)?(\d+)\s+người", text)
        assert found, text[:600]
        return int(found.group(1)), int(found.group(2))

    # --- the trainee ---

    def open_lesson(self, course: str) -> Frame:
        """From "Học tập của tôi" by way of the course into the lesson that comes next."""
        self.go("/learning/")
        self.page.get_by_role("link", name=course).first.click()
        self.page.locator("main a.btn-chalk, main a.btn").filter(has_text=GO).first.click()
        return self.lesson_frame()

    def has_completed(self, course: str) -> bool:
        """Whether "Học tập của tôi" lists the course among the finished ones."""
        self.go("/learning/")
        done = self.page.locator("section[aria-labelledby=finished]")
        return done.get_by_role("link", name=course, exact=True).count() == 1

    def lesson_frame(self) -> Frame:
        self.page.frame_locator("iframe.player-frame").frame_locator("iframe").locator("body").wait_for()
        return next(frame for frame in self.page.frames if "/f/" in frame.url)

    def saved(self) -> None:
        expect(self.page.locator("[data-save-text]")).to_contain_text("Đã lưu lúc")
