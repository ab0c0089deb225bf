"""A lesson or document of a class, as its learner opens it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import NotAllowed, Refusal
from courses.runtime.activitytree import definition_of
from courses.runtime.answers import answer_of
from courses.runtime.forms import LaunchForm
from courses.runtime.launch import contents_now, player_context, whole_lesson
from courses.runtime.models import SessionMode
from courses.runtime.scos import FOLLOWED
from courses.training.actions import is_running, open_lesson, record_opened
from courses.training.actions.learning import latest_attempt, require_openable
from courses.training.goals import goal_of
from courses.training.models import Activity, Enrolment, RunPin
from courses.training.page_view import shown_blocks
from courses.training.standing import standings
from repository.actions.uses import record_use
from repository.content.links import view_url


def _found(request: HttpRequest, enrolment: UUID, activity: UUID) -> tuple[Enrolment, RunPin]:
    """Her own enrolment and the pinned version of the activity; 404 for anybody else's."""
    found = get_object_or_404(Enrolment.objects.of(request.user).select_related("run__course"), uid=enrolment)
    pins = RunPin.objects.select_related("activity__opens_after", "version__resource")
    return found, get_object_or_404(pins, run=found.run_id, activity__uid=activity)


@login_required
@require_GET
def player(request: HttpRequest, enrolment: UUID, activity: UUID) -> HttpResponse:
    """The page around the lesson, a page of text, or a session. A lesson opens only by the frame's POST."""
    mine, pin = _found(request, enrolment, activity)
    try:
        require_openable(by=request.user, enrolment=mine, pin=pin)
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _locked(request, mine, pin, refusal)
    kind = pin.activity.kind
    if kind in {Activity.Kind.RESOURCE, Activity.Kind.PAGE} and is_running(mine.run):
        record_opened(by=request.user, enrolment=mine, activity=pin.activity)
    if kind not in Activity.FROM_LIBRARY:
        return _page(request, mine, pin)
    context = _context(request, mine, pin)
    if not context["played"]:
        context["viewer_url"] = view_url(pin.version, save=True)
        record_use(resource_id=pin.version.resource_id, by=request.user)
    return render(request, "runtime/player.html", context)


def _locked(request: HttpRequest, mine: Enrolment, pin: RunPin, refusal: Refusal) -> HttpResponse:
    """Why it does not open, and where to go instead."""
    after = pin.activity.opens_after if refusal.code == "activity_locked" else None
    context = {
        "activity": pin.activity,
        "enrolment": mine,
        "run": mine.run,
        "course": mine.run.course,
        "refusal": refusal,
        "after": after,
    }
    return render(request, "courses/locked.html", context, status=refusal.status)


def _page(request: HttpRequest, mine: Enrolment, pin: RunPin) -> HttpResponse:
    """A page of text with what comes after it; a session with its days and the learner's mark."""
    course, activity = mine.run.course, pin.activity
    standing = standings([mine])[mine.pk]
    place = next(one for one in standing.places if one.pk == activity.pk)
    upcoming = standing.next if is_running(mine.run) else None
    context = {
        "activity": activity,
        "course": course,
        "enrolment": mine,
        "run": mine.run,
        "running": is_running(mine.run),
        "place": place,
        "next": upcoming,
        "next_is_earlier": upcoming is not None and standing.number_of(upcoming) < standing.number_of(place),
        "number": standing.number_of(place),
        "of": len(standing.places),
    }
    if activity.kind == Activity.Kind.PAGE:
        context["blocks"] = shown_blocks(activity, course.unit_id)
        return render(request, "courses/page.html", context)
    return render(request, "courses/meeting.html", context)


def _context(request: HttpRequest, enrolment: Enrolment, pin: RunPin) -> dict[str, Any]:
    attempt = latest_attempt(enrolment, pin.activity)
    running = is_running(enrolment.run)
    course = reverse("courses:course", args=[enrolment.run.course.uid])
    context = player_context(
        version=attempt.version if attempt else pin.version,
        title=pin.activity.title,
        exit_url=f"{course}?class={enrolment.run.uid}",
        open_url=reverse("courses:player_open", args=[enrolment.uid, pin.activity.uid]),
        user=request.user,
        attempt=attempt,
        mode=SessionMode.NORMAL if running else SessionMode.REVIEW if attempt else SessionMode.BROWSE,
        sco=request.GET.get("sco", ""),
        part_of=enrolment.run.course.title,
    )
    # The attempt itself begins with the POST; a first visit is recorded all the same.
    followed = context["version"].kind in FOLLOWED
    context["played"] = followed or pin.activity.kind == Activity.Kind.PACKAGE
    context["tracked"] = running and context["played"]
    if context["tracked"]:
        parts = [entry.state for entry in context["contents"] if entry.state]
        context["goal"] = goal_of(enrolment, pin.activity, context["version"].kind, attempt, parts)
        context["standing_url"] = reverse("courses:player_standing", args=[enrolment.uid, pin.activity.uid])
    tree = definition_of(context["version"]) if context["tracked"] else None
    context["sequenced"] = tree is not None
    if tree is not None:
        context["contents"].insert(0, whole_lesson(tree.root))
    return context


@login_required
@require_POST
def player_open(request: HttpRequest, enrolment: UUID, activity: UUID) -> HttpResponse:
    """Opens a runtime session and answers with the one-time address of the frame."""
    mine, pin = _found(request, enrolment, activity)
    form = LaunchForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    opened = open_lesson(
        by=request.user,
        enrolment=mine,
        pin=pin,
        sco=form.cleaned_data["sco"],
        restore=form.cleaned_data.get("restore"),
        device=request.headers.get("User-Agent", ""),
        request=form.cleaned_data["request"],
        target=form.cleaned_data["target"],
    )
    record_use(resource_id=pin.version.resource_id, by=request.user)
    answer = answer_of(opened)
    if is_running(mine.run):
        parts = [entry["state"] for entry in answer["contents"] if entry["state"]]
        answer["goal"] = goal_of(mine, pin.activity, pin.version.kind, opened.attempt, parts).as_json()
    return JsonResponse(answer)


@login_required
@require_GET
def player_standing(request: HttpRequest, enrolment: UUID, activity: UUID) -> JsonResponse:
    """How far she is by now, for the page around an open lesson: its goal, and the state of each part."""
    mine, pin = _found(request, enrolment, activity)
    attempt = latest_attempt(mine, pin.activity)
    if attempt is None:
        raise Http404
    contents = contents_now(attempt, request.GET.get("sco", ""))
    parts = [entry.state for entry in contents if entry.state]
    goal = goal_of(mine, pin.activity, attempt.version.kind, attempt, parts)
    return JsonResponse({"goal": goal.as_json(), "contents": [entry.as_json() for entry in contents]})
