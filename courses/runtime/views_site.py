"""Looking at a package without being tracked, and the outbox, on the site."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from courses.runtime import codes
from courses.runtime.actions import dismiss_kept, open_session, session_of
from courses.runtime.codes import CommitRefused, Verdict
from courses.runtime.commits import record_commit
from courses.runtime.forms import LaunchForm
from courses.runtime.launch import launch_answer, player_context
from courses.runtime.leases import lease_of, sco_of
from courses.runtime.models import CommitLog, SessionMode
from courses.runtime.refusals import note_refusal, session_in
from courses.runtime.snapshot import MOST_BYTES, parse_snapshot, read_json
from courses.runtime.views_content import say
from repository.actions.uses import record_use
from repository.content.links import page_number, view_url
from repository.models import Ingest, Kind, Review, Version

WITH_PLAYER = (Kind.SCORM12, Kind.SCORM2004, Kind.CMI5, Kind.HTML5, Kind.H5P, Kind.IMSCC)


def _readable(request: HttpRequest, uid: UUID) -> Version:
    ready = Version.objects.filter(ingest=Ingest.READY).select_related("resource")
    return get_object_or_404(ready.readable_by(request.user), uid=uid)


@require_GET
def browse(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A version as its readers see it; nothing is recorded."""
    version = _readable(request, uid)
    if version.kind == Kind.RECORD:  # its file lies elsewhere
        return redirect("repository:resource", uid=version.resource.uid)
    if version.kind == Kind.IMSCC and not version.launch:
        messages.info(
            request, _("This cartridge holds no pages to look at. Import it into a course to use it.")
        )
        return redirect(_way_back(request, version))
    context = player_context(
        version=version,
        title=version.resource.title,
        exit_url=_way_back(request, version),
        open_url=reverse("runtime:browse_open", args=[version.uid]),
        user=request.user,
        mode=SessionMode.BROWSE,
        sco=request.GET.get("sco", ""),
    )
    if version.kind not in WITH_PLAYER:
        page = page_number(request.GET.get("page", ""))
        context["viewer_url"] = view_url(version, save=request.user.is_authenticated, page=page)
        _note_use(request, version)
    return render(request, "runtime/player.html", context)


def _note_use(request: HttpRequest, version: Version) -> None:
    """A reader's use counts; her own lesson's author's and a draft's do not."""
    user = request.user if request.user.is_authenticated else None
    own = user is not None and user.pk == version.resource.author_id
    if version.review == Review.APPROVED and not own:
        record_use(resource_id=version.resource_id, by=user)


def _way_back(request: HttpRequest, version: Version) -> str:
    """Where the reader came from within the site, else the page of the resource; the author who tries what
    she has just uploaded goes on to the page of her lesson."""
    if request.GET.get("back") == "lesson" and version.resource.author_id == request.user.pk:
        return reverse("repository:lesson", args=[version.resource.uid])
    here = request.build_absolute_uri("/")
    came_from = request.headers.get("Referer", "")
    if came_from.startswith(here) and request.path not in came_from:
        return came_from
    return reverse("repository:resource", args=[version.resource.uid])


@require_POST
def browse_open(request: HttpRequest, uid: UUID) -> HttpResponse:
    version = _readable(request, uid)
    form = LaunchForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=400)
    launch = open_session(
        by=request.user if request.user.is_authenticated else None,
        version=version,
        sco=form.cleaned_data["sco"],
        mode=SessionMode.BROWSE,
        device=request.headers.get("User-Agent", ""),
    )
    _note_use(request, version)
    return JsonResponse(launch_answer(launch))


@require_POST
def outbox(request: HttpRequest) -> JsonResponse:
    """What a player page could not send in time; the session must be the signed-in person's own."""
    if not request.user.is_authenticated:
        return say(codes.NOT_YOURS, "", 0)
    standard, seq, session = "", 0, None
    body = request.read(MOST_BYTES + 1)
    try:
        snapshot = parse_snapshot(read_json(body))
        session = session_of(by=request.user, uid=snapshot.session)
        if session is None:
            raise CommitRefused(codes.NOT_YOURS)
        lease = lease_of(session, sco_of(session))
        standard, seq = lease.standard, snapshot.seq
        answer = record_commit(lease=lease, snapshot=snapshot)
    except CommitRefused as refused:
        answer = refused.answer
    if answer.verdict is Verdict.REFUSED:
        named = session_in(body)
        session = session or (session_of(by=request.user, uid=named) if named else None)
        if session is not None:
            note_refusal(session=session.uid, answer=answer, seq=seq)
    return say(answer, standard, seq)


@login_required
@require_POST
def dismiss(request: HttpRequest, kept: int) -> HttpResponse:
    """The learner does not want to go on from a kept snapshot; it is not offered again."""
    found = CommitLog.objects.filter(pk=kept, attempt__user=request.user).first()
    if found is None or not dismiss_kept(by=request.user, kept=found):
        raise Http404
    return HttpResponse(status=204)
