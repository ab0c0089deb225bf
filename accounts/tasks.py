"""Work of the accounts app that comes round: the turn of the day, old task results."""

from __future__ import annotations

from datetime import date, time, timedelta

from django.db import transaction
from django.utils import timezone
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from accounts.signals import day_turned
from accounts.work import schedule

KEEP_SUCCESSFUL = timedelta(days=7)
KEEP_FAILED = timedelta(days=90)


@task()
def turn_day(day: str) -> None:
    """Tells every app that a local day has begun; receivers mark what starts or ends on it."""
    with transaction.atomic():
        day_turned.send(sender=None, day=date.fromisoformat(day))


@task(queue_name="slow")
def forget_old_tasks() -> int:
    """Deletes results nobody will ask for; returns how many."""
    now = timezone.now()
    done, _ = DBTaskResult.objects.successful().filter(finished_at__lt=now - KEEP_SUCCESSFUL).delete()
    failed, _ = DBTaskResult.objects.failed().filter(finished_at__lt=now - KEEP_FAILED).delete()
    return done + failed


schedule.daily(turn_day, at=time(0, 5))
schedule.every(forget_old_tasks, timedelta(hours=12))
