"""The player and its commits on the content origin: no session, no cookie, no sign-in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.http import require_GET, require_POST

from courses.runtime import codes
from courses.runtime.actions import open_player
from courses.runtime.cmi5.launching import begin
from courses.runtime.codes import Answer, CommitRefused, Verdict
from courses.runtime.commits import record_commit
from courses.runtime.followed_page import followed_page
from courses.runtime.keys import Lease, read_key, write_key
from courses.runtime.leases import data_of, launched_of, lease_of, sco_of, state_of
from courses.runtime.libs import lib, lib_url
from courses.runtime.models import RuntimeSession
from courses.runtime.outcome import SCORM12, SCORM2004
from courses.runtime.refusals import HEAD_BYTES, key_in, note_refusal
from courses.runtime.scos import standard_of
from courses.runtime.snapshot import MOST_BYTES, Snapshot, parse_snapshot, read_json
from repository.content.links import file_url
from repository.models import Kind

SANDBOX = "allow-scripts allow-same-origin allow-forms allow-popups allow-modals allow-downloads"
COMMIT_HEADERS = (("Content-Type", "application/json"), ("Cache-Control", "no-store"))
Response = TypeVar("Response", bound=HttpResponse)
_LIBS = {SCORM12: "scorm12.min.js"}
_MODELS = {SCORM2004: "player-2004.js"}


def _policy() -> str:
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'; "
        "img-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'; "
        f"frame-ancestors {settings.SITE_URL}; "
        f"sandbox {SANDBOX}"
    )


def _guarded(response: HttpResponse) -> HttpResponse:
    response["Content-Security-Policy"] = _policy()
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    response["Referrer-Policy"] = "same-origin"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return _measured(response)


def _measured(response: Response) -> Response:
    """With its length: no middleware adds it here, and without it the body goes out in chunks."""
    response["Content-Length"] = str(len(response.content))
    return response


@require_GET
def play(request: HttpRequest, ticket: str) -> HttpResponse:
    """The player, once a ticket."""
    if request.headers.get("Service-Worker") == "script":
        return HttpResponse(status=403)
    session = open_player(ticket=ticket)
    language = (session.user.language if session and session.user else "") or settings.LANGUAGE_CODE
    with translation.override(language):
        if session is None:
            return _guarded(HttpResponse(render_to_string("runtime/ticket_used.html"), status=410))
        return _guarded(HttpResponse(render_to_string("runtime/content_player.html", player_page(session))))


def player_page(session: RuntimeSession) -> dict[str, Any]:
    """What the player's page needs. The write key is in it and nowhere else."""
    sco = sco_of(session)
    state = state_of(session)
    lease = lease_of(session, sco, state)
    standard = standard_of(session.version, sco)
    library, model = _LIBS.get(standard), _MODELS.get(standard)
    launched = launched_of(session)
    config = {
        "site": settings.SITE_URL,
        "standard": standard,
        "session": str(session.uid),
        "key": write_key(lease) if lease.tracked else "",
        "sco": sco.identifier,
        "tracked": lease.tracked,
        "data": data_of(session, sco, state, launched) if library or model else {},
        "model": lib_url(model) if model else "",
        "best": {
            "completion": state.completion if state else "unknown",
            "success": state.success if state else "unknown",
        },
        "src": begin(session=session, sco=sco)
        if standard == Kind.CMI5
        else file_url(session.version, sco.path, sco.query),
        "commit": "/commit/",
        "nav": launched.get("nav"),
        "access": launched.get("access"),
        **followed_page(session, sco, state, lease),
    }
    return {
        "title": sco.title or session.version.title,
        "language": translation.get_language(),
        "config": config,
        "library": lib_url(library) if library else "",
        "script": lib_url("player-content.js"),
        "style": lib_url("player-content.css"),
    }


@require_POST
def commit(request: HttpRequest) -> JsonResponse:
    """One snapshot, from the player or its beacon. The body is JSON whatever its media type says."""
    return say(*receive(request.META.get("CONTENT_LENGTH"), request.read))


def receive(length: str | None, read: Callable[[int], bytes]) -> tuple[Answer, str, int]:
    """The answer to a body of ``length`` bytes, the standard of its SCO, its number."""
    lease, seq = None, 0
    length = length or "0"
    fits = length.isdigit() and int(length) <= MOST_BYTES
    body = read(int(length) if fits else HEAD_BYTES)
    try:
        if not fits:
            raise CommitRefused(codes.TOO_LARGE)
        snapshot, lease = _read(body)
        seq = snapshot.seq
        answer = _record(lease, snapshot)
    except CommitRefused as refused:
        answer = refused.answer
    if answer.verdict is Verdict.REFUSED:
        lease = lease or read_key(key_in(body))
        if lease is not None:
            note_refusal(session=lease.session, answer=answer, seq=seq)
    return answer, lease.standard if lease else "", seq


def _read(body: bytes) -> tuple[Snapshot, Lease]:
    snapshot = parse_snapshot(read_json(body))
    lease = read_key(snapshot.key)
    if lease is None:
        raise CommitRefused(codes.UNKNOWN_SESSION)
    return snapshot, lease


def _record(lease: Lease, snapshot: Snapshot) -> Answer:
    """Trusts the kept connection instead of asking it first, and tries once more where it was dead."""
    connection.health_check_done = True  # type: ignore[attr-defined]
    try:
        return record_commit(lease=lease, snapshot=snapshot)
    except (OperationalError, InterfaceError):
        if connection.in_atomic_block:
            raise
        connection.close()
        return record_commit(lease=lease, snapshot=snapshot)


def told(answer: Answer, standard: str, seq: int) -> dict[str, Any]:
    """The answer as the player and the outbox read it; ``at`` is the server's clock."""
    body: dict[str, Any] = {
        "answer": answer.verdict.value,
        "code": answer.code,
        "errorCode": answer.error(standard),
        "seq": seq,
        "at": timezone.now().isoformat(timespec="seconds"),
    }
    if answer.message:
        body["message"] = str(answer.message)
    return body


def say(answer: Answer, standard: str, seq: int) -> JsonResponse:
    response = JsonResponse(told(answer, standard, seq), status=answer.status)
    for name, value in COMMIT_HEADERS:
        response[name] = value
    return _measured(response)


@require_GET
def player_lib(request: HttpRequest, mark: str, name: str) -> HttpResponse:
    """A script or style sheet of the player; its address names its bytes, so it never changes."""
    found = lib(name)
    if found is None or found.mark != mark:
        raise Http404
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(found.packed if packed else found.body, content_type=found.media_type)
    if packed:
        response["Content-Encoding"] = "gzip"
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return _measured(response)
