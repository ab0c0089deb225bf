"""Reminding people of a class: whom, once a day, by whom, and the mail itself."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.errors import NotAllowed, Refusal
from accounts.models import User
from courses.training import actions, reminders
from courses.training.models import Enrolment, Instructor, Reminder
from tests.courses.training.test_sessions import signed_in, text_of
from tests.courses.world import Sector, make_sector
from tests.factories import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def sector() -> Sector:
    return make_sector()


@pytest.fixture
def mates(sector: Sector) -> list[User]:
    """Two more in the class: one without an address, one who has begun."""
    mates = [
        person(sector.school, first_name="Không Thư", email=""),
        person(sector.school, first_name="Đã Học"),
    ]
    actions.enrol(by=sector.xa_manager, run=sector.run, users=mates)
    Enrolment.objects.filter(user=mates[1]).update(last_active_at=timezone.now(), progress=0.5)
    return mates


def url(sector: Sector) -> str:
    return reverse("courses:run_remind", args=[sector.run.uid])


def send_all() -> None:
    for batch in set(Reminder.objects.values_list("batch", flat=True)):
        reminders.send(batch)


def test_a_look_first_then_one_mail_each(sector: Sector, mates: list[User]) -> None:
    client = signed_in(sector.xa_manager)
    shown = text_of(client.get(reverse("courses:run", args=[sector.run.uid])))
    assert "Nhắc 2 người" in shown
    look = text_of(client.get(url(sector), {"who": "new"}))
    assert "Trần Thị Thu Hằng" in look and "Đã Học" not in look
    assert "Chưa có e-mail" in look and "chưa bắt đầu học" in look
    assert not Reminder.objects.exists() and not mail.outbox
    answer = client.post(url(sector), {"who": "new", "words": "Cố gắng trước 30/11."}, follow=True)
    assert "Đang gửi thư nhắc tới 1 người" in text_of(answer)
    assert DBTaskResult.objects.filter(task_path__endswith="send_reminders").count() == 1
    send_all()
    send_all()
    assert [letter.to for letter in mail.outbox] == [[sector.teacher.email]]
    assert "Cố gắng trước 30/11." in mail.outbox[0].body
    assert f"/classes/{sector.run.uid}/" in mail.outbox[0].body
    kept = Reminder.objects.get()
    assert (kept.by, kept.user, kept.sent_at is not None) == (sector.xa_manager, sector.teacher, True)
    assert "đã gửi 1 thư" in text_of(client.get(url(sector)))


def test_once_a_day_whoever_sends(sector: Sector, mates: list[User]) -> None:
    Instructor.objects.create(run=sector.run, user=sector.stranger)
    rows = sector.run.enrolments.active()
    first = actions.remind(by=sector.stranger, run=sector.run, enrolments=rows)
    again = actions.remind(by=sector.xa_manager, run=sector.run, enrolments=rows)
    assert (first.told, first.already, first.no_address) == (2, 0, 1)
    assert (again.told, again.already, again.no_address) == (0, 2, 1)
    Reminder.objects.update(on="2026-01-01")
    assert actions.remind(by=sector.xa_manager, run=sector.run, enrolments=rows).told == 2


def test_who_left_or_finished_in_the_meantime_gets_none(sector: Sector, mates: list[User]) -> None:
    actions.remind(by=sector.xa_manager, run=sector.run, enrolments=sector.run.enrolments.all())
    actions.end_enrolment(by=sector.xa_manager, enrolment=sector.enrolment)
    send_all()
    assert [letter.to for letter in mail.outbox] == [[mates[1].email]]
    assert "50%" in mail.outbox[0].body


def test_only_who_leads_the_class_reminds(sector: Sector) -> None:
    for other in (sector.teacher, sector.stranger, sector.sister_manager):
        client = signed_in(other)
        assert client.get(url(sector)).status_code == 404
        assert client.post(url(sector), {"who": "open"}).status_code == 404
        with pytest.raises(NotAllowed):
            actions.remind(by=other, run=sector.run, enrolments=[sector.enrolment])
    assert not Reminder.objects.exists()


def test_a_class_that_is_not_running_reminds_nobody(sector: Sector) -> None:
    actions.close_run(by=sector.xa_manager, run=sector.run)
    with pytest.raises(Refusal, match="remind_not_running"):
        actions.remind(by=sector.xa_manager, run=sector.run, enrolments=[sector.enrolment])
    client = signed_in(sector.xa_manager)
    assert "run_remind" not in client.get(reverse("courses:run", args=[sector.run.uid])).content.decode()
    assert client.post(url(sector), {"who": "open"}).status_code == 422


def test_the_look_asks_few_questions(sector: Sector, django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    actions.enrol(by=sector.xa_manager, run=sector.run, users=[person(sector.school) for _n in range(5)])
    client = signed_in(sector.xa_manager)
    client.get(url(sector))
    with django_assert_max_num_queries(14):
        client.get(url(sector))
