"""Reminding the people of a class: whom, with which words, and then the mail."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.days import today
from accounts.errors import Refusal
from courses.training import actions, reminders
from courses.training.forms import ReminderForm
from courses.training.models import CourseRun, Enrolment, Reminder
from courses.training.roster import pace_of, people_of

#: Who may be reminded: never begun, behind an even pace, everybody who has not finished
WHOM = ("new", "late", "open")


@login_required
@require_http_methods(["GET", "POST"])
def run_remind(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A look at whom and at the words; sending cannot be taken back, so it is a step of its own."""
    runs = CourseRun.objects.led_by(request.user).select_related("course")
    found = get_object_or_404(runs, uid=uid)
    asked = (request.POST if request.method == "POST" else request.GET).get("who", "")
    who = asked if asked in WHOM else "open"
    pace = pace_of(found, found.pins.filter(activity__required=True).count())
    people, counts = people_of(found, pace, {"show": who})
    form = ReminderForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.remind(
                by=request.user,  # type: ignore[arg-type]
                run=found,
                enrolments=people,
                words=form.cleaned_data["words"],
            )
            _say(request, done)
            return redirect("courses:run", found.uid)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
    context = {
        "run": found,
        "who": who,
        "counts": [(name, counts[name]) for name in WHOM if counts[name] or name == who],
        "running": CourseRun.objects.running().filter(pk=found.pk).exists(),
        "form": form,
        "before": _before(found),
        **_receivers(request, found, list(people)),
    }
    return render(request, "courses/run_remind.html", context, status=422 if form.errors else 200)


def _receivers(request: HttpRequest, found: CourseRun, people: list[Enrolment]) -> dict[str, Any]:
    """Who gets the mail, who does not and why, and the mail as the first of them would read it."""
    today_s = Reminder.objects.filter(on=today(), user__enrolments__run=found)
    had = set(today_s.values_list("user_id", flat=True))
    reached = [row for row in people if row.user.email and row.user.is_active and row.user_id not in had]
    first = next(iter(reached), None)
    if first:
        first.run = found  # with its course; the rows have none
    return {
        "receivers": reached,
        "already": [row for row in people if row.user_id in had],
        "no_address": [row for row in people if not row.user.email and row.user_id not in had],
        "subject": reminders.subject_of(first) if first else "",
        "text": reminders.text_of(first, request.user, "") if first else "",
    }


def _before(found: CourseRun) -> Any:
    """The last reminders of the class: day, sender, how many people, how many mails have left."""
    rows = Reminder.objects.filter(enrolment__run=found)
    grouped = rows.values("batch", "on", "by__last_name", "by__first_name")
    return grouped.annotate(n=Count("pk"), sent=Count("sent_at"), last=Max("pk")).order_by("-last")[:10]


def _say(request: HttpRequest, done: actions.Reminded) -> None:
    if done.told:
        said = ngettext(
            "A reminder is on its way to %(n)s person.",
            "A reminder is on its way to %(n)s people.",
            done.told,
        )
        messages.success(request, said % {"n": done.told})
    else:
        messages.info(request, _("Nobody was reminded: all of them had a reminder today, or have no e-mail."))
