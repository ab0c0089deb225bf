"""The list of targets, and setting, copying, fixing and closing them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.days import school_year_of, today
from accounts.errors import NotAllowed, Refusal
from accounts.permissions import holds, verbs_of
from accounts.text import nfc
from courses.coverage import actions
from courses.coverage.forms import EditTargetForm, TargetForm, courses_for
from courses.coverage.models import Target
from courses.coverage.report import target_totals
from courses.coverage.words import population_words
from courses.training.querysets import CourseQuerySet

PER_PAGE = 50
COURSES_PER_PAGE = 30
#: Courses that the form itself offers; of more one chooses first.
MOST_TO_CHOOSE = 100


@login_required
@require_safe
def targets(request: HttpRequest) -> HttpResponse:
    """Targets of the units one looks after, those of this school year first, each with how far it is."""
    verbs = verbs_of(request.user)
    if "coverage.view" not in verbs:
        raise NotAllowed("coverage.view")
    found = (
        Target.objects.visible_to(request.user)
        .with_unit_name()
        .editable_flag(request.user)
        .select_related("course", "unit")
        .order_by("-school_year", "deadline", "name")
    )
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    totals = target_totals(request.user, list(page))
    year = school_year_of(today())
    context = {
        "page": page,
        "rows": [
            {
                "target": target,
                "figure": totals[target.pk][0],
                "state": totals[target.pk][1],
                "short": totals[target.pk][0].short_of(target.percent),
                "years": f"{target.school_year}–{target.school_year + 1}",
                "whom": population_words(target),
                "copies": target.may_edit and target.school_year < year,
            }
            for target in page
        ],
        "this_year": f"{year}–{year + 1}",
        "may_set": "target.manage" in verbs,
        "may_build": "course.manage" in verbs,
    }
    return render(request, "coverage/targets.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def target_new(request: HttpRequest) -> HttpResponse:
    if not holds(request.user, "target.manage"):
        raise NotAllowed("target.manage")
    offered = courses_for(request.user)
    chosen = offered.filter(uid=uid) if (uid := _uid(request.GET.get("course"))) else None
    if chosen:
        offered = chosen
    elif request.method == "GET" and offered.count() > MOST_TO_CHOOSE:
        return _choose_course(request, offered)
    initial = {"course": chosen[0].pk} if chosen else {}
    form = TargetForm(request.POST or None, user=request.user, courses=offered, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_target(by=request.user, **form.cleaned_data)
            messages.success(request, _("The target is set."))
            return redirect("coverage:target", made.uid)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
    return render(request, "coverage/target_form.html", {"form": form}, status=422 if form.errors else 200)


def _uid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _choose_course(request: HttpRequest, offered: CourseQuerySet) -> HttpResponse:
    """More courses than a box to choose from may hold: a list with a search, then the form."""
    query = nfc(request.GET.get("q", "")).strip()[:100]
    found = offered.filter(title__icontains=query) if query else offered
    page = Paginator(found.with_unit_name(), COURSES_PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "coverage/target_course.html", {"page": page, "query": query})


@login_required
@require_http_methods(["GET", "POST"])
def target_edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    target = get_object_or_404(Target.objects.editable_by(request.user), uid=uid)
    form = EditTargetForm(request.POST or None, initial=EditTargetForm.initial_of(target))
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_target(by=request.user, target=target, **form.cleaned_data)
            messages.success(request, pgettext("training", "Saved."), extra_tags="toast")
            return redirect("coverage:target", target.uid)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
    context = {"form": form, "target": target, "whom": population_words(target)}
    return render(request, "coverage/target_form.html", context, status=422 if form.errors else 200)


#: what the buttons beside a target do, what is said then, and where it leads
ACTS: dict[str, tuple[Any, str, str]] = {
    "freeze": (
        actions.freeze_target,
        gettext_noop("The population is fixed: these people count, whoever comes or goes."),
        "coverage:target_edit",
    ),
    "thaw": (
        actions.thaw_target,
        gettext_noop("The population follows the staff again."),
        "coverage:target_edit",
    ),
    "close": (
        actions.close_target,
        gettext_noop("The target is closed. Its figures stay as they are today."),
        "coverage:target",
    ),
    "reopen": (actions.reopen_target, gettext_noop("The target is open again."), "coverage:target"),
}


@login_required
@require_POST
def target_act(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Copies, fixes, closes, opens again or deletes a target: the button pressed says which."""
    targets = Target.objects.editable_by(request.user).select_related("unit", "course")
    target = get_object_or_404(targets, uid=uid)
    act = request.POST.get("act", "")
    if act not in {"copy", "delete", *ACTS}:
        raise Http404
    try:
        if act == "copy":
            made = actions.copy_target(by=request.user, target=target)
            messages.success(request, _("Copied to this school year. Look at the dates and save."))
            return redirect("coverage:target_edit", made.uid)
        if act == "delete":
            actions.delete_target(by=request.user, target=target)
            said = _("“%(name)s” is deleted. What people learnt is kept.")
            messages.success(request, said % {"name": target.name})
            return redirect("coverage:targets")
        verb, said, leads_to = ACTS[act]
        verb(by=request.user, target=target)
        messages.success(request, _(said))
        return redirect(leads_to, uid)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return redirect("coverage:targets")
