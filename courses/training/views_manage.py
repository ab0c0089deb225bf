"""Building courses: the list of those one manages, and the builder."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.days import today
from accounts.errors import NotAllowed, Refusal
from accounts.models import OrgUnit, UnitAncestry
from accounts.permissions import holds
from accounts.querysets import on_day
from accounts.text import collation, fold, nfc
from courses.training import actions
from courses.training.actions.activities import PLAYED_KINDS
from courses.training.forms import CourseForm, NewCourseForm, PickedForm, SectionForm
from courses.training.models import Activity, Course, CourseRun, Section
from courses.training.switching import newer_waiting
from courses.training.undecided import Undecided, undecided_in
from courses.training.views import PER_PAGE
from repository.models import Kind, LearningResource, Publication

#: Classes of a course beside it in the list; the others are in its builder.
CLASSES_AT_FIRST = 5


#: So many ticks travel from one search of the picker to the next
MOST_TICKED = 100
KIND_ICONS = dict.fromkeys(PLAYED_KINDS, "play") | {"image": "image", "video": "video", "audio": "play"}


def add_refusal(form: Any, refusal: Refusal) -> None:
    """Shows a refusal in the form it came from."""
    form.add_error(None, refusal.message)


def to_activity(activity: Activity) -> str:
    """The address of an activity in its builder, whose link gets the focus."""
    page = reverse("courses:edit", args=[activity.section.course.uid])
    return f"{page}#t-{activity.uid}"


def course_of(request: HttpRequest, uid: UUID) -> Course:
    """A course that she manages; 404 for any other."""
    return get_object_or_404(Course.objects.manageable_by(request.user).select_related("unit"), uid=uid)


@login_required
@require_safe
def manage(request: HttpRequest) -> HttpResponse:
    """Courses one manages, with their classes."""
    if not holds(request.user, "course.manage"):
        raise NotAllowed("course.manage")
    courses = (
        Course.objects.manageable_by(request.user)
        .annotate(
            activities=Count(
                "sections__activities",
                filter=Q(sections__retired_at=None, sections__activities__retired_at=None),
                distinct=True,
            )
        )
        .prefetch_related(
            Prefetch(
                "runs", CourseRun.objects.order_by("-opens_on", "pk")[:CLASSES_AT_FIRST], to_attr="newest"
            )
        )
        .order_by("state", "title", "pk")
    )
    page = Paginator(courses, PER_PAGE).get_page(request.GET.get("page"))
    names = OrgUnit.objects.names({course.unit_id for course in page})
    of_course = (
        CourseRun.objects.filter(course__in=[course.pk for course in page]).order_by().values("course")
    )
    classes = dict(of_course.annotate(n=Count("pk")).values_list("course", "n"))
    newer: dict[int, list[Undecided]] = {}
    for one in undecided_in([course.pk for course in page]):
        newer.setdefault(one.course.pk, []).append(one)
    rows = [
        (
            course,
            names.get(course.unit_id, ""),
            max(classes.get(course.pk, 0) - CLASSES_AT_FIRST, 0),
            newer.get(course.pk, []),
        )
        for course in page
    ]
    return render(request, "courses/manage.html", {"page": page, "rows": rows, "today": today()})


@login_required
@require_http_methods(["GET", "POST"])
def course_new(request: HttpRequest) -> HttpResponse:
    if not holds(request.user, "course.manage"):
        raise NotAllowed("course.manage")
    form = NewCourseForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        course = actions.create_course(by=request.user, **form.cleaned_data)
        messages.success(request, _("The course is made. Add its first section."))
        return redirect("courses:edit", course.uid)
    return render(request, "courses/course_new.html", {"form": form}, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def course_edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The builder. A POST here saves the course's own facts."""
    course = course_of(request, uid)
    initial = {"title": course.title, "summary": course.summary, "periods": course.periods}
    form = CourseForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.edit_course(by=request.user, course=course, **form.cleaned_data)
        messages.success(request, pgettext("training", "Saved."), extra_tags="toast")
        return redirect("courses:edit", course.uid)
    return builder(request, course, form=form)


