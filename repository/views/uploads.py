"""Resumable uploads by tus 1.0: creation, HEAD, PATCH, termination. Answers are JSON or nothing.

Whatever can be refused without the body is refused before a byte of it is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import Refusal
from repository import actions, errors, findings, likeness, package_facts, tus
from repository.findings import as_rows
from repository.models import LearningResource, Upload, Version
from repository.packages.report import Report
from repository.views._author import same_files

_PIECE = 1024 * 1024
View = Callable[..., HttpResponse]


def answers_tus(view: View) -> View:
    """Sign-in, protocol version and refusals, the same for all addresses here."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if request.method != "OPTIONS":
                _check_caller(request)
            response = view(request, *args, **kwargs)
        except Refusal as refusal:
            response = JsonResponse({"code": refusal.code, "message": refusal.message}, status=refusal.status)
            if refusal.code == "upload_offset":
                response["Upload-Offset"] = str(refusal.params["offset"])
        response["Tus-Resumable"] = tus.VERSION
        response["Cache-Control"] = "no-store"
        return response

    return wrapped


def _check_caller(request: HttpRequest) -> None:
    if not request.user.is_authenticated:
        raise errors.sign_in_first()
    if request.headers.get("Tus-Resumable") != tus.VERSION:
        raise errors.tus_version()


@csrf_exempt  # checked in _create, after it is clear that there is no body for the check to read
@require_http_methods(["POST", "OPTIONS"])
@answers_tus
def creation(request: HttpRequest) -> HttpResponse:
    """Announces a file: its length, and in the metadata its name."""
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers={"Tus-Version": tus.VERSION, "Tus-Extension": tus.EXTENSIONS})
    if _length(request) != 0:
        raise errors.body_unexpected()
    return _create(request)


@csrf_protect
def _create(request: HttpRequest) -> HttpResponse:
    size = tus.natural_number(request.headers.get("Upload-Length"))
    if size is None:
        raise errors.header_missing("Upload-Length")
    try:
        metadata = tus.parse_metadata(request.headers.get("Upload-Metadata", ""))
    except ValueError:
        raise errors.header_missing("Upload-Metadata") from None
    upload = actions.begin_upload(by=request.user, filename=metadata.get("filename", ""), size=size)
    response = HttpResponse(status=201)
    response["Location"] = reverse("repository:upload_part", args=[upload.uid])
    return _with_state(response, upload)


@require_http_methods(["HEAD", "PATCH", "DELETE"])
@answers_tus
def part(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Where an upload stands, its next piece, or its end. PATCH has its CSRF token in the header."""
    upload = actions.find_upload(by=request.user, uid=uid)
    if upload.way == Upload.Way.DIRECT and request.method != "DELETE":
        raise errors.upload_missing()  # its bytes go elsewhere, see views.direct
    if request.method == "PATCH":
        upload = _append(request, upload)
    elif request.method == "DELETE":
        actions.cancel_upload(by=request.user, upload=upload)
        return HttpResponse(status=204)
    return _with_state(HttpResponse(status=200 if request.method == "HEAD" else 204), upload)


def _append(request: HttpRequest, upload: Upload) -> Upload:
    if request.content_type != tus.PART_TYPE:
        raise errors.part_type()
    length = _length(request)
    if length is None:
        raise errors.length_missing()
    offset = tus.natural_number(request.headers.get("Upload-Offset"))
    if offset is None:
        raise errors.header_missing("Upload-Offset")
    try:
        actions.append_part(
            by=request.user, upload=upload, offset=offset, length=length, pieces=_pieces(request, length)
        )
    except OSError:  # the line broke; what came is kept, and the answer most likely reaches nobody
        raise errors.broken_off() from None
    if upload.offset == upload.size:
        actions.finish_upload(by=request.user, upload=upload)
    return upload


def _pieces(request: HttpRequest, length: int) -> Iterator[bytes]:
    """The body as it comes. Never ``request.body``, which would keep all of it in memory."""
    left = length
    while left > 0:
        piece = request.read(min(_PIECE, left))
        if not piece:
            raise OSError("the body ended before its length")
        left -= len(piece)
        yield piece


def _length(request: HttpRequest) -> int | None:
    """The announced length of the body; 0 where there is none. None: unknown (chunked) or nonsense."""
    if request.headers.get("Transfer-Encoding"):
        return None
    given = request.META.get("CONTENT_LENGTH") or "0"
    return tus.natural_number(given)


@require_http_methods(["POST"])
@answers_tus
def check(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What the upload form shows of a file that has just arrived: verdict, title, findings as HTML."""
    upload = actions.find_upload(by=request.user, uid=uid)
    report = actions.preview_upload(by=request.user, upload=upload)
    if report is None:
        return JsonResponse({"verdict": "later"})
    found = as_rows(report)
    groups = findings.groups(found)
    facts = {
        "groups": groups,
        "same_files": same_files(request.user, upload.blob_id),
        "facts": package_facts.of_report(report),
        "unlike": _unlike(request, report, upload.filename),
    }
    html = render_to_string("repository/_same_files.html", facts, request)
    html += render_to_string("repository/_unlike.html", facts, request)
    html += render_to_string("repository/_package_facts.html", facts, request)
    if groups:
        html += render_to_string("repository/_findings.html", facts, request)
    return JsonResponse(
        {
            "verdict": report.verdict,
            "title": report.title,
            "summary": findings.summary(found),
            "html": html,
            "known": bool(facts["same_files"] or facts["unlike"]),
        }
    )


def _unlike(request: HttpRequest, report: Report, filename: str) -> Version | None:
    """Of a file that is to be the next version of a lesson of hers: the version that it is unlike."""
    try:
        uid = UUID(request.GET.get("next", ""))
    except ValueError:
        return None
    resource = LearningResource.objects.editable_by(request.user).filter(uid=uid).first()
    former = likeness.before(resource) if resource and not report.refused else None
    if resource is None or former is None:
        return None
    newer = likeness.of_report(report, filename)
    return former if likeness.is_another(resource, former, report.kind, newer) else None


def _with_state(response: HttpResponse, upload: Upload) -> HttpResponse:
    response["Upload-Offset"] = str(upload.offset)
    response["Upload-Length"] = str(upload.size)
    response["Upload-Expires"] = tus.expires(upload.expires_at)
    return response


@login_required
@require_POST
def drop(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Gives up a file that is on its way, from a list of those that were begun."""
    upload = actions.find_upload(by=request.user, uid=uid)
    actions.cancel_upload(by=request.user, upload=upload)
    messages.success(request, _("“%(name)s” is given up.") % {"name": upload.filename}, extra_tags="toast")
    return redirect("repository:mine")
