"""Work of training that takes a while."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django_tasks import task

from accounts.work import schedule
from courses.training import news, reminders
from courses.training.actions import cartridges, switching
from courses.training.actions.outcomes import reevaluate
from courses.training.models import CourseRun, Enrolment


@task()
def reevaluate_activity(activity_id: int) -> int:
    """Judges an activity again for everybody in open classes; returns how many. Safe to run twice."""
    rows = (
        Enrolment.objects.active()
        .filter(run__pins__activity=activity_id, run__state=CourseRun.State.OPEN)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    count = 0
    for enrolment_id in list(rows):
        reevaluate(enrolment_id=enrolment_id, activity_id=activity_id)
        count += 1
    return count


@task(queue_name="slow")
def carry_on_switch(switch_id: int) -> int:
    """Moves learners to a newer version of an activity's resource, or back; returns how many."""
    return switching.carry_on(switch_id=switch_id)


@task(queue_name="slow")
def read_cartridge_in(import_id: int) -> str:
    """Takes a Common Cartridge into a course; its state afterwards. Safe to run twice."""
    return cartridges.carry_out(import_id)


@task(queue_name="slow")
def send_reminders(batch: str) -> int:
    """Mail to the people of a class whom somebody reminds together."""
    return reminders.send(UUID(batch))


@task()
def tell_of_newer_versions() -> int:
    """Mail to whoever manages courses about newer versions that wait for a decision."""
    return news.tell_managers()


schedule.every(tell_of_newer_versions, timedelta(minutes=30))
