"""Sessions as a calendar file (RFC 5545) that a phone takes in. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

LONGEST_LINE = 75  # octets, RFC 5545 section 3.1


@dataclass(frozen=True, slots=True)
class Event:
    """One meeting; ``starts_at`` and ``ends_at`` are aware moments."""

    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    url: str = ""
    about: str = ""
    cancelled: bool = False


def calendar(events: Iterable[Event], *, now: datetime, host: str) -> str:
    """The whole file, lines ended and folded as the standard asks."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Hoclieu//Sessions//VI", "METHOD:PUBLISH"]
    for event in events:
        lines += _event(event, now, host)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(event: Event, now: datetime, host: str) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{event.uid}@{host}",
        f"DTSTAMP:{_moment(now)}",
        f"DTSTART:{_moment(event.starts_at)}",
        f"DTEND:{_moment(event.ends_at)}",
        f"SUMMARY:{_text(event.title)}",
    ]
    more = {"LOCATION": _text(event.place), "URL": event.url, "DESCRIPTION": _text(event.about)}
    lines += [f"{name}:{value}" for name, value in more.items() if value]
    return [*lines, f"STATUS:{'CANCELLED' if event.cancelled else 'CONFIRMED'}", "END:VEVENT"]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return text


def _folded(line: str) -> str:
    """A line over 75 octets goes on in the next one, after a blank; no character is cut in two."""
    parts: list[str] = []
    part = ""
    for char in line:
        room = LONGEST_LINE - bool(parts)
        if len((part + char).encode()) > room:
            parts.append(part)
            part = ""
        part += char
    return "\r\n ".join([*parts, part])
