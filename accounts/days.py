"""Local days. Instants are UTC; a day is a date in Viet Nam; validity is half-open [from, to)."""

from __future__ import annotations

from datetime import date, datetime, time

from django.utils import timezone

FOREVER = date(9999, 12, 31)
BEGINNING = date(1, 1, 1)


def today() -> date:
    """The date in Viet Nam now."""
    return timezone.localdate()


def start_of(day: date) -> datetime:
    """The instant at which a local day begins."""
    return timezone.make_aware(datetime.combine(day, time.min))


def school_year_of(day: date, first_month: int = 9) -> int:
    """The year in which the school year of ``day`` began: 2025 for the year 2025–2026."""
    return day.year if day.month >= first_month else day.year - 1
