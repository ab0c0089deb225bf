"""Classes: the page of one, making and changing it, enrolling people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.days import today
from accounts.errors import Refusal
from accounts.models import Membership, OrgUnit, Position, UnitFacts, User
from accounts.permissions import holds, may, units_where
from accounts.querysets import on_day
from accounts.text import fold, nfc
from courses.training import actions
from courses.training.forms import InstructorsForm, NewRunForm, PeopleForm, RunForm, units_to_choose
from courses.training.models import Completion, Course, CourseRun, Enrolment
from courses.training.views_manage import add_refusal

PEOPLE_PER_PAGE = 50


def primary_unit(user: str = "user") -> Subquery:
    """The name today of a person's main unit, as an annotation."""
    facts = UnitFacts.objects.filter(
        on_day(),
        on_day(prefix="unit__memberships__"),
        unit__memberships__user=OuterRef(user),
        unit__memberships__primary=True,
    )
    return Subquery(facts.values("name")[:1])


@login_required
@require_safe
def run(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The class for those who run it; a learner is taken to the course."""
    found = get_object_or_404(
        CourseRun.objects.visible_to(request.user)
        .with_rights(request.user)
        .select_related("course")
        .distinct(),
        uid=uid,
    )
    manages = found.manages
    if not manages and not found.instructors.filter(user=request.user).exists():
        return redirect(f"{reverse('courses:course', args=[found.course.uid])}?class={found.uid}")
    people, counts = _people_of_class(found, request.GET)
    page = Paginator(people, PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    pins = list(
        found.pins.select_related("activity", "version").order_by(
            "activity__section__position", "activity__position"
        )
    )
    required = sum(pin.activity.required for pin in pins)
    context = {
        "run": found,
        "course": found.course,
        "manages": manages,
        "page": page,
        "rows": [(row, round(row.progress * required)) for row in page],
        "required": required,
        "ever_enrolled": bool(counts["all"]) or found.enrolments.exists(),
        "counts": counts,
        "show": request.GET.get("show", ""),
        "query": request.GET.get("q", "")[:100],
        "instructors": list(found.instructors.select_related("user").order_by("-lead", "user__sort_name")),
        "pins": pins,
        "today": today(),
    }
    return render(request, "courses/run.html", context)


def _people_of_class(found: CourseRun, asked: Any) -> tuple[Any, dict[str, int]]:
    """Enrolments to list and how many there are of each kind: all, done, begun, not begun."""
    done = Exists(Completion.objects.filter(enrolment=OuterRef("pk"), revoked_on=None))
    people = (
        Enrolment.objects.active()
        .filter(run=found)
        .select_related("user", "completion")
        .annotate(unit_name=primary_unit(), done=done)
        .order_by("user__sort_name", "pk")
    )
    kinds = {
        "": Q(),
        "done": Q(done=True),
        "begun": Q(done=False, last_active_at__isnull=False),
        "new": Q(done=False, last_active_at=None),
    }
    flags = list(people.values_list("done", "last_active_at"))
    counts = {
        "all": len(flags),
        "done": sum(1 for done_, _at in flags if done_),
        "begun": sum(1 for done_, at in flags if not done_ and at),
        "new": sum(1 for done_, at in flags if not done_ and not at),
    }
    people = people.filter(kinds.get(asked.get("show", ""), Q()))
    query = fold(nfc(asked.get("q", ""))).strip()[:100]
    if query:
        people = people.filter(user__sort_name__contains=query)
    return people, counts


@login_required
@require_http_methods(["GET", "POST"])
def run_new(request: HttpRequest) -> HttpResponse:
    """A new class of an open course (``?course=``)."""
    course = get_object_or_404(
        Course.objects.visible_to(request.user).distinct(), uid=_uid(request.GET.get("course"))
    )
    form = NewRunForm(request.POST or None, user=request.user, course_unit=course.unit_id)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_run(by=request.user, course=course, **form.cleaned_data)
            messages.success(request, _("The class is planned. Enrol people, then open it."))
            return redirect("courses:run_people", made.uid)
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"course": course, "form": form, "nowhere": not form.fields["unit"].queryset.exists()}  # type: ignore[attr-defined]
    return render(request, "courses/run_new.html", context, status=422 if form.errors else 200)


def _uid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise Http404 from None


def _managed(request: HttpRequest, uid: UUID) -> CourseRun:
    runs = CourseRun.objects.manageable_by(request.user).select_related("course")
    return get_object_or_404(runs, uid=uid)


@login_required
@require_http_methods(["GET", "POST"])
def run_edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Name, dates and instructors."""
    found = _managed(request, uid)
    fields = ("name", "opens_on", "closes_on", "school_year")
    form = RunForm(request.POST or None, initial={name: getattr(found, name) for name in fields})
    teachers = InstructorsForm(request.POST or None, initial=InstructorsForm.initial_of(found))
    if request.method == "POST" and form.is_valid() and teachers.is_valid():
        try:
            actions.edit_run(by=request.user, run=found, **form.cleaned_data)
            actions.set_instructors(by=request.user, run=found, users=teachers.cleaned_data["names"])
            messages.success(request, pgettext("training", "Saved."), extra_tags="toast")
            return redirect("courses:run", found.uid)
        except Refusal as refusal:
            add_refusal(form, refusal)
    context = {"run": found, "course": found.course, "form": form, "teachers": teachers}
    return render(
        request, "courses/run_edit.html", context, status=422 if form.errors or teachers.errors else 200
    )


@login_required
@require_POST
def run_act(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Opens, closes or deletes a class."""
    found = _managed(request, uid)
    act = request.POST.get("act")
    try:
        if act == "open":
            actions.open_run(by=request.user, run=found)
            messages.success(request, _("The class is open."))
            if not found.enrolments.filter(state=Enrolment.State.ACTIVE).exists():
                said, url = (
                    _("The class has no learners yet."),
                    reverse("courses:run_people", args=[found.uid]),
                )
                messages.warning(request, _with_link(said, url, _("Enrol people")))
        elif act == "close":
            actions.close_run(by=request.user, run=found)
            messages.success(request, _("The class is closed. What was completed is kept."))
        elif act == "delete":
            actions.delete_run(by=request.user, run=found)
            messages.success(request, _("“%(title)s” is deleted.") % {"title": found.name})
            return redirect("courses:manage" if holds(request.user, "course.manage") else "courses:list")
        else:
            raise Http404
    except Refusal as refusal:
        said = refusal.message
        if refusal.code in {"class_course_empty", "activity_not_published"}:
            page = (
                "courses:edit"
                if may(request.user, "course.manage", found.course.unit_id)
                else "courses:course"
            )
            said = _with_link(said, reverse(page, args=[found.course.uid]), found.course.title)
        messages.error(request, said)
    return redirect("courses:run", found.uid)


def _with_link(said: str, url: str, name: str) -> str:
    return format_html('{} <a href="{}">{}</a>', said, url, name)


@login_required
@require_http_methods(["GET", "POST"])
def run_people(request: HttpRequest, uid: UUID) -> HttpResponse:
    """People of a unit to tick and enrol."""
    found = _managed(request, uid)
    units = units_to_choose(request.user, "class.manage")
    chosen = units.filter(code=request.GET["unit"]).first() if request.GET.get("unit") else None
    chosen = chosen or units.filter(pk=found.unit_id).first()
    people = _people_to_enrol(request, chosen)
    form = PeopleForm(request.POST if request.method == "POST" else None, allowed=people)
    if request.method == "POST" and form.is_valid():
        try:
            done = actions.enrol(by=request.user, run=found, users=form.cleaned_data["people"])
            _say_enrolled(request, len(done.new), len(done.already))
            return redirect("courses:run", found.uid)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
    page = Paginator(_described(people, found), PEOPLE_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "run": found,
        "course": found.course,
        "units": units,
        "chosen": chosen,
        "page": page,
        "form": form,
        "positions": Position.choices,
        "position": request.GET.get("position", ""),
        "query": request.GET.get("q", "")[:100],
    }
    return render(request, "courses/run_people.html", context, status=422 if form.errors else 200)


def _say_enrolled(request: HttpRequest, new: int, already: int) -> None:
    said = ngettext("%(n)s person enrolled.", "%(n)s people enrolled.", new) % {"n": new}
    if already:
        said += " " + ngettext(
            "%(n)s was in the class already.", "%(n)s were in the class already.", already
        ) % {"n": already}
    messages.success(request, said)


def _people_to_enrol(request: HttpRequest, unit: OrgUnit | None) -> Any:
    """People who work today in the chosen unit or below, in the manager's own subtree."""
    members = Membership.objects.primary_on(today()).filter(
        unit__in=units_where(request.user, "class.manage").values("pk")
    )
    members = members.in_subtree(unit) if unit else members.none()
    position = request.GET.get("position", "")
    if position in Position.values:
        members = members.filter(position=position)
    people = User.objects.filter(is_active=True, pk__in=members.values("user"))
    query = fold(nfc(request.GET.get("q", ""))).strip()[:100]
    if query:
        people = people.filter(sort_name__contains=query)
    return people.order_by("sort_name", "pk")


def _described(people: Any, found: CourseRun) -> Any:
    here = Enrolment.objects.active().filter(run=found, user=OuterRef("pk"))
    elsewhere = (
        Enrolment.objects.active()
        .filter(run__course=found.course_id, user=OuterRef("pk"))
        .exclude(run=found)
        .order_by("-enrolled_at")
    )
    position = Membership.objects.primary_on(today()).filter(user=OuterRef("pk"))
    return people.annotate(
        unit_name=primary_unit("pk"),
        position=Subquery(position.values("position")[:1]),
        here=Exists(here),
        elsewhere=Subquery(elsewhere.values("run__name")[:1]),
        completed_on=Subquery(
            Completion.objects.filter(user=OuterRef("pk"), course=found.course_id, revoked_on=None)
            .order_by(F("on").desc())
            .values("on")[:1]
        ),
    )


@login_required
@require_POST
def enrolments_end(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Takes the ticked people out of a class."""
    found = _managed(request, uid)
    form = PeopleForm(request.POST, allowed=User.objects.filter(enrolments__run=found))
    if not form.is_valid():
        messages.error(request, _("Tick at least one person."))
        return redirect("courses:run", found.uid)
    people = form.cleaned_data["people"]
    for enrolment in Enrolment.objects.active().filter(run=found, user__in=people).select_related("run"):
        actions.end_enrolment(by=request.user, enrolment=enrolment)
    count = len(people)
    messages.success(
        request,
        ngettext("%(n)s person left the class.", "%(n)s people left the class.", count) % {"n": count},
    )
    return redirect("courses:run", found.uid)
