"""Closes the site's pages while somebody works on it, and opens them again."""

from __future__ import annotations

import json
import re
from argparse import ArgumentParser
from datetime import datetime, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cms import maintenance

_MINUTES = re.compile(r"\+(\d{1,4})")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")


class Command(BaseCommand):
    help = "Close the site for maintenance (on), open it again (off), or say which it is (status)."
    requires_system_checks: list[str] = []  # it must work while the rest does not

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["on", "off", "status"])
        parser.add_argument("--until", default="", help="expected end: 22:30, or +45 for minutes from now")
        parser.add_argument("--note", default="", help="a sentence for visitors, in Vietnamese")
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *, act: str, until: str, note: str, as_json: bool, **options: Any) -> None:
        if act == "on":
            maintenance.begin(maintenance.Notice(_moment(until), note.strip()[:300]))
        elif act == "off":
            maintenance.end()
        notice = maintenance.current()
        if as_json:
            self.stdout.write(json.dumps(_facts(notice), ensure_ascii=False))
        elif notice is None:
            self.stdout.write("The site is open.")
        else:
            end = f" until {timezone.localtime(notice.until):%H:%M %d/%m/%Y}" if notice.until else ""
            self.stdout.write(f"The site is closed for maintenance{end}. Content and commits go on.")


def _facts(notice: maintenance.Notice | None) -> dict[str, Any]:
    return {
        "schema": 1,
        "maintenance": notice is not None,
        "until": notice.until.isoformat() if notice and notice.until else None,
        "note": notice.note if notice else "",
    }


def _moment(text: str) -> datetime | None:
    """The next time that the clock shows ``HH:MM``, or minutes from now. CommandError for anything else."""
    now = timezone.localtime()
    if not text:
        return None
    if found := _MINUTES.fullmatch(text):
        return now + timedelta(minutes=int(found[1]))
    found = _CLOCK.fullmatch(text)
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise CommandError("--until takes a time such as 22:30, or +45 for minutes from now.")
    moment = timezone.make_aware(datetime.combine(now.date(), time(int(found[1]), int(found[2]))))
    return moment if moment > now else moment + timedelta(days=1)
