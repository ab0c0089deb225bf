"""The main job in a real browser: from an uploaded package to a trained person.

Each flow runs on a package that the project generates, and on one of the test material where it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Frame, expect

from tests.browser import Browsers
from tests.courses.runtime.test_player import kill_browser
from tests.flows.lessons import Lesson, generated, golf
from tests.flows.people import Person
from tests.live import Live

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = {"width": 390, "height": 844}
ROOT = "Sở GD&ĐT Hưng Yên"
WARD = "Phường Phố Hiến"
SCHOOL = "Trường THCS Lê Lợi"
SCHOOL_CODE = "thcs-le-loi"
LEARNER = "Nguyễn Thị Lan"
#: A commit is on its way within two seconds of the last change.
DEBOUNCE_MS = 2500
#: What was published is found by then, through the worker and whichever engine.
FOUND_SECONDS = 5


def unique(name: str) -> str:
    return f"{name} {uuid4().hex[:6]}"


@pytest.fixture
def lesson(request: pytest.FixtureRequest, tmp_path: Path) -> Lesson:
    if request.param == "generated-1.2":
        return generated(tmp_path, "fractions_scorm12", unique("Phân số lớp năm"), 7)
    if request.param == "generated-2004":
        return generated(tmp_path, "water_scorm2004_4th", unique("Nước quanh ta"), 6)
    cases: Path = request.getfixturevalue("shared_cases") / "packages"
    name = {
        "golf-1.2": "singlescobasic.zip",
        "golf-2004": "RuntimeBasicCalls_SCORM20043rdEdition.zip",
    }[request.param]
    return golf(cases / name, unique("Đánh gôn lớp năm"))


@contextmanager
def at(browsers: Browsers, live: Live, role: str, **window: object) -> Iterator[Person]:
    """A person signed in on a computer of her own."""
    with browsers.page(**window) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        yield Person(live, page, role).sign_in()


def prepare(live: Live, browsers: Browsers, lesson: Lesson, course: str) -> str:
    """Upload, review, search, course, class and target; returns the target's address."""
    with at(browsers, live, "teacher") as teacher:
        teacher.upload(lesson)
    query = "toan lop 5 " + lesson.title.split()[-1]
    with at(browsers, live, "teacher_elsewhere") as other:
        with at(browsers, live, "reviewer") as reviewer:
            reviewer.publish(lesson, ROOT)
            other.waits_to_find(query, lesson, FOUND_SECONDS)
        other.find(query, lesson)
    with at(browsers, live, "commune_administrator") as manager:
        manager.make_course(course, lesson, WARD)
        target = manager.make_target(unique("70 % giáo viên dạy số"), course, WARD)
        manager.make_class(unique("Lớp THCS Lê Lợi"), course, SCHOOL, LEARNER)
    return target


def finish(learner: Person, lesson: Lesson, frame: Frame, course: str) -> None:
    """Goes on to the end of the lesson, and with it of the course."""
    lesson.finish(frame)
    learner.saved()
    learner.page.wait_for_timeout(DEBOUNCE_MS)
    assert learner.has_completed(course)


@pytest.mark.parametrize(
    ("lesson", "third_party"),
    [
        ("generated-2004", True),
        ("golf-1.2", False),
        ("golf-2004", False),
    ],
    indirect=["lesson"],
)
def test_from_an_uploaded_package_to_a_trained_person(
    live: Live, browsers: Browsers, tmp_path: Path, lesson: Lesson, third_party: bool
) -> None:
    course = unique("Dạy Toán bằng bài giảng số")
    target = prepare(live, browsers, lesson, course)
    profile = tmp_path / "phone"
    window = {"profile": profile, "third_party": third_party, **PHONE}
    with at(browsers, live, "commune_administrator") as manager:
        before = manager.trained(target, SCHOOL_CODE)
    # She learns on her phone; the browser dies without warning on page 3.
    killed = False
    with suppress(PlaywrightError), at(browsers, live, "trainee", **window) as learner:
        frame = learner.open_lesson(course)
        lesson.go_to(frame, 3)
        learner.saved()
        learner.page.wait_for_timeout(DEBOUNCE_MS)
        killed = True
        kill_browser(profile)
    assert killed
    with at(browsers, live, "trainee", **window) as learner:
        frame = learner.open_lesson(course)
        lesson.on_page(frame, 3)
        finish(learner, lesson, frame, course)
    with at(browsers, live, "commune_administrator") as manager:
        after = manager.trained(target, SCHOOL_CODE)
    assert after == (before[0] + 1, before[1])


@pytest.mark.parametrize("lesson", ["generated-1.2"], indirect=True)
def test_what_was_not_sent_is_delivered_after_a_new_sign_in(
    live: Live, browsers: Browsers, tmp_path: Path, lesson: Lesson
) -> None:
    course = unique("Dạy Toán bằng bài giảng số")
    prepare(live, browsers, lesson, course)
    profile = tmp_path / "phone"
    with at(browsers, live, "trainee", profile=profile, **PHONE) as learner:
        frame = learner.open_lesson(course)
        lesson.go_to(frame, 2)
        learner.saved()
        learner.page.wait_for_timeout(DEBOUNCE_MS)
        learner.page.context.set_offline(True)
        frame.click(lesson.next_button)
        expect(learner.page.locator("[data-save-text]")).to_have_text("Chưa gửi – sẽ gửi khi có mạng")
        learner.page.wait_for_timeout(500)
    with at(browsers, live, "trainee", profile=profile, **PHONE) as learner:
        expect(learner.page.locator("[data-toasts]")).to_contain_text("Đã gửi")
        frame = learner.open_lesson(course)
        lesson.on_page(frame, 3)
