"""The list of a class as an Excel file, a row a person, written row by row whatever the size of the class."""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import Membership, Position
from courses.training.models import Attendance, ClassSession, CourseRun, Enrolment
from courses.training.roster import pace_of, people_of

#: Texts of people stay texts: none of them becomes a formula, a number or a link
PLAIN = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "remove_timezone": True,
}
WIDTHS = (6, 28, 20, 34, 18, 14, 12, 12, 10, 8, 10, 14, 16)
TITLE_ROW, HEAD_ROW = 0, 3


def _heads() -> list[str]:
    return [
        _("No."),
        pgettext("training", "Full name"),
        pgettext("training", "Position"),
        pgettext("training", "Unit"),
        _("How enrolled"),
        _("Enrolled on"),
        _("Completed, of required"),
        _("Required activities"),
        _("Share completed"),
        pgettext("training", "Points"),
        _("Sessions attended"),
        _("Last seen on"),
        _("Course completed on"),
    ]


def sheet_of(run: CourseRun) -> BytesIO:
    """An .xlsx of the people now in a class, with a column for each session that was not cancelled."""
    required = run.pins.filter(activity__required=True).count()
    people, _counts = people_of(run, pace_of(run, required), {})
    sessions = list(run.sessions.exclude(state=ClassSession.State.CANCELLED).order_by("starts_at", "pk"))
    out = BytesIO()
    book = xlsxwriter.Workbook(out, PLAIN)
    sheet = book.add_worksheet(pgettext("training", "Learners"))
    bold = book.add_format({"bold": True})
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    percent = book.add_format({"num_format": "0%"})
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.set_column(len(WIDTHS), len(WIDTHS) + max(len(sessions) - 1, 0), 14)
    sheet.freeze_panes(HEAD_ROW + 1, 2)
    sheet.write_string(TITLE_ROW, 0, run.title, bold)
    dates = f"{run.opens_on:%d/%m/%Y} – {run.closes_on:%d/%m/%Y}"
    sheet.write_string(1, 0, dates)
    heads = _heads() + [f"{timezone.localtime(s.starts_at):%d/%m} {s.title}" for s in sessions]
    for column, text in enumerate(heads):
        sheet.write_string(HEAD_ROW, column, text, head)
    marks, positions = _marks(run), _positions(run)
    for number, row in enumerate(people.iterator(chunk_size=500), start=1):
        _write_row(sheet, HEAD_ROW + number, _cells(number, row, required, positions), day, percent)
        for column, session in enumerate(sessions, start=len(WIDTHS)):
            sheet.write_string(HEAD_ROW + number, column, marks[row.pk].get(session.pk, ""))
    book.close()
    out.seek(0)
    return out


def _cells(number: int, row: Any, required: int, positions: dict[int, str]) -> list[Any]:
    completion = row.completion if row.done else None
    return [
        number,
        row.user.full_name,
        positions.get(row.user_id, ""),
        row.unit_name or "",
        row.get_how_display(),
        timezone.localdate(row.enrolled_at),
        round(row.progress * required),
        required,
        ("%", row.progress),
        round(completion.score * 10, 2) if completion and completion.score is not None else None,
        row.attended,
        timezone.localdate(row.last_active_at) if row.last_active_at else None,
        completion.on if completion else None,
    ]


def _write_row(sheet: Any, at: int, cells: list[Any], day: Any, percent: Any) -> None:
    for column, value in enumerate(cells):
        if value is None:
            continue
        if isinstance(value, str):
            sheet.write_string(at, column, value)
        elif isinstance(value, tuple):
            sheet.write_number(at, column, value[1], percent)
        elif isinstance(value, int | float):
            sheet.write_number(at, column, value)
        else:
            sheet.write_datetime(at, column, value, day)


def _marks(run: CourseRun) -> dict[int, dict[int, str]]:
    """Enrolment → session → the word for the mark, with its reason."""
    found: dict[int, dict[int, str]] = defaultdict(dict)
    words = dict(Attendance.Mark.choices)
    rows = Attendance.objects.filter(session__run=run).values_list("enrolment", "session", "mark", "reason")
    for enrolment, session, mark, reason in rows.iterator(chunk_size=2000):
        word = str(words[Attendance.Mark(mark)])
        found[enrolment][session] = f"{word}: {reason}" if reason else word
    return found


def _positions(run: CourseRun) -> dict[int, str]:
    enrolled = Enrolment.objects.active().filter(run=run).values("user")
    rows = Membership.objects.primary_on().filter(user__in=enrolled).values_list("user", "position")
    return {user: str(Position(position).label) for user, position in rows if position in Position.values}
