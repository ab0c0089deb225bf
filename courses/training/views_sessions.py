"""Sessions of a class: planning them, and the roll as it is kept on a phone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.days import today
from accounts.errors import Refusal
from courses.training import actions
from courses.training.forms_classes import SessionForm, marks_of
from courses.training.models import Attendance, ClassSession, CourseRun, Enrolment
from courses.training.roster import primary_unit
from courses.training.views_manage import add_refusal

ROLL_PER_PAGE = 100
#: Marks older than this were made on a device whose clock cannot be believed
OLDEST = timedelta(days=30)


def _run(request: HttpRequest, uid: UUID) -> CourseRun:
    """A class she manages or teaches; 404 for anybody else."""
    runs = CourseRun.objects.led_by(request.user).with_rights(request.user).select_related("course")
    return get_object_or_404(runs, uid=uid)


def _session(request: HttpRequest, uid: UUID, session: UUID) -> ClassSession:
    found = ClassSession.objects.filter(
        run__uid=uid, run__in=CourseRun.objects.led_by(request.user)
    ).select_related("run__course", "activity")
    return get_object_or_404(found, uid=session)


@login_required
@require_http_methods(["GET", "POST"])
def session_new(request: HttpRequest, uid: UUID) -> HttpResponse:
    run = _run(request, uid)
    form = SessionForm(request.POST or None, run=run, initial=_usual(run))
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_session(by=request.user, run=run, **form.facts)
            messages.success(
                request, _("The session is planned. Learners see it on their page of the class.")
            )
            return redirect(f"{reverse('courses:run', args=[run.uid])}#sessions")
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"run": run, "course": run.course, "form": form}
    return render(request, "courses/session_edit.html", context, status=422 if form.errors else 200)


def _usual(run: CourseRun) -> dict[str, Any]:
    """A new session begins like the last one, a week later, for the next activity without a session."""
    last = run.sessions.order_by("starts_at").last()
    initial: dict[str, Any] = {"mode": ClassSession.Mode.ROOM, "begins": "08:00", "ends": "11:30"}
    if last is not None:
        initial = SessionForm.initial_of(last) | {"title": "", "note": "", "day": None, "activity": None}
        later = timezone.localdate(last.starts_at) + timedelta(days=7)
        initial["day"] = later if later <= run.closes_on else None
    form = SessionForm(run=run)
    if "activity" in form.fields:
        left = form.fields["activity"].queryset.exclude(sessions__run=run)  # type: ignore[attr-defined]
        following = left.first()
        if following is not None:
            initial |= {"activity": following.pk, "title": following.title}
    return initial


@login_required
@require_http_methods(["GET", "POST"])
def session_edit(request: HttpRequest, uid: UUID, session: UUID) -> HttpResponse:
    found = _session(request, uid, session)
    run = found.run
    form = SessionForm(request.POST or None, run=run, initial=SessionForm.initial_of(found))
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_session(by=request.user, session=found, **form.facts)
            messages.success(request, _("“%(title)s” is saved.") % {"title": form.cleaned_data["title"]})
            return redirect(f"{reverse('courses:run', args=[run.uid])}#sessions")
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"run": run, "course": run.course, "form": form, "session": found}
    return render(request, "courses/session_edit.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def session_act(request: HttpRequest, uid: UUID, session: UUID) -> HttpResponse:
    """Cancels a session with its reason, or puts it back."""
    found = _session(request, uid, session)
    act = request.POST.get("act")
    try:
        if act == "cancel":
            actions.cancel_session(by=request.user, session=found, reason=request.POST.get("reason", ""))
            messages.success(request, _("“%(title)s” is cancelled.") % {"title": found.title})
        elif act == "restore":
            actions.restore_session(by=request.user, session=found)
            messages.success(request, _("“%(title)s” takes place.") % {"title": found.title})
        else:
            raise Http404
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("courses:session_edit", found.run.uid, found.uid)
    return redirect(f"{reverse('courses:run', args=[found.run.uid])}#sessions")


def _everybody(session: ClassSession) -> Any:
    return Enrolment.objects.active().filter(run=session.run_id)


@login_required
@require_http_methods(["GET", "POST"])
def session(request: HttpRequest, uid: UUID, session: UUID) -> HttpResponse:
    """The roll. A POST saves what it names; a script sends single marks and gets the counts back."""
    found = _session(request, uid, session)
    if request.method == "POST":
        return _save(request, found)
    everybody = _everybody(found)
    tally = _tally(found)
    show = request.GET.get("show", "")
    page = Paginator(_shown(found, everybody, show), ROLL_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "session": found,
        "run": found.run,
        "course": found.run.course,
        "page": page,
        "rows": [(row, row.marks[0] if row.marks else None) for row in page],
        "tally": tally,
        "show": show,
        "early": timezone.localdate(found.starts_at) > today(),
        "markable": _markable(found),
        "saved_at": max((row.marks[0].marked_at for row in page if row.marks), default=None),
    }
    return render(request, "courses/session.html", context)


def _markable(session: ClassSession) -> bool:
    return (
        session.run.state == CourseRun.State.OPEN
        and session.state != ClassSession.State.CANCELLED
        and timezone.localdate(session.starts_at) <= today()
    )


def _shown(session: ClassSession, everybody: Any, show: str) -> Any:
    mine = Attendance.objects.filter(session=session).select_related("marked_by")
    kinds = {
        "unmarked": ~Q(attendance__session=session),
        "absent": Q(attendance__session=session, attendance__mark__in=["absent", "excused"]),
    }
    if show == "unmarked":
        everybody = everybody.exclude(pk__in=mine.values("enrolment"))
    elif show in kinds:
        everybody = everybody.filter(kinds[show])
    return (
        everybody.select_related("user")
        .annotate(unit_name=primary_unit())
        .prefetch_related(Prefetch("attendance", mine, to_attr="marks"))
        .order_by("user__sort_name", "pk")
    )


def _tally(session: ClassSession) -> dict[str, int]:
    """How many are marked how, of the people in the class now."""
    rows = session.attendance.filter(enrolment__state=Enrolment.State.ACTIVE).order_by()
    counted = dict(rows.values_list("mark").annotate(n=Count("pk")))
    total = _everybody(session).count()
    return {
        "present": counted.get("present", 0),
        "late": counted.get("late", 0),
        "absent": counted.get("absent", 0) + counted.get("excused", 0),
        "unmarked": total - sum(counted.values()),
        "all": total,
    }


def _save(request: HttpRequest, session: ClassSession) -> HttpResponse:
    by_script = request.headers.get("Accept", "").startswith("application/json")
    act = request.POST.get("act", "")
    people = dict(_everybody(session).values_list("uid", "pk"))
    marks = marks_of(request.POST, people) if act != "clear" else dict.fromkeys(people.values(), ("", ""))
    try:
        done = actions.mark_attendance(
            by=request.user, session=session, marks=marks, made_at=_made_at(request.POST.get("age", ""))
        )
        if act in {"rest_present", "rest_absent"}:
            marked = set(session.attendance.values_list("enrolment_id", flat=True))
            rest = {pk: (act.removeprefix("rest_"), "") for pk in people.values() if pk not in marked}
            actions.mark_attendance(by=request.user, session=session, marks=rest)
    except Refusal as refusal:
        if by_script:
            return JsonResponse({"code": refusal.code, "message": refusal.message}, status=409)
        messages.error(request, refusal.message)
        return redirect("courses:session", session.run.uid, session.uid)
    if by_script:
        answer = {"saved": True, "at": f"{timezone.localtime():%H:%M}", "tally": _tally(session)}
        return JsonResponse(answer | {"said": _kept(done)})
    said = _("The roll is cleared.") if act == "clear" else _("The roll is saved.")
    messages.success(request, said)
    if _kept(done):
        messages.warning(request, _kept(done))
    where = reverse("courses:session", args=[session.run.uid, session.uid])
    return redirect(f"{where}?{request.GET.urlencode()}" if request.GET else where)


def _made_at(age: str) -> Any:
    """When marks sent late were made; None for those sent as they are made."""
    if not age.isdecimal() or len(age) > 9 or int(age) < 30:
        return None
    return timezone.now() - min(timedelta(seconds=int(age)), OLDEST)


def _kept(done: actions.Marked) -> str:
    """Says what a mark taken back could not take back, and whose mark was left as it is."""
    said = []
    if done.completed_before:
        n = len(done.completed_before)
        said.append(
            ngettext(
                "%(n)s person had completed the course before: that stays recorded.",
                "%(n)s people had completed the course before: that stays recorded.",
                n,
            )
            % {"n": n}
        )
    if done.left_out:
        n = len(done.left_out)
        said.append(
            ngettext(
                "%(n)s mark was left out: marked by somebody else since, or no longer in the class.",
                "%(n)s marks were left out: marked by somebody else since, or no longer in the class.",
                n,
            )
            % {"n": n}
        )
    return " ".join(said)
