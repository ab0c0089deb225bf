"""``coverage``: what the coverage page says, in JSON lines."""

from __future__ import annotations

import json
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.days import today
from accounts.models import OrgUnit
from courses.coverage.figures import Measure
from courses.coverage.models import Target
from courses.coverage.report import Report, Row, make_report
from courses.training.models import Course

SCHEMA = 1


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--as-of {text}: write a day as 2026-11-23.", returncode=2) from None


class Command(BaseCommand):
    """Exit 0: the report was made; 2: what was asked for does not exist."""

    help = "How many people of each unit below a unit completed a course, on a day."

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--target", metavar="UID", help="a target: its population, course and first day")
        what.add_argument("--course", metavar="UID", help="a course: all people of the unit count")
        parser.add_argument("--unit", metavar="CODE", required=True, help="report its children")
        parser.add_argument("--as-of", metavar="DAY", help="a day such as 2026-11-23; default today")
        parser.add_argument(
            "--structure", choices=["then", "now"], default="then", help="the tree of that day, or of today"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object instead of a table")

    def handle(self, **options: Any) -> None:
        day = _day(options["as_of"]) if options["as_of"] else today()
        if day > today():
            raise CommandError("--as-of lies in the future.", returncode=2)
        unit = OrgUnit.objects.filter(code=options["unit"]).first()
        if unit is None:
            raise CommandError(f"There is no unit with the code {options['unit']}.", returncode=2)
        measure = self._measure(options, unit)
        report = make_report(measure, unit, day, options["structure"])
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(report, unit.code), ensure_ascii=False))
        else:
            for row in [*report.rows, report.total]:
                self.stdout.write(f"{row.trained:>7}/{row.people:<7} {_percent(row):>6} %  {row.name}")

    def _measure(self, options: dict[str, Any], unit: OrgUnit) -> Measure:
        uid = options["target"] or options["course"]
        try:
            UUID(uid)
            if options["target"]:
                return Measure.of_target(Target.objects.get(uid=uid))
            return Measure.of_course(Course.objects.get(uid=uid), unit)
        except (ValueError, ValidationError, Target.DoesNotExist, Course.DoesNotExist):
            raise CommandError(f"There is no target or course {uid}.", returncode=2) from None


def _percent(row: Row) -> float | None:
    return None if row.percent is None else round(row.percent, 2)


def _row(row: Row) -> dict[str, Any]:
    return {
        "unit": row.code,
        "name": row.name,
        "kind": row.kind,
        "people": row.people,
        "trained": row.trained,
        "percent": _percent(row),
        "missing": row.missing,
        "short": row.short,
    }


def _as_json(report: Report, code: str) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "unit": code,
        "as_of": report.day.isoformat(),
        "structure": report.structure,
        "rows": [_row(row) for row in report.rows],
        "total": _row(report.total),
    }