def builder(request: HttpRequest, course: Course, *, add: int | None = None, **forms: Any) -> HttpResponse:
    """The builder with the forms that came back; ``add``: the section whose adding is open."""
    forms.setdefault("form", CourseForm(initial=vars(course)))
    live = Activity.objects.filter(retired_at=None).select_related("opens_after").defer("body")
    sections = list(
        course.sections.filter(retired_at=None)
        .order_by("position", "pk")
        .prefetch_related(Prefetch("activities", live.order_by("position", "pk")))
    )
    activities = [activity for section in sections for activity in section.activities.all()]
    newer = newer_waiting(activities, course.unit_id)
    for number, activity in enumerate(activities, start=1):
        activity.number = number
        activity.newer = newer.get(activity.pk)
    early = _before_what_they_wait_for(activities)
    moved = next((a for a in activities if str(a.uid) == request.GET.get("moved")), None)
    context = {
        "course": course,
        "course_unit": OrgUnit.objects.names({course.unit_id}).get(course.unit_id, ""),
        "sections": sections,
        "activities": activities,
        "required": sum(activity.required for activity in activities),
        "empty_pages": _empty_pages(activities),
        "runs": Paginator(course.runs.order_by("-opens_on", "pk"), PER_PAGE).get_page(
            request.GET.get("classes")
        ),
        "section_form": SectionForm(),
        "removed": _retired(course, request.GET.get("removed", "")),
        "add": add,
        "moved": moved,
        "early": early,
        "early_now": [one for one in early if moved in (one, one.opens_after)],
        "moved_up": request.GET.get("way") == "up",
        **forms,
    }
    errors = any(getattr(form, "errors", None) for form in forms.values())
    return render(request, "courses/builder.html", context, status=422 if errors else 200)


def _before_what_they_wait_for(activities: list[Activity]) -> list[Activity]:
    """Those that open after one further down; ``activities`` in their order."""
    place = {activity.pk: at for at, activity in enumerate(activities)}
    return [one for at, one in enumerate(activities) if place.get(one.opens_after_id or 0, at) > at]


def _empty_pages(activities: list[Activity]) -> list[Activity]:
    """Pages of text on which nothing is written yet."""
    pages = [activity for activity in activities if activity.kind == Activity.Kind.PAGE]
    written = (
        dict(Activity.objects.filter(pk__in=[page.pk for page in pages]).values_list("pk", "body"))
        if pages
        else {}
    )
    return [page for page in pages if not written[page.pk]]


def _retired(course: Course, uid: str) -> Activity | None:
    """The activity just taken out, for the note that offers to put it back."""
    try:
        wanted = UUID(uid)
    except ValueError:
        return None
    return Activity.objects.filter(section__course=course, uid=wanted).exclude(retired_at=None).first()


@login_required
@require_POST
def section_add(request: HttpRequest, uid: UUID) -> HttpResponse:
    course = course_of(request, uid)
    form = SectionForm(request.POST)
    if not form.is_valid():
        return builder(request, course, section_form=form)
    added = actions.add_section(by=request.user, course=course, title=form.cleaned_data["title"])
    messages.success(request, _("The section “%(title)s” is added.") % form.cleaned_data, extra_tags="toast")
    return redirect(f"{reverse('courses:edit', args=[course.uid])}#s-{added.pk}")


@login_required
@require_POST
def section_act(request: HttpRequest, uid: UUID, section: int) -> HttpResponse:
    """Renames, moves or removes a section: the button pressed says which."""
    course = course_of(request, uid)
    found = get_object_or_404(Section, course=course, retired_at=None, pk=section)
    act = request.POST.get("act")
    try:
        if act == "rename":
            actions.edit_section(by=request.user, section=found, title=request.POST.get("title", ""))
        elif act in {"up", "down"}:
            actions.move_section(by=request.user, section=found, steps=-1 if act == "up" else 1)
        elif act == "remove":
            actions.remove_section(by=request.user, section=found)
        else:
            raise Http404
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("courses:edit", course.uid)


