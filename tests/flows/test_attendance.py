"""An instructor keeps the roll on a phone: a tap saves, a bad line loses nothing."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.flows.people import Person
from tests.live import Live

PREPARE = """
from datetime import timedelta
from accounts.days import start_of, today
from accounts.models import User
from courses.training import actions
from courses.training.models import CourseRun
runs = CourseRun.objects.running()
run = runs.filter(enrolments__state="active").first()
actions.set_instructors(by=None, run=run, users=[User.objects.get(username="gv2")])
day = start_of(today())
session = actions.add_session(
    by=None, run=run, title="Buổi thử", starts_at=day + timedelta(hours=8), ends_at=day + timedelta(hours=9),
    mode="room", place="Phòng 1",
)
print(f"/classes/{run.uid}/sessions/{session.uid}/")
"""
MARKS = "sorted(Attendance.objects.filter(session__title='Buổi thử').values_list('mark', flat=True))"


def test_marks_are_kept_without_a_network_and_sent_again(live: Live, phone: Page) -> None:
    address = live.python(PREPARE).splitlines()[-1]

    def marks() -> object:
        return live.ask(MARKS, imports="from courses.models import Attendance")

    instructor = Person(live, phone, "teacher_elsewhere").sign_in()
    instructor.go(address)
    status, rows = phone.locator("[data-status]"), phone.locator("li.roll")
    people = rows.count()
    rows.first.locator("[value=late]").check()
    expect(status).to_contain_text("Đã lưu lúc")
    expect(phone.locator("[data-tally] [data-n=late]")).to_have_text("1")
    assert marks() == ["late"]
    phone.context.set_offline(True)
    phone.locator("button[value=rest_present]").click()
    expect(status).to_contain_text("Chưa gửi")
    phone.goto("about:blank")  # the page is gone, the marks are not
    phone.context.set_offline(False)
    instructor.go(address)
    expect(phone.locator("[data-tally] [data-n=unmarked]")).to_have_text("0")
    expect(status).to_contain_text("Đã lưu lúc")
    assert marks() == ["late"] + ["present"] * (people - 1)
    why = rows.first.locator(".why")
    expect(why).to_be_hidden()  # only an absence is excused
    rows.first.locator("[value=absent]").check()
    expect(why).to_be_visible()
    with phone.expect_response(
        lambda answer: answer.request.method == "POST" and "x-" in answer.request.post_data
    ):
        why.locator("[type=checkbox]").check()
    expect(phone.locator("nav [data-n=absent]")).to_have_text("1")
    instructor.go(f"{address}?show=absent")
    expect(rows.first.locator(".why [type=checkbox]")).to_be_checked()
    expect(rows.first.locator(".why")).to_be_visible()
    assert marks() == ["excused"] + ["present"] * (people - 1)
