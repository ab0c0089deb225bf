"""Importing a list of people: the file, the trial run with repairs in place, writing, undoing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import roster_plan, unit_tree
from accounts.actions import rosters
from accounts.errors import Refusal
from accounts.forms.roster import ColumnsForm, RosterForm
from accounts.models import Position, RosterImport, UnitFacts
from accounts.permissions import may, units_where
from accounts.querysets import on_day
from accounts.roster.matching import CHANGED, DOUBTFUL, MOVED, NEW, SAME, SKIPPED, Plan
from accounts.roster.reading import read_table
from accounts.roster.words import GROUPS
from accounts.views.people import person_tops

PER_PAGE = 100
LEAVERS_AT_FIRST = 20
Shown = RosterImport.State


@login_required
@require_http_methods(["GET", "POST"])
def roster(request: HttpRequest) -> HttpResponse:
    """The file to take in, and the lists of before."""
    tops = person_tops(request, "unit.manage")
    initial = {"unit": request.GET.get("unit", "")}
    form = RosterForm(
        request.POST or None, request.FILES or None, units=unit_tree.choices(tops), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            table = read_table(data["file"].read(), data["file"].name)
            more = {"unit": data["unit"], "on": data["on"], "teaches": data["teaches"]}
            made = rosters.take_roster(by=request.user, filename=data["file"].name, table=table, **more)
            return redirect("accounts:roster_run", made.uid)
        except Refusal as refusal:
            form.add_error("file", refusal.message)
    context = {"form": form, "lists": _before(request)}
    return render(request, "accounts/roster.html", context, status=422 if form.errors else 200)


def _before(request: HttpRequest) -> list[RosterImport]:
    """The last lists of one's own units, with what can be done with each."""
    mine = units_where(request.user, "unit.manage").values("pk")
    found = list(
        RosterImport.objects.filter(unit__in=mine).defer("table", "repairs").select_related("by")[:10]
    )
    names = dict(
        UnitFacts.objects.filter(on_day(), unit__in={row.unit_id for row in found}).values_list(
            "unit_id", "name"
        )
    )
    for row in found:
        row.unit_name = names.get(row.unit_id, "")  # type: ignore[attr-defined]
        row.undo_until = rosters.last_day_of_undo(row)  # type: ignore[attr-defined]
        row.written = sum(row.result.get("counts", {}).values())  # type: ignore[attr-defined]
    return found


def list_in_view(request: HttpRequest, uid: UUID) -> RosterImport:
    """A list of a unit that the person administers; 404 for others."""
    found = get_object_or_404(RosterImport.objects.select_related("unit"), uid=uid)
    if not may(request.user, "unit.manage", found.unit_id):
        raise Http404
    return found