@login_required
@require_POST
def course_act(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Opens, closes or deletes a course."""
    course = course_of(request, uid)
    if request.POST.get("act") == "delete":
        return _delete_course(request, course)
    verbs = {"open": actions.open_course, "close": actions.close_course}
    verb = verbs.get(request.POST.get("act", ""))
    if verb is None:
        raise Http404
    try:
        verb(by=request.user, course=course)
        said = (
            _("The course is open. Classes can be made of it.")
            if verb is actions.open_course
            else _("The course is closed.")
        )
        messages.success(request, said)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("courses:edit", course.uid)


def _delete_course(request: HttpRequest, course: Course) -> HttpResponse:
    title = course.title
    try:
        actions.delete_course(by=request.user, course=course)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("courses:edit", course.uid)
    messages.success(request, _("“%(title)s” is deleted.") % {"title": title})
    return redirect("courses:manage")


@login_required
@require_http_methods(["GET", "POST"])
def pick(request: HttpRequest, uid: UUID, section: int) -> HttpResponse:
    """The resource picker: what is published for the course's unit and visible to the person."""
    course = course_of(request, uid)
    found = get_object_or_404(Section, course=course, retired_at=None, pk=section)
    if request.method == "POST":
        form = PickedForm(request.POST, allowed=_pickable(request, course))
        if form.is_valid():
            return _add_picked(request, found, form.cleaned_data["resources"])
        messages.error(request, _("Tick at least one lesson of the list, then add it."))
    query = nfc(request.GET.get("q", "")).strip()[:100]
    kind = request.GET.get("kind", "")
    sent = request.POST if request.method == "POST" else request.GET
    every = _pickable(request, course)
    chosen = _in_order(every, _uids(sent.getlist("resources")), "uid")
    fitting = _fitting(_pickable(request, course, kind).exclude(pk__in=[one.pk for one in chosen]), query)
    page = Paginator(fitting, PER_PAGE).get_page(request.GET.get("page"))
    page.object_list = _in_order(every, page.object_list, "pk")
    context = {
        "course": course,
        "section": found,
        "page": page,
        "query": query,
        "kind": kind,
        "chosen": chosen,
    }
    return render(request, "courses/pick.html", context, status=422 if request.method == "POST" else 200)


def _uids(sent: list[str]) -> list[UUID]:
    """Which lessons an address or form names; what is no such name is left out."""
    found = []
    for text in sent[:MOST_TICKED]:
        with suppress(ValueError):
            found.append(UUID(text))
    return found


def _fitting(resources: Any, query: str) -> list[int]:
    """Ids of the resources whose name or keywords hold every word, marks or no marks, in Vietnamese order."""
    words = fold(query).split()
    found = [
        (collation(title), pk)
        for pk, title, keywords in resources.values_list("pk", "title", "keywords")
        if all(word in fold(f"{title} {keywords}") for word in words)
    ]
    return [pk for _title, pk in sorted(found)]


def _in_order(resources: Any, keys: list[Any], field: str) -> list[LearningResource]:
    """The resources with those keys, in the order of the keys, each with the word for its kind of file."""
    if not keys:
        return []
    rows = {getattr(row, field): row for row in resources.filter(**{f"{field}__in": keys})}
    for row in rows.values():
        row.kind_word, row.kind_icon = Kind(row.kind).label, KIND_ICONS.get(row.kind, "file")
    return [rows[key] for key in dict.fromkeys(keys) if key in rows]


def _add_picked(request: HttpRequest, section: Section, resources: list[LearningResource]) -> HttpResponse:
    """One lesson: its condition comes next. Several: each has the usual one, shown in the builder."""
    added = actions.add_activities(by=request.user, section=section, resources=resources)
    if len(added) == 1:
        messages.success(request, _("Added. Now say when it is completed."))
        return redirect("courses:activity", added[0].uid)
    messages.success(
        request,
        ngettext("%(n)s activity added.", "%(n)s activities added.", len(added)) % {"n": len(added)},
        extra_tags="toast",
    )
    return redirect(to_activity(added[0]))


def _pickable(request: HttpRequest, course: Course, kind: str = "") -> Any:
    above = UnitAncestry.objects.filter(on_day(), descendant=course.unit_id).values("ancestor")
    published = Publication.objects.in_force().filter(unit__in=above, version__ingest="ready")
    if kind == Activity.Kind.PACKAGE:
        published = published.filter(version__kind__in=PLAYED_KINDS)
    elif kind == Activity.Kind.RESOURCE:
        published = published.exclude(version__kind__in=PLAYED_KINDS)
    return (
        LearningResource.objects.visible_to(request.user)
        .filter(pk__in=published.values("version__resource"))
        .annotate(
            kind=published.filter(version__resource=OuterRef("pk"))
            .order_by("-pk")
            .values("version__kind")[:1]
        )
        .select_related("subject", "type", "author")
        .prefetch_related("grades")
    )
