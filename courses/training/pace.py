"""How far a learner should be on a day if a class is worked through evenly. Pure: figures in, figures out."""

from __future__ import annotations

from datetime import date
from math import ceil


def _days(opens_on: date, closes_on: date, day: date) -> tuple[int, int]:
    """Whole days of the class that have passed by the morning of ``day``, and all its days."""
    total = (closes_on - opens_on).days + 1
    return min(max((day - opens_on).days, 0), total), total


def expected(required: int, opens_on: date, closes_on: date, day: date) -> int:
    """How many of the required activities an even pace has finished by the morning of ``day``."""
    passed, total = _days(opens_on, closes_on, day)
    return required * passed // total


def days_behind(done: int, required: int, opens_on: date, closes_on: date, day: date) -> int:
    """Days since the first unfinished activity was due at an even pace; 0 for who keeps up."""
    if done >= expected(required, opens_on, closes_on, day):
        return 0
    passed, total = _days(opens_on, closes_on, day)
    due = ceil((done + 1) * total / required)
    return passed - due + 1