@login_required
@require_safe
def run(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The trial run; once written, the result."""
    found = list_in_view(request, uid)
    if found.state != Shown.DRAFT:
        return _result(request, found)
    known = roster_plan.people_known(found)
    plan = roster_plan.plan_of(found, known)
    group = request.GET.get("group", "")
    page = Paginator(_rows(plan, group), PER_PAGE).get_page(request.GET.get("page"))
    leavers = Paginator(plan.leavers, PER_PAGE if group == "left" else LEAVERS_AT_FIRST)
    facts = UnitFacts.objects.filter(on_day(), unit__in={item.unit for item in page} | {found.unit_id})
    form = ColumnsForm(
        headers=found.table["headers"], columns=found.columns, initial={"leavers": found.leavers}
    )
    context = {
        "roster": found,
        "plan": plan,
        "group": group,
        "groups": [(key, word, number) for key, word in GROUPS.items() if (number := _number(plan, key))],
        "doubtful": plan.of(DOUBTFUL) if group in {"", "doubtful"} else [],
        "page": page,
        "leavers": leavers.get_page(request.GET.get("page") if group == "left" else 1),
        "same": len(plan.of(SAME)),
        "after": len(known) + len(plan.of(NEW)) - len(plan.leavers),
        "names": dict(facts.values_list("unit_id", "name")),
        "form": form,
        "columns": [
            (form[f"column{n}"], _example(found.table["rows"], n)) for n in range(len(found.table["headers"]))
        ],
        "positions": Position.choices,
        "undo_days": rosters.UNDO_DAYS,
        "teaches": found.table.get("teaches", True),
    }
    return render(request, "accounts/roster_run.html", context)


def _rows(plan: Plan, group: str) -> list[Any]:
    """The rows of the table below what is doubtful: new, changed, moved and leaving, in this order."""
    if group == "doubtful":
        return []
    kinds = [group] if group in {NEW, CHANGED, MOVED, SKIPPED} else [NEW, CHANGED, MOVED]
    rows: list[Any] = [item for kind in kinds for item in plan.of(kind)] if group != "left" else []
    return rows


def _number(plan: Plan, group: str) -> int:
    return len(plan.leavers) if group == "left" else len(plan.of(group))


def _example(rows: list[list[str]], column: int) -> str:
    return next((row[column] for row in rows if column < len(row) and row[column]), "")


def _result(request: HttpRequest, found: RosterImport) -> HttpResponse:
    counts = found.result.get("counts", {})
    context = {
        "roster": found,
        "counts": [(GROUPS[key], number) for key, number in counts.items() if number],
        "total": sum(counts.values()),
        "created": len(found.result.get("created", [])),
        "doubtful": found.result.get("doubtful", 0),
        "left_out": len(found.result.get("out", ())) or found.result.get("doubtful", 0),
        "undo_until": rosters.last_day_of_undo(found),
        "is_undone": found.state == Shown.UNDONE,
    }
    return render(request, "accounts/roster_result.html", context)


def _act(
    request: HttpRequest, uid: UUID, do: Callable[[RosterImport], object], done: str = ""
) -> HttpResponse:
    """One act on a list, then back to it; refusals are told there."""
    found = list_in_view(request, uid)
    try:
        do(found)
        if done:
            messages.success(request, done)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    back = redirect("accounts:roster_run", found.uid)
    group = request.POST.get("group", "")
    if group in GROUPS:
        back["Location"] += f"?group={group}"
    return back


def _row(request: HttpRequest) -> int:
    text = request.POST.get("row", "")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Http404
    return int(text)


@login_required
@require_POST
def repair(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Other text for cells of one row."""
    row = _row(request)
    names = {"full_name", "unit", "born_on", "position", "email", "person", "confirmed"}
    fields = {name: request.POST[name] for name in names if name in request.POST}
    for name in ("unit", "position"):  # nothing chosen is no answer
        if not fields.get(name, "x").strip():
            del fields[name]

    def do(found: RosterImport) -> None:
        rosters.repair_roster(by=request.user, roster=found, row=row, **fields)

    return _act(request, uid, do, _("Row %(row)s is read anew.") % {"row": row})


@login_required
@require_POST
def skip(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Leaves a row out, or takes it in again."""
    row = _row(request)
    out = request.POST.get("out") != "0"

    def do(found: RosterImport) -> None:
        rosters.leave_out(by=request.user, roster=found, row=row, out=out)

    return _act(request, uid, do)


@login_required
@require_POST
def columns(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Which column holds what."""

    def do(found: RosterImport) -> None:
        form = ColumnsForm(request.POST, headers=found.table["headers"], columns=found.columns)
        columns, leavers = form.chosen()
        rosters.set_columns(by=request.user, roster=found, columns=columns, leavers=leavers)

    return _act(request, uid, do, _("The list is read anew with these columns."))


@login_required
@require_POST
def write(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _act(
        request,
        uid,
        lambda found: rosters.apply_roster(by=request.user, roster=found),
        _("The list is written."),
    )


@login_required
@require_POST
def undo(request: HttpRequest, uid: UUID) -> HttpResponse:
    return _act(
        request,
        uid,
        lambda found: rosters.undo_roster(by=request.user, roster=found),
        _("Taken back: everybody is as before the list."),
    )
