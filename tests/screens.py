"""Every screen of the product: who opens it, where, and what a machine can say of it.

``tests/flows/test_screens.py`` judges each; ``python -m tests.pictures`` draws them all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from string import Formatter

from django.utils import translation
from playwright.sync_api import Page

from tests.live import Live


@dataclass(frozen=True)
class Screen:
    """``path`` may name facts of ``tests.screen_facts``; ``role`` is a demo sign-in, empty for a guest."""

    name: str
    path: str
    role: str = ""
    status: int = 200
    # What is done after opening, at a width where it can be done
    act: Callable[[Page], None] | None = None
    widths: tuple[int, ...] = (1280, 390)
    # Frames of uploaded content are not ours to judge
    leave_out: tuple[str, ...] = ()


#: Puts other facts than the small province has under each result: long names, and what is given.
WIDEST_FACTS = """(opinion) => {
    for (const facts of document.querySelectorAll(".result .meta:last-child")) {
        facts.firstElementChild.textContent = "Nguyễn Thị Hồng Dung, Trường THCS Phùng Chí Kiên";
        facts.querySelector("time").insertAdjacentHTML("afterend", opinion);
    }
    return document.querySelectorAll(".result .meta:last-child").length;
}"""


def _widest_facts(page: Page) -> None:
    """A busy province's stars and uses, as the site draws them: nobody rates or uses in the small one."""
    from search.documents import Document
    from search.templatetags.finding import opinion

    with translation.override("vi"):
        drawn = opinion(Document(resource=1, uid="", title="", rating=4.8, rated=12_345, uses=123_456), "★ ")
    assert page.evaluate(WIDEST_FACTS, drawn), "no results"


GUEST = (
    Screen("front", "/"),
    Screen("front-by-level", "/?level=thcs"),
    Screen("news", "/news/"),
    Screen("news-page", "{news}"),
    Screen("information", "{information}"),
    Screen("contact", "/contact/"),
    Screen("units-public", "/units/"),
    Screen("units-search", "/units/?q=tieu+hoc"),
    Screen("unit-public", "/units/{unit}/"),
    Screen("search", "/library/?q=toan+lop+5"),
    Screen("search-all", "/library/"),
    Screen("search-busy", "/library/?q=toan+lop+5", act=_widest_facts, widths=(390,)),
    Screen("search-nothing", "/library/?q=zzzzqqq"),
    Screen("search-kinds", "/library/?q=day+hoc"),
    Screen("search-courses", "/library/?q=day+hoc&what=course", "teacher"),
    Screen("sign-in", "/account/login/"),
    Screen("password-reset", "/account/password/reset/"),
    Screen("error-404", "/nothing-here/", status=404),
)
TEACHER = (
    Screen("front-teacher", "/", "teacher"),
    Screen("search-teacher", "/library/?q=phan+so&subject=toan", "teacher"),
    Screen(
        "search-unit",
        "/library/?unit={unit}",
        "teacher",
        act=lambda page: page.locator("[data-facet=unit]").evaluate_all(
            "all => all.forEach(one => one.open = true)"
        ),
    ),
    Screen("search-wider", "/library/?q=zzzzqqq&subject=toan&grade=lop-5", "teacher"),
    Screen("ratings", "/library/{resource_package}/ratings/", "teacher"),
    Screen("saved-searches", "/account/searches/", "teacher"),
    Screen("mail-stop", "/account/searches/stop/x/", status=404),
    Screen("resource-package", "/library/{resource_package}/", "teacher"),
    Screen("resource-pdf", "/library/{resource_pdf}/", "teacher", leave_out=("iframe",)),
    Screen("resource-image", "/library/{resource_image}/", "teacher", leave_out=("iframe",)),
    Screen("report", "/library/{resource_package}/report/", "teacher"),
    Screen("try", "/try/{version_package}/", "teacher", leave_out=("iframe",)),
    Screen("my-lessons", "/lessons/", "teacher"),
    Screen("upload", "/lessons/upload/", "teacher"),
    Screen("lesson-draft", "/lessons/{lesson_draft}/", "teacher"),
    Screen("lesson-published", "/lessons/{lesson_published}/", "teacher"),
    Screen("new-version", "/lessons/upload/{lesson_published}/", "teacher"),
    Screen("version-touches", "/lessons/{lesson_published}/touches/", "teacher"),
    Screen("account", "/account/", "teacher"),
    Screen("password-change", "/account/password/change/", "teacher"),
    Screen("error-403", "/manage/targets/new/", "teacher", status=403),
)
REVIEWER = (
    Screen("review-queue", "/review/", "reviewer"),
    Screen("review", "/review/{version_submitted}/", "reviewer", leave_out=("iframe",)),
    Screen("review-history", "/review/history/", "reviewer"),
    Screen("reports", "/manage/reports/", "reviewer"),
)
TRAINEE = (
    Screen("front-trainee", "/", "trainee"),
    Screen("learning", "/learning/", "trainee"),
    Screen("history", "/learning/history/", "trainee"),
    Screen("courses", "/courses/", "trainee"),
    Screen("course", "/courses/{course}/", "trainee"),
    Screen("class-trainee", "/classes/{run}/", "trainee"),
    Screen("player", "/learn/{enrolment}/{activity_package}/", "trainee", leave_out=("iframe",)),
    Screen("course-page", "/learn/{enrolment}/{activity_page}/", "trainee"),
    Screen("course-session", "/learn/{enrolment}/{activity_session}/", "trainee"),
)
MANAGER = (
    Screen("desk", "/manage/", "training_manager"),
    Screen("targets", "/manage/targets/", "training_manager"),
    Screen("coverage", "/manage/targets/{target}/", "training_manager"),
    Screen("coverage-past", "/manage/targets/{target}/?as_of=2025-06-30", "training_manager"),
    Screen("coverage-people", "/manage/targets/{target}/people/", "training_manager"),
    Screen("target-new", "/manage/targets/new/", "training_manager"),
    Screen("courses-manage", "/manage/courses/", "training_manager"),
    Screen("course-builder", "/manage/courses/{course}/", "training_manager"),
    Screen("course-import", "/manage/courses/{course}/import/", "training_manager"),
    Screen("activity-edit", "/manage/activities/{activity_page}/", "training_manager"),
    Screen("activity-preview", "/manage/activities/{activity_page}/preview/", "training_manager"),
    Screen("activity-package-edit", "/manage/activities/{activity_package}/", "training_manager"),
    Screen("activity-versions", "/manage/activities/{activity_package}/version/", "training_manager"),
    Screen("class", "/classes/{run}/", "training_manager"),
    Screen("class-edit", "/manage/classes/{run}/", "training_manager"),
    Screen("class-people", "/manage/classes/{run}/people/", "training_manager"),
    Screen("class-person", "/classes/{run}/people/{enrolment}/", "training_manager"),
    Screen("attempt", "/classes/{run_attempt}/attempts/{attempt}/", "training_manager"),
    Screen("class-remind", "/classes/{run}/remind/", "training_manager"),
    Screen("attendance", "/classes/{run_session}/sessions/{session}/", "training_manager"),
    Screen("session-new", "/classes/{run}/sessions/new/", "training_manager"),
)
ADMINISTRATOR = (
    Screen("units", "/manage/units/", "unit_administrator"),
    Screen("unit", "/manage/units/{unit}/", "unit_administrator"),
    Screen("people", "/manage/people/", "unit_administrator"),
    Screen("person", "/manage/people/{person}/", "unit_administrator"),
    Screen("person-new", "/manage/people/new/", "unit_administrator"),
    Screen("roster", "/manage/people/import/", "unit_administrator"),
)
SCREENS = (*GUEST, *TEACHER, *REVIEWER, *TRAINEE, *MANAGER, *ADMINISTRATOR)


