"""Two people of one school complete a course at the same moment: both are counted."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from accounts.days import today
from courses.coverage import actions
from courses.coverage.models import CoverageState
from courses.training.signals import completion_recorded
from tests.courses.world import make_sector
from tests.factories import LONG_AGO, CompletionFactory, person

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_the_second_completion_waits_and_counts_both() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time")
    sector = make_sector()
    colleague = person(sector.school)
    target = actions.create_target(
        by=None,
        unit=sector.so,
        course=sector.course,
        name="70 %",
        percent=70,
        first_day=LONG_AGO,
        deadline=today(),
    )
    first_counted, second_started = threading.Event(), threading.Event()
    CompletionFactory(user=sector.manager, course=sector.course, on=today())  # makes the class they share

    def finish(user: object, *, leads: bool) -> None:
        try:
            with transaction.atomic():
                if not leads:
                    first_counted.wait(10)
                CompletionFactory(user=user, course=sector.course, on=today())
                second_started.set() if not leads else None
                completion_recorded.send(sender=None, user_ids=[user.pk], course_id=sector.course.pk)
                if leads:
                    first_counted.set()
                    # The other is now at the lock, with its own completion written and unseen from here.
                    second_started.wait(10)
                    threading.Event().wait(0.5)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=finish, args=(sector.teacher,), kwargs={"leads": True}),
        threading.Thread(target=finish, args=(colleague,), kwargs={"leads": False}),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    state = CoverageState.objects.get(target=target, unit=sector.school)
    assert (state.people, state.trained) == (2, 2)
