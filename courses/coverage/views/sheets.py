"""The report and its people to take away, within the same rights as the pages."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from accounts.days import today
from accounts.models import Position, UnitKind
from accounts.text import fold
from courses.coverage.sheets import DAY, SHARE, TEXT, WHOLE, Column, Sheet, csv_lines, write_xlsx
from courses.coverage.tree import Branch, whole_tree
from courses.coverage.views.people import Filters, people_shown
from courses.coverage.views.report import Asked, asked
from courses.coverage.words import level_names

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@login_required
@require_safe
def excel(request: HttpRequest, uid: UUID) -> HttpResponseBase:
    """``what=people`` gives the list of people of today, else every unit below; ``format=csv`` as text."""
    ask = asked(request, uid)
    listed = request.GET.get("what") == "people"
    if not listed and ask.absent:  # the page says why, and what to ask instead
        return redirect(f"{reverse('coverage:target', args=[uid])}?{request.GET.urlencode()}")
    sheet = _people(request, ask) if listed else _units(ask)
    day = today() if listed else ask.day
    unit = slugify(fold(str(ask.unit)))[:60] or ask.unit.code
    name = f"{slugify(fold(sheet.title))[:40]}-{unit}-{day:%Y-%m-%d}"
    if request.GET.get("format") == "csv":
        lines = StreamingHttpResponse(csv_lines(sheet), content_type="text/csv; charset=utf-8")
        lines["Content-Disposition"] = f'attachment; filename="{name}.csv"'
        return lines
    out = BytesIO()  # packed, some 35 bytes a row; the rows themselves pass one by one through a file
    write_xlsx(sheet, out)
    book = HttpResponse(out.getvalue(), content_type=XLSX)
    book["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return book


def _about(ask: Asked, day: Any, structure: str) -> list[tuple[str, str]]:
    tree = _("units as they were that day") if structure == "then" else _("units as they are now")
    rows = [
        (pgettext("training", "Target"), ask.target.name),
        (pgettext("training", "Course"), ask.target.course.title),
        (pgettext("training", "Unit"), str(ask.unit)),
        (_("Figures up to"), f"{day:%d/%m/%Y}, {tree}"),
    ]
    if ask.measure.frozen(day):
        rows.append((_("Population fixed on"), f"{ask.target.frozen_on:%d/%m/%Y}"))
    return rows


def _units(ask: Asked) -> Sheet:
    branches = whole_tree(ask.population, ask.unit)
    kinds = dict(UnitKind.choices)

    def cells(branch: Branch) -> list[Any]:
        row = branch.row
        share = row.trained / row.people if row.people else None
        name, kind = f"{'   ' * branch.depth}{row.name}", str(kinds.get(row.kind, row.kind))
        goal = float(ask.target.percent) / 100
        return [name, row.code, kind, row.people, row.trained, share, goal, row.missing, row.short, row.gain]

    return Sheet(
        title=_("Training by unit"),
        about=_about(ask, ask.day, ask.structure),
        columns=[
            Column(pgettext("training", "Unit"), TEXT, 48),
            Column(_("Code of the unit"), TEXT, 16),
            Column(pgettext("training", "Kind"), TEXT, 22),
            Column(_("Number of people"), WHOLE, 10),
            Column(pgettext("training", "Trained"), WHOLE, 10),
            Column(pgettext("training", "Share"), SHARE, 10),
            Column(pgettext("training", "Target"), SHARE, 10),
            Column(_("Not trained"), WHOLE, 10),
            Column(_("Still to train"), WHOLE, 12),
            Column(_("Trained in 30 days"), WHOLE, 12),
        ],
        rows=(cells(branch) for branch in branches),
        levels=[branch.depth for branch in branches],
    )


def _people(request: HttpRequest, ask: Asked) -> Sheet:
    filters = Filters.read(request.GET)
    rows = people_shown(ask.measure, ask.unit, filters).values_list(
        "user__last_name",
        "user__first_name",
        "user__username",
        "unit_name",
        "position",
        "level",
        "trained",
        "enrolled",
        "completed_on",
        "run_name",
        "progress",
        "last_active_at",
    )
    return Sheet(
        title=pgettext("training", "Trained") if filters.state == "trained" else _("Not trained yet"),
        about=_about(ask, today(), "now"),
        columns=[
            Column(pgettext("training", "Full name"), TEXT, 28),
            Column(_("Sign-in name"), TEXT, 18),
            Column(pgettext("training", "Unit"), TEXT, 34),
            Column(pgettext("training", "Position"), TEXT, 16),
            Column(pgettext("training", "Level"), TEXT, 12),
            Column(pgettext("training", "State"), TEXT, 24),
            Column(_("Day of completion"), DAY, 13),
            Column(pgettext("training", "Class"), TEXT, 36),
            Column(pgettext("training", "Progress"), SHARE, 10),
            Column(pgettext("training", "Last seen"), DAY, 13),
        ],
        rows=_person_cells(rows.iterator(chunk_size=2000)),
    )


def _person_cells(rows: Iterator[tuple[Any, ...]]) -> Iterator[list[Any]]:
    positions = {code: str(word) for code, word in Position.choices}
    levels = level_names()
    trained, learning = pgettext("training", "Trained"), pgettext("training", "In progress")
    waiting, free = _("Enrolled, not begun"), _("Not enrolled")
    for last, first, sign_in, unit, position, level, done, enrolled, on, run, progress, at in rows:
        state = trained if done else (learning if at else waiting) if enrolled else free
        yield [
            f"{last} {first}".strip() or sign_in,
            sign_in,
            unit,
            positions.get(position, position),
            levels.get(level, level),
            state,
            on,
            run,
            progress,
            at,
        ]