def facts_of(live: Live) -> dict[str, str]:
    """What ``tests.screen_facts`` finds in the province that runs."""
    return dict(live.ask("facts()", imports="from tests.screen_facts import facts"))  # type: ignore[call-overload]


def address(screen: Screen, facts: dict[str, str]) -> str:
    """The path of a screen; empty where the province has no such thing."""
    needed = [name for _, name, _, _ in Formatter().parse(screen.path) if name]
    if not all(facts.get(name) for name in needed):
        return ""
    return screen.path.format_map(facts)


def sign_in(page: Page, live: Live, role: str) -> None:
    """Signs in at the form as one of the demo's people."""
    person = live.sign_ins()[role]
    page.goto(f"{live.site_url}/account/login/")
    page.fill("#id_login", person["username"])
    page.fill("#id_password", person["password"])
    page.press("#id_password", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


#: Sums what moved while the page loaded (web.dev/cls, without windows: a page at rest has one).
SHIFT = """() => new Promise((done) => {
    let total = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) total += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    setTimeout(() => done(total), 150);
})"""

#: Bytes over the wire of the page and what it loaded from the site, frames of lessons left out.
WEIGHT = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .filter((entry) => new URL(entry.name).origin === location.origin)
    .reduce((sum, entry) => sum + entry.transferSize, 0)"""

#: Controls that a finger would miss: lower than 44 px and not a word in a sentence (WCAG 2.5.5).
SMALL_TARGETS = """() => {
    const small = [];
    const controls = "a[href], button, summary, select, textarea, input:not([type=hidden]), [role=button]";
    for (const control of document.querySelectorAll(controls)) {
        const style = getComputedStyle(control);
        let box = control.getBoundingClientRect();
        if (style.visibility === "hidden" || !box.width || !box.height) continue;
        if (box.width <= 1 || box.height <= 1 || box.bottom < 0 || box.right < 0) continue;
        if (control.closest(".skip, .sr, .sr-only, .visually-hidden, [popover]:not(:popover-open)")) continue;
        if (style.display === "inline") continue;
        const label = control.matches("input") && (control.closest("label") || document.querySelector(
            `label[for="${CSS.escape(control.id)}"]`));
        if (label && label.getBoundingClientRect().height > box.height) box = label.getBoundingClientRect();
        if (box.height < 43.5) {
            const name = (control.textContent || control.ariaLabel || control.name || "").trim();
            small.push(`${control.tagName.toLowerCase()}.${control.className} “${name.slice(0, 30)}” ${
                Math.round(box.width)}×${Math.round(box.height)}`);
        }
    }
    return [...new Set(small)];
}"""
