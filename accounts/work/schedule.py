"""Work that comes round: declared beside the task, enqueued by whichever worker sees it due first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks.base import Task

from accounts.models.work import ScheduleMark

CATCH_UP_DAYS = 60


@dataclass(frozen=True)
class Entry:
    """A task and its rhythm: every so often without arguments, or daily with the day as ISO text."""

    name: str
    task: Task[..., Any]
    every: timedelta | None = None
    at: time = time.min


_entries: dict[str, Entry] = {}


def every(task: Task[..., Any], interval: timedelta) -> None:
    """Enqueues ``task()`` once an interval; after an outage once, not once for each one missed."""
    _entries[task.module_path] = Entry(task.module_path, task, every=interval)


def daily(task: Task[..., Any], at: time) -> None:
    """Enqueues ``task("2026-09-01")`` after local time ``at`` of each day, and of each day missed."""
    _entries[task.module_path] = Entry(task.module_path, task, at=at)


def entries() -> Iterator[Entry]:
    yield from _entries.values()


def _days_due(entry: Entry, last: datetime | None, now: datetime) -> list[date]:
    """The days that have begun since ``last``, oldest first; only today where nothing ran before."""
    local = timezone.localtime(now)
    newest = local.date() if local.time() >= entry.at else local.date() - timedelta(days=1)
    if last is None:
        return [newest]
    done = timezone.localtime(last).date()
    count = min((newest - done).days, CATCH_UP_DAYS)
    return [newest - timedelta(days=back) for back in reversed(range(count))]


def _mark_of_day(day: date, entry: Entry) -> datetime:
    return timezone.make_aware(datetime.combine(day, entry.at))


def enqueue_due(now: datetime | None = None) -> int:
    """Enqueues what is due; returns how many tasks. Two workers at once enqueue it once."""
    now = now or timezone.now()
    marks = dict(ScheduleMark.objects.values_list("name", "last_at"))
    return sum(_enqueue(entry, now) for entry in entries() if _is_due(entry, marks.get(entry.name), now))


def _is_due(entry: Entry, last: datetime | None, now: datetime) -> bool:
    if entry.every is None:
        return bool(_days_due(entry, last, now))
    return last is None or now - last >= entry.every


@transaction.atomic
def _enqueue(entry: Entry, now: datetime) -> int:
    """Under the mark's lock: asks again whether it is due, then moves the mark and enqueues together."""
    mark, is_new = ScheduleMark.objects.get_or_create(name=entry.name, defaults={"last_at": now})
    mark = ScheduleMark.objects.select_for_update().get(pk=mark.pk)
    last = None if is_new else mark.last_at
    if not _is_due(entry, last, now):
        return 0
    days = [] if entry.every else _days_due(entry, last, now)
    if entry.every:
        entry.task.enqueue()
    for day in days:
        entry.task.enqueue(day.isoformat())
    mark.last_at = _mark_of_day(days[-1], entry) if days else now
    mark.save(update_fields=["last_at"])
    return len(days) or 1
