"""What the server holds of one attempt, for whoever leads the class: its parts, launches and commits kept."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from accounts.errors import Refusal
from courses.models import Attempt
from courses.runtime.scos import all_scos
from courses.training.actions.excusing import excuse_from_part
from courses.training.attempt_history import entries, flagged, words_of
from courses.training.devices import device_name
from courses.training.models import CourseRun
from repository.models import Kind

PER_PAGE = 50
LAUNCHES = 20
#: Why a launch ended, as ``close_sessions`` and a newer launch note it
ENDS = {
    "superseded": _("Opened again"),
    "deactivated": _("The account was closed"),
    "withdrawn": _("The lesson was taken down"),
    "class_closed": _("The class was closed"),
    "ended": _("Left the class"),
}
#: Verbs of cmi5 as people say them
VERBS = {
    "launched": pgettext_lazy("statement", "Opened"),
    "initialized": pgettext_lazy("statement", "Begun"),
    "completed": pgettext_lazy("statement", "Worked through"),
    "passed": pgettext_lazy("outcome", "Passed"),
    "failed": pgettext_lazy("outcome", "Not passed"),
    "terminated": pgettext_lazy("statement", "Ended"),
    "abandoned": pgettext_lazy("statement", "Left without ending it"),
    "waived": pgettext_lazy("statement", "Excused"),
    "satisfied": pgettext_lazy("statement", "All that is asked for is done"),
    "experienced": pgettext_lazy("statement", "Seen"),
    "answered": pgettext_lazy("statement", "Answered"),
    "interacted": pgettext_lazy("statement", "Worked in it"),
    "progressed": pgettext_lazy("statement", "Went on"),
    "attempted": pgettext_lazy("statement", "Tried"),
    "played": pgettext_lazy("statement", "Played"),
    "paused": pgettext_lazy("statement", "Paused"),
}
STATEMENTS = 50
REASON_WORDS = {
    "tested": pgettext_lazy("why excused", "Has shown that she can do it"),
    "equivalent": pgettext_lazy("why excused", "Did another lesson of the same kind"),
    "outside": pgettext_lazy("why excused", "Learnt it elsewhere"),
    "administrative": pgettext_lazy("why excused", "Decided by the organisers"),
}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def run_attempt(request: HttpRequest, uid: UUID, attempt: UUID) -> HttpResponse:
    """The history of one attempt of a class that she leads; excuses from a part. 404 for anybody else."""
    led = CourseRun.objects.led_by(request.user)
    rows = Attempt.objects.filter(enrolment__run__in=led, enrolment__run__uid=uid)
    found = get_object_or_404(
        rows.select_related("activity", "enrolment__run__course", "user", "version", "moved_from__version"),
        uid=attempt,
    )
    if request.method == "POST":
        return _excuse(request, found)
    titles = {sco.identifier: sco.title for sco in all_scos(found.version)}
    page = _commits(request, found, titles)
    context = {
        "run": found.enrolment.run,  # type: ignore[union-attr]
        "enrolment": found.enrolment,
        "attempt": found,
        "parts": [
            {"title": titles.get(state.sco_identifier, ""), "state": state, "words": words_of(state)}
            for state in found.states.defer("document").order_by("pk")
            if state.commits or state.completion != "unknown" or len(titles) == 1
        ],
        "launches": [
            {
                "row": row,
                "title": titles.get(row.sco_identifier, ""),
                "end": ENDS.get(row.close_reason, ""),
                "device": device_name(row.device),
            }
            for row in found.sessions.order_by("-opened_at", "-pk")[:LAUNCHES]
        ],
        "successors": found.moved_to.select_related("version").order_by("number"),
        "opened": found.sessions.count(),
        "page": page,
        "flagged": flagged(found),
        "statements": _statements(found, titles),
        "several": len(titles) > 1,
        "reasons": REASON_WORDS if found.version.kind == Kind.CMI5 else {},
    }
    return render(request, "courses/run_attempt.html", context)


def _excuse(request: HttpRequest, found: Attempt) -> HttpResponse:
    try:
        excuse_from_part(
            by=request.user,
            attempt=found,
            sco=request.POST.get("sco", ""),
            reason=request.POST.get("reason", ""),
        )
        messages.success(request, _("Excused: the part counts as done."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect(request.path)


def _commits(request: HttpRequest, attempt: Attempt, titles: dict[str, str]) -> Any:
    """A page of the commits kept, newest first, each told by what it brought."""
    rows = attempt.commits_kept.select_related("session").defer("document").order_by("-at", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    earlier = rows[page.end_index() : page.end_index() + PER_PAGE] if page.has_next() else []
    page.object_list = entries(page.object_list, earlier, titles)
    return page


def _statements(attempt: Attempt, titles: dict[str, str]) -> list[dict[str, Any]]:
    """What a cmi5 lesson reported and the platform noted, newest first; none for other lessons."""
    if attempt.version.kind != Kind.CMI5:
        return []
    rows = attempt.statements.defer("document").order_by("-stored_at", "-pk")[:STATEMENTS]
    shown = []
    for row in rows:
        verb = row.verb.rpartition("/")[2]
        shown.append({"row": row, "word": VERBS.get(verb, verb), "part": titles.get(row.sco_identifier, "")})
    return shown
