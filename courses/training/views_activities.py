"""One activity of a course as its builder describes it: facts, condition, lock, the text of a page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import Refusal
from courses.training import actions
from courses.training.forms_activities import ActivityForm, NewActivityForm
from courses.training.models import Activity, Course, Section
from courses.training.page_editor import ICONS, LABELS, NOT_ADDED, Draft, changed_by, drafts_in, drafts_of
from courses.training.page_view import shown_blocks
from courses.training.prose import LINKED
from courses.training.views_manage import add_refusal, builder, course_of, to_activity
from repository.models import LearningResource


def _activity(request: HttpRequest, uid: UUID, *, retired: bool = False) -> Activity:
    found = Activity.objects.filter(
        retired_at__isnull=not retired, section__course__in=Course.objects.manageable_by(request.user)
    )
    return get_object_or_404(
        found.select_related("section__course__unit", "resource", "opens_after"), uid=uid
    )


@login_required
@require_POST
def activity_add(request: HttpRequest, uid: UUID, section: int) -> HttpResponse:
    """Adds a page of text or a session to a section; a lesson or document goes on to the picker."""
    course = course_of(request, uid)
    found = get_object_or_404(Section, course=course, retired_at=None, pk=section)
    kind = request.POST.get("kind", "")
    if kind in Activity.FROM_LIBRARY:
        return redirect(f"{reverse('courses:pick', args=[course.uid, found.pk])}?kind={kind}")
    form = NewActivityForm(request.POST)
    if not form.is_valid():
        return builder(request, course, add_form=form, add=found.pk)
    verb = actions.add_page if form.cleaned_data["kind"] == Activity.Kind.PAGE else actions.add_meeting
    added = verb(by=request.user, section=found, title=form.cleaned_data["title"])
    messages.success(
        request,
        _("The page is added. Now write it.")
        if added.kind == Activity.Kind.PAGE
        else _("The session is added. Each class then gives it a day and a place."),
    )
    return redirect("courses:activity", added.uid)


@login_required
@require_http_methods(["GET", "POST"])
def activity(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Name, weight, rule, lock and text of one activity. Buttons between its blocks change the form only."""
    found = _activity(request, uid)
    is_page = found.kind == Activity.Kind.PAGE
    rules = actions.rules_of(found)
    form = ActivityForm(request.POST or None, activity=found, rules=rules)
    drafts = drafts_in(request.POST) if request.method == "POST" else drafts_of(found.body.raw_data)
    changed = changed_by(drafts, request.POST.get("act", "")) if is_page else None
    if changed is not None:
        form = ActivityForm(activity=found, rules=rules, sent=request.POST)
        return _shown(request, found, form, changed, unsaved=True)
    if request.method == "POST" and form.is_valid():
        try:
            blocks = [draft.as_block() for draft in drafts] if is_page else None
            _save(request, found, form, blocks)
            said = _("“%(title)s” is saved.") % form.cleaned_data
            messages.success(request, said, extra_tags="toast")
            return redirect(to_activity(found))
        except Refusal as refusal:
            add_refusal(form, refusal)
    return _shown(request, found, form, drafts, unsaved=request.method == "POST")


def _save(
    request: HttpRequest, found: Activity, form: ActivityForm, blocks: list[dict[str, Any]] | None
) -> None:
    data = form.cleaned_data
    actions.edit_activity(
        by=request.user,
        activity=found,
        title=data["title"],
        rule=form.rule,
        required=data["required"],
        about=data["about"],
        minutes=data["planned"],
        opens_after=data["opens_after"],
        blocks=blocks,
    )


def _shown(
    request: HttpRequest, found: Activity, form: ActivityForm, drafts: list[Draft], *, unsaved: bool
) -> HttpResponse:
    _name_resources(drafts)
    context = {
        "activity": found,
        "course": found.section.course,
        "form": form,
        "drafts": drafts,
        "unsaved": unsaved,
        "block_kinds": [(kind, LABELS[kind], ICONS[kind]) for kind in LABELS if kind not in NOT_ADDED],
        "linked": sorted(LINKED),
    }
    return render(request, "courses/activity.html", context, status=422 if form.errors else 200)


def _name_resources(drafts: list[Draft]) -> None:
    """Puts the title of what each block leads to beside its address."""
    wanted = {draft.resource for draft in drafts if draft.linked and len(draft.resource) == 36}
    try:
        uids = [UUID(text) for text in wanted]
    except ValueError:
        return
    titles = {str(uid): title for uid, title in _titles(uids)} if uids else {}
    for draft in drafts:
        draft.resource_title = titles.get(draft.resource, "")


def _titles(uids: list[UUID]) -> Any:
    return LearningResource.objects.filter(uid__in=uids).values_list("uid", "title")


@login_required
@require_safe
def preview(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A page of text as learners will see it."""
    found = _activity(request, uid)
    if found.kind != Activity.Kind.PAGE:
        raise Http404
    course = found.section.course
    context = {"activity": found, "course": course, "blocks": shown_blocks(found, course.unit_id)}
    return render(request, "courses/page.html", {**context, "preview": True})


@login_required
@require_POST
def activity_act(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Moves an activity up or down, takes it out, or puts it back."""
    act = request.POST.get("act", "")
    found = _activity(request, uid, retired=act == "restore")
    back = reverse("courses:edit", args=[found.section.course.uid])
    try:
        if act in {"up", "down"}:
            actions.move_activity(by=request.user, activity=found, steps=-1 if act == "up" else 1)
            back += f"?moved={found.uid}&way={act}"
        elif act == "remove":
            actions.remove_activity(by=request.user, activity=found)
            return redirect(f"{back}?removed={found.uid}")
        elif act == "restore":
            actions.restore_activity(by=request.user, activity=found)
            said = _("“%(title)s” is back in the course.") % {"title": found.title}
            messages.success(request, said, extra_tags="toast")
            return redirect(to_activity(found))
        else:
            raise Http404
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect(f"{back}#a-{found.uid}")
