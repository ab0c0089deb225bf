"""The work of every role by keyboard alone: what has the focus is seen, and nothing holds it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote_plus
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from accounts.days import today
from cms.demo import packages
from tests.browser import Browsers
from tests.flows.keyboard import Keyboard
from tests.live import Live
from tests.screens import facts_of, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LONGEST_MS = 10
UNIT = "Sở GD&ĐT Hưng Yên"


def unique(name: str) -> str:
    return f"{name} {uuid4().hex[:6]}"


@contextmanager
def at(browsers: Browsers, live: Live, role: str, **window: object) -> Iterator[Keyboard]:
    """Somebody signed in at a window; whatever was wrong at a stop of hers fails in the end."""
    with browsers.window(reduced_motion="reduce", **window) as page:  # type: ignore[arg-type]
        sign_in(page, live, role)
        keys = Keyboard(page, live.site_url)
        yield keys
        assert keys.stops
        assert not keys.troubles, "\n".join(dict.fromkeys(keys.troubles))


def button(page: Page, name: str | re.Pattern[str]):
    return page.locator("main").get_by_role("button", name=name)


def link(page: Page, name: str | re.Pattern[str]):
    return page.locator("main").get_by_role("link", name=name)


def upload(keys: Keyboard, title: str, folder: Path) -> None:
    page = keys.page
    lesson = folder / packages.file_name("fractions_scorm12")
    lesson.write_bytes(packages.build("fractions_scorm12"))
    keys.open("/lessons/upload/")
    expect(page.locator("label.drop")).to_be_visible()
    keys.file(page.locator("input[type=file]")).set_files(lesson)
    expect(page.locator("[data-upload-list] li").first).to_contain_text("đã tải xong", ignore_case=True)
    keys.write(page.locator("[data-titled] input"), title)
    keys.select(page.locator("select[name=subject]"), "Toán")
    group = page.locator("details", has=page.locator("input[name=grades][value=lop-5]"))
    if group.count() and group.last.get_attribute("open") is None:
        keys.to(group.last.locator("summary").first)
        keys.press("Enter")
    keys.tick(page.locator("input[name=grades][value=lop-5]"))
    keys.tick(page.locator("input[name=mine]"))
    keys.enter(button(page, "Gửi duyệt"))
    expect(page.locator("main")).to_contain_text(title)


def send_back(keys: Keyboard, title: str) -> None:
    page = keys.page
    keys.open("/review/")
    keys.enter(link(page, title))
    keys.skip()
    keys.choose(page.locator("input[type=radio][value=change]"))
    keys.write(page.locator(".why textarea:visible, .why input[type=text]:visible").first, "Thiếu đáp án.")
    keys.enter(button(page, "Trả lại kèm"))
    expect(page.locator("main")).to_contain_text("trả lại", ignore_case=True)


def hand_in_again(keys: Keyboard, title: str) -> None:
    keys.open("/lessons/")
    keys.enter(link(keys.page, title))
    keys.skip()
    keys.write(keys.page.locator("textarea[name=description]"), "Đã thêm đáp án.")
    keys.enter(button(keys.page, "Gửi duyệt"))
    # The work's author was not confirmed anew: the summary has the focus, and leads to the field
    assert keys.page.evaluate("document.activeElement.matches('[role=alert]')")
    keys.look()
    keys.press("Tab", "Enter")
    assert keys.page.evaluate("document.activeElement.name") == "mine"
    keys.look()
    keys.press("Space")
    keys.enter(button(keys.page, "Gửi duyệt"))
    expect(keys.page.locator("main [role=status]").first).to_contain_text("Đã gửi duyệt")


def approve(keys: Keyboard, title: str) -> None:
    page = keys.page
    keys.open("/review/")
    keys.enter(link(page, title))
    keys.skip()
    for good in page.locator("input[type=radio][value=good]").all():
        keys.choose(good)
    keys.select(page.locator("select[name=unit]"), UNIT)
    keys.enter(button(page, "Duyệt và đăng"))
    expect(page.locator(".note.good, .toast").first).to_be_visible()


def into_the_lesson(keys: Keyboard) -> None:
    """From the player's bar into the lesson's own page and out of it again, both ways."""
    page = keys.page
    page.frame_locator("iframe.player-frame").frame_locator("iframe").locator("body").wait_for()
    inner = next(frame for frame in page.frames if "/f/" in frame.url)
    for key in ("Tab", "Shift+Tab"):
        met, out = False, False
        for _ in range(30):
            keys.press(key)
            stop = keys.look(back=key != "Tab")
            in_lesson = bool(
                inner.evaluate("document.hasFocus() && document.activeElement !== document.body")
            )
            met = met or in_lesson
            out = met and not in_lesson and not str(stop["name"]).startswith("iframe")
            if out:
                break
        assert met, f"{key} does not lead into the lesson"
        assert out, f"{key} does not lead out of the lesson"


def rate_and_undo(keys: Keyboard) -> None:
    """A rating and its undoing each leave the focus on what is said of them."""
    page = keys.page
    said = page.locator("#ratings [data-focus]")
    keys.choose(page.locator("#ratings input[name=stars][value='4']"))
    keys.to(page.locator("#ratings form .btn-line").last)
    keys.press("Enter")
    expect(said).to_contain_text("Đã ghi đánh giá")
    expect(said).to_be_focused()
    keys.to(said.get_by_role("button"))
    keys.press("Enter")
    expect(said).to_contain_text("Đã trở lại như trước")
    expect(said).to_be_focused()


def find_and_try(keys: Keyboard) -> None:
    """Finds a lesson of the demo without marks, opens it, tries it, reports a problem with it."""
    page = keys.page
    keys.open("/library/")
    keys.write(page.locator("main input[name=q]"), "cong tru phan so")
    keys.press("Enter")
    page.wait_for_url(re.compile("q=cong"))
    found = page.locator("h3 a", has_text=re.compile("^Cộng, trừ hai phân số")).first
    expect(found).to_be_visible()
    keys.enter(found)
    keys.skip()
    keys.enter(link(page, "Học thử"))
    into_the_lesson(keys)
    keys.enter(page.locator("[data-exit]"), back=True)
    keys.skip()
    rate_and_undo(keys)
    keys.enter(page.locator("main a[href$='/report/']"), back=True)
    keys.skip()
    keys.choose(page.locator("input[name=what]").last)
    keys.write(page.locator("textarea[name=text]"), "Nút nghe lại ở trang 3 không phát ra tiếng.")
    keys.enter(page.locator("main form button.btn"))
    expect(page.locator("main")).to_contain_text("Nút nghe lại")


def test_a_lesson_from_upload_to_a_report(live: Live, browsers: Browsers, tmp_path: Path) -> None:
    """Upload, hand in, return, hand in again, publish, find, try, report."""
    title = unique("Phân số bằng phím")
    with at(browsers, live, "teacher") as author, at(browsers, live, "reviewer") as reviewer:
        upload(author, title, tmp_path)
        send_back(reviewer, title)
        hand_in_again(author, title)
        approve(reviewer, title)
    with at(browsers, live, "teacher_elsewhere") as other:
        find_and_try(other)


def build_a_course(keys: Keyboard, title: str) -> None:
    """A course with a section, a page of text and a lesson of the library, opened."""
    page = keys.page
    keys.open("/manage/courses/new/")
    keys.write(page.locator("input[name=title]"), title)
    keys.enter(page.locator("main form button.btn"))
    keys.skip()
    keys.write(page.get_by_role("textbox", name="Tên phần").last, "Học trực tuyến")
    keys.enter(button(page, "Thêm phần"))
    keys.skip()
    keys.enter(button(page, "Tiếp tục"))  # a lesson is what is offered first
    keys.skip()
    # The list that stood before is not the answer: what is ticked in it is replaced
    with page.expect_response(lambda answer: unquote_plus(answer.url).endswith("q=phân số")):
        keys.write(page.locator("main input[name=q]"), "phân số")
    expect(page.locator(".htmx-request")).to_have_count(0)
    expect(page.locator("#found input[type=checkbox]").first).to_be_visible()
    keys.tick(page.locator("#found input[type=checkbox]"))
    keys.enter(button(page, "Thêm bài đã chọn"))
    keys.skip()
    keys.enter(button(page, "Lưu hoạt động"))
    keys.skip()
    keys.enter(button(page, "Mở khóa"))
    expect(page.locator("main")).to_contain_text("Lập lớp")


def make_a_class(keys: Keyboard, name: str) -> str:
    """A class of the course on the screen that takes people by choice, with somebody in it; its address."""
    page = keys.page
    keys.skip()
    keys.enter(link(page, "Lập lớp"))
    keys.skip()
    keys.write(page.locator("input[name=name]"), name)
    keys.day(page.locator("input[name=opens_on]"), today())
    keys.day(page.locator("input[name=closes_on]"), today() + timedelta(days=30))
    keys.to(page.locator("main details summary"))
    keys.press("Enter")
    keys.tick(page.locator("input[name=choice]"))
    keys.enter(button(page, "Lập lớp"))
    made = re.search(r"/classes/([0-9a-f-]{36})/", page.url)
    assert made, page.url
    keys.open(f"/manage/classes/{made[1]}/people/")
    keys.tick(page.locator("input[name=people]"))
    keys.enter(page.locator("main button[value=ticked]"), back=True)
    keys.skip()
    keys.enter(button(page, "Mở lớp"))
    expect(page.locator("main")).to_contain_text("1 học viên")
    return page.url.removeprefix(keys.site_url).partition("#")[0]


def keep_the_roll(keys: Keyboard, run: str) -> None:
    """A session of today, and the mark of the one who learns."""
    page = keys.page
    keys.open(run)
    keys.enter(link(page, "Thêm buổi"))
    keys.skip()
    keys.write(page.locator("input[name=title]"), "Buổi đầu")
    keys.day(page.locator("input[name=day]"), today())
    keys.time(page.locator("input[name=begins]"), 8)
    keys.time(page.locator("input[name=ends]"), 9)
    keys.enter(button(page, "Thêm buổi"))
    keys.skip()
    keys.enter(link(page, re.compile("Điểm danh")))
    keys.skip()
    keys.choose(page.locator("li.roll [value=late]"))
    keys.to(button(page, "Lưu"))
    keys.press("Enter")
    expect(page.locator("[data-status]")).to_contain_text("Đã lưu lúc")
    expect(page.locator("[data-tally] [data-n=late]")).to_have_text("1")


def learn(keys: Keyboard, name: str) -> None:
    """Takes a seat, goes to what comes next, into the lesson, and out of it to the course."""
    page = keys.page
    keys.open("/courses/")
    keys.enter(button(page, re.compile(name)))
    expect(page.locator("main")).to_contain_text(name)
    keys.skip()
    begin = link(page, re.compile("Bắt đầu|Học tiếp"))
    if not begin.count():
        keys.enter(link(page, "Vào học"))
        keys.skip()
    keys.enter(begin)
    into_the_lesson(keys)
    keys.enter(page.locator("[data-exit]"), back=True)
    expect(page.locator("main")).to_contain_text("0/1")


def test_training_from_a_course_to_a_lesson(live: Live, browsers: Browsers) -> None:
    """Builds a course, opens a class, enrols, keeps the roll; somebody joins and learns."""
    course, name = unique("Khóa bằng phím"), unique("Lớp bằng phím")
    with at(browsers, live, "commune_administrator") as manager:
        build_a_course(manager, course)
        run = make_a_class(manager, name)
        keep_the_roll(manager, run)
    with at(browsers, live, "trainee") as learner:
        learn(learner, name)


@pytest.fixture(scope="module")
def facts(live: Live) -> dict[str, str]:
    return facts_of(live)


def enrol_the_missing(keys: Keyboard, target: str) -> None:
    """From the figures to those who are missing, and with a tick into a class."""
    page = keys.page
    keys.open(f"/manage/targets/{target}/")
    keys.enter(link(page, re.compile(r"Xem .* người chưa")))
    keys.skip()
    keys.tick(page.locator("input[name=people]"))
    keys.to(page.locator("select[name=run]"), back=True)
    keys.enter(page.locator(".bulk button"))
    expect(page.locator("main form.note")).to_contain_text("1 người")


def settle(keys: Keyboard) -> None:
    """The language of the interface there and back, and a password that is refused."""
    page = keys.page
    keys.open("/account/")
    keys.choose(page.locator("input[name=language][value=en]"))
    keys.enter(button(page, "Lưu hồ sơ"))
    assert page.locator("html").get_attribute("lang") == "en"
    keys.enter(page.get_by_role("button", name="Tiếng Việt").last)
    assert page.locator("html").get_attribute("lang") == "vi"
    keys.skip()
    keys.enter(link(page, "Đổi mật khẩu"))
    keys.skip()
    keys.write(page.locator("input[name=oldpassword]"), "khong-phai-mat-khau")
    keys.write(page.locator("input[name=password1]"), "ba tu de nho lam")
    keys.write(page.locator("input[name=password2]"), "ba tu de nho lam")
    keys.enter(button(page, "Lưu mật khẩu"))
    assert page.evaluate("document.activeElement.matches('[role=alert]')")


def test_figures_and_settings(live: Live, browsers: Browsers, facts: dict[str, str]) -> None:
    with at(browsers, live, "training_manager") as manager:
        enrol_the_missing(manager, facts["target"])
        settle(manager)


def closes_with_escape(keys: Keyboard, opener: Locator, box: Locator) -> None:
    """A menu or drawer: Enter opens it, Tab leads into it, Escape closes it and gives the focus back."""
    keys.to(opener)
    keys.press("Enter")
    expect(box).to_be_visible()
    keys.press("Tab")
    keys.look()
    assert box.evaluate("(box) => box.contains(document.activeElement)")
    keys.press("Escape")
    expect(box).to_be_hidden()
    assert opener.evaluate("(one) => one === document.activeElement"), f"{opener} has not got the focus back"
    keys.look()


def test_menus_and_drawers_close_and_give_the_focus_back(
    live: Live, browsers: Browsers, facts: dict[str, str]
) -> None:
    """On a phone with keys, where there are the most of them."""
    with at(browsers, live, "unit_administrator", width=390, height=844) as keys:
        page = keys.page
        page.goto(f"{live.site_url}/library/?q=toan")
        closes_with_escape(keys, page.locator("[popovertarget=menu]"), page.locator("#menu"))
        closes_with_escape(
            keys, page.locator("main .only-narrow[popovertarget=narrow]").first, page.locator("#narrow")
        )
        page.goto(f"{live.site_url}/manage/units/{facts['unit']}/")
        closes_with_escape(
            keys, page.locator("main .only-narrow[popovertarget=tree]").first, page.locator("#tree")
        )
        page.goto(f"{live.site_url}/units/")
        closes_with_escape(keys, page.locator("a[data-open=find]"), page.locator("#find"))
        keys.press("Tab")


#: Pages gone through from the first stop to the last.
THROUGH = {
    "teacher": ("/", "/library/?q=toan", "/library/{resource_pdf}/", "/lessons/", "/lessons/upload/"),
    "training_manager": (
        "/manage/",
        "/manage/targets/{target}/",
        "/manage/courses/{course}/",
        "/classes/{run}/",
    ),
    "unit_administrator": ("/manage/units/{unit}/", "/manage/people/{person}/", "/manage/people/import/"),
    "trainee": ("/learning/", "/courses/{course}/", "/learn/{enrolment}/{activity_page}/"),
}


@pytest.mark.parametrize("role", THROUGH)
def test_the_focus_goes_through_and_leaves(
    live: Live, browsers: Browsers, facts: dict[str, str], role: str
) -> None:
    with at(browsers, live, role) as keys:
        for path in THROUGH[role]:
            keys.page.goto(live.site_url + path.format_map(facts))
            assert len(keys.through()) > 8, path


#: Longest run of what moves by itself or in answer, in milliseconds.
MOVES = """() => {
    const ms = (one) => parseFloat(one) * (one.includes("ms") ? 1 : 1000);
    const longest = (list) => Math.max(...list.split(",").map(ms));
    let most = 0;
    for (const one of document.querySelectorAll("*")) for (const part of [null, "::before", "::after"]) {
        const style = getComputedStyle(one, part);
        const plays = style.animationName !== "none" && longest(style.animationDuration);
        most = Math.max(most, longest(style.transitionDuration), plays || 0);
        if (style.scrollBehavior === "smooth") most = Infinity;
    }
    return most;
}"""


def test_nothing_moves_for_those_who_asked_for_it(
    live: Live, browsers: Browsers, facts: dict[str, str]
) -> None:
    with browsers.window() as page:
        page.goto(live.site_url)
        assert page.evaluate(MOVES) > LONGEST_MS  # for everybody else something does
    for role, paths in THROUGH.items():
        with browsers.window(reduced_motion="reduce") as page:
            sign_in(page, live, role)
            for path in paths:
                page.goto(live.site_url + path.format_map(facts))
                assert page.evaluate(MOVES) <= LONGEST_MS, path
