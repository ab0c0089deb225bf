"""Lets a piece of the demo happen on a day of the past, so that its history is dated as if lived.

Everything reads the time from ``django.utils.timezone``; one process, one thread: the loading command.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

from django.db.models import DateTimeField, Model
from django.utils import timezone

_EIGHT = time(8, 0)


class Clock:
    """A time of its own that walks on by ``step`` at each reading."""

    def __init__(self, moment: datetime, step: timedelta) -> None:
        self.moment = moment
        self.step = step

    def now(self) -> datetime:
        self.moment += self.step
        return self.moment

    def pass_by(self, **by: float) -> None:
        """Lets time pass: ``minutes=…``, ``seconds=…``, as for timedelta."""
        self.moment += timedelta(**by)


_NOW = timezone.now


def real_today() -> date:
    """The present day in Viet Nam, also within ``on``."""
    return timezone.localdate(_NOW())


def evening(n: int) -> time:
    """A time of the evening, each number another."""
    return time(18 + n % 4, n * 7 % 60)


@contextmanager
def on(day: date, at: time = _EIGHT) -> Iterator[Clock]:
    """Within, it is that day in Viet Nam, from eight in the morning."""
    clock = Clock(timezone.make_aware(datetime.combine(day, at)), timedelta(milliseconds=5))
    real = timezone.now
    timezone.now = clock.now  # type: ignore[assignment]
    try:
        yield clock
    finally:
        timezone.now = real  # type: ignore[assignment]


def moment(day: date, hour: int = 8, minute: int = 0) -> datetime:
    """An instant of a day in Viet Nam."""
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


@contextmanager
def as_dated(*models: type[Model]) -> Iterator[None]:
    """Within, rows of these models are inserted with the instants they carry, not with the present one."""
    stamps = [
        (field, field.auto_now, field.auto_now_add)
        for model in models
        for field in model._meta.fields
        if isinstance(field, DateTimeField)
    ]
    for field, _now, _add in stamps:
        field.auto_now = field.auto_now_add = False
    try:
        yield
    finally:
        for field, now, add in stamps:
            field.auto_now, field.auto_now_add = now, add


def day_of(instant: datetime) -> date:
    """The day in Viet Nam of an instant."""
    return timezone.localdate(instant)
