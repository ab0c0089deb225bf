"""Lengths of time as SCORM writes them, to and from seconds.

SCORM 1.2 CMITimespan ``HHHH:MM:SS.SS`` (RTE 3.4.2); SCORM 2004 timeinterval(second,10,2), an ISO 8601
duration (RTE 4.1.1.7).
"""

from __future__ import annotations

import re

_TIMESPAN = re.compile(r"^(\d{2,4}):(\d{2}):(\d{2}(?:\.\d{1,2})?)$")
_INTERVAL = re.compile(
    r"^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,2})?)S)?)?$"
)
_DAY = 86_400
# ISO 8601 leaves years and months open; SCORM content that uses them means these.
_YEAR, _MONTH = 365 * _DAY, 30 * _DAY


def parse_timespan(text: str) -> float | None:
    """Seconds of a SCORM 1.2 CMITimespan; None where it is none."""
    found = _TIMESPAN.match(text)
    if not found:
        return None
    hours, minutes, seconds = found.groups()
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def parse_interval(text: str) -> float | None:
    """Seconds of an ISO 8601 duration; None where it is none."""
    found = _INTERVAL.match(text)
    if not found or not any(found.groups()) or text.endswith("T"):
        return None
    years, months, days, hours, minutes = (int(part or 0) for part in found.groups()[:5])
    whole = years * _YEAR + months * _MONTH + days * _DAY + hours * 3600 + minutes * 60
    return whole + float(found.group(6) or 0)


def as_timespan(seconds: float) -> str:
    """``HHHH:MM:SS.SS`` of SCORM 1.2; more than 9,999 hours are cut off there."""
    hundredths = min(round(max(seconds, 0.0) * 100), 9999 * 360_000 + 359_999)
    minutes, rest = divmod(hundredths, 6000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:04d}:{minutes:02d}:{rest // 100:02d}.{rest % 100:02d}"


def as_interval(seconds: float) -> str:
    """``PT…H…M…S`` of SCORM 2004, to a hundredth of a second."""
    hundredths = round(max(seconds, 0.0) * 100)
    minutes, rest = divmod(hundredths, 6000)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{rest % 100:02d}".rstrip("0") if rest % 100 else ""
    return f"PT{hours}H{minutes}M{rest // 100}{fraction}S"
