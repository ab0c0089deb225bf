"""Reminding people of a class by mail."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.days import today
from accounts.errors import NotAllowed, Refusal
from accounts.models import User
from accounts.text import nfc
from courses.training.models import CourseRun, Enrolment, Reminder


@dataclass(frozen=True, slots=True)
class Reminded:
    """How a reminder went: people who get a mail, who had one today already, who have no address."""

    told: int
    already: int
    no_address: int


@transaction.atomic
def remind(*, by: User, run: CourseRun, enrolments: Iterable[Enrolment], words: str = "") -> Reminded:
    """Plants one mail to each of these people of a running class. By who manages or teaches it.

    Nobody gets two on one day, whoever sends them and for whatever class.
    """
    if not CourseRun.objects.led_by(by).filter(pk=run.pk).exists():
        raise NotAllowed("class.manage", run.unit_id)
    run = CourseRun.objects.select_for_update().get(pk=run.pk)
    if not CourseRun.objects.running().filter(pk=run.pk).exists():
        raise Refusal("remind_not_running", _("Only people of a class that is running can be reminded."))
    ids = {row.pk for row in enrolments}
    rows = run.enrolments.active().filter(pk__in=ids, user__is_active=True).select_related("user")
    people = list(rows.order_by("pk"))
    reached = [row for row in people if row.user.email]
    had = set(
        Reminder.objects.filter(on=today(), user__in=[row.user_id for row in reached]).values_list(
            "user_id", flat=True
        )
    )
    batch, text = uuid.uuid4(), nfc(words).strip()[:500]
    Reminder.objects.bulk_create(
        (
            Reminder(enrolment=row, user_id=row.user_id, batch=batch, by=by, on=today(), words=text)
            for row in reached
            if row.user_id not in had
        ),
        ignore_conflicts=True,  # another class may remind the same person at this moment
    )
    told = Reminder.objects.filter(batch=batch).count()
    if told:
        from courses.training import tasks  # tasks import the actions

        tasks.send_reminders.enqueue(str(batch))
    return Reminded(told, len(reached) - told, len(people) - len(reached))
