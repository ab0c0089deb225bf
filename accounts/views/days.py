"""Days in addresses."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.forms import DateField

_FIELD = DateField(input_formats=["%Y-%m-%d", "%d/%m/%Y"], required=False)


def day_from(text: str) -> tuple[date | None, bool]:
    """A day written 2026-11-23 or 23/11/2026, and whether what was written is none."""
    try:
        day = _FIELD.clean(text.strip())
    except ValidationError:
        return None, True
    if day is None or 1900 <= day.year <= 2200:
        return day, False
    return None, True
