"""Uploads that a browser sends to object storage in signed parts: what it asks the site meanwhile, as JSON.

Same refusals as the uploads through the site (``views.uploads``), whose checking and giving up serve both.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from csp.constants import SELF
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import Refusal
from repository import actions, errors, tus
from repository.actions.direct import PART_BYTES, DirectState
from repository.models import Upload
from repository.storage import incoming
from repository.storage.presign import MOST_PARTS, part_count

#: An answer to 10,000 parts with their ETags has some 600 kB.
_BODY_BYTES = 1024 * 1024
View = Callable[..., HttpResponse]


def answers_json(view: View) -> View:
    """Sign-in, the length of the body and refusals, the same for all addresses here."""
    protected = csrf_protect(view)

    @csrf_exempt  # checked in ``protected``, after the body is known to be short and JSON
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if not request.user.is_authenticated:
                raise errors.sign_in_first()
            if request.method == "POST":
                _check_body(request)
            response = protected(request, *args, **kwargs)
        except Refusal as refusal:
            told: dict[str, Any] = {"code": refusal.code, "message": refusal.message}
            if refusal.code == "parts_missing":
                told["missing"] = refusal.params["numbers"]
            response = JsonResponse(told, status=refusal.status)
        response["Cache-Control"] = "no-store"
        return response

    return wrapped


def offered_directly(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page with the upload form. Where storage takes large files itself, the page may reach it."""
    if not incoming.offered():
        return render(request, template, context)
    response = render(request, template, {**context, "direct_from": PART_BYTES})
    response._csp_update = {"connect-src": [SELF, settings.S3_PUBLIC_ENDPOINT]}
    return response


def _check_body(request: HttpRequest) -> None:
    length = tus.natural_number(request.META.get("CONTENT_LENGTH") or "0")
    if length is None or request.headers.get("Transfer-Encoding"):
        raise errors.length_missing()
    if length > _BODY_BYTES or request.content_type != "application/json":
        raise errors.request_unreadable()


def _asked(request: HttpRequest) -> dict[str, Any]:
    """The object in the body. Raises Refusal for anything else."""
    try:
        asked = json.loads(request.body)
    except (ValueError, RecursionError):
        raise errors.request_unreadable() from None
    if not isinstance(asked, dict):
        raise errors.request_unreadable()
    return asked


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15


@require_POST
@answers_json
def begin(request: HttpRequest) -> HttpResponse:
    """Announces a file: {"name", "size"}."""
    asked = _asked(request)
    name, size = asked.get("name", ""), asked.get("size")
    if not isinstance(name, str) or not _is_number(size):
        raise errors.request_unreadable()
    upload = actions.begin_direct(by=request.user, filename=name, size=size)
    return JsonResponse(_told(DirectState(upload, ())), status=201)


@require_GET
@answers_json
def state(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Where it stands: {"state", "parts": [[number, ETag]…]}; for going on, and while it is being stored."""
    upload = actions.find_upload(by=request.user, uid=uid)
    return JsonResponse(_told(actions.direct_state(by=request.user, upload=upload)))


@require_POST
@answers_json
def sign(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Addresses for some parts: {"numbers": […]} → {"urls": {number: address}}."""
    numbers = _asked(request).get("numbers")
    if not isinstance(numbers, list) or not all(map(_is_number, numbers)):
        raise errors.request_unreadable()
    upload = actions.find_upload(by=request.user, uid=uid)
    return JsonResponse({"urls": dict(actions.sign_parts(by=request.user, upload=upload, numbers=numbers))})


@require_POST
@answers_json
def complete(request: HttpRequest, uid: UUID) -> HttpResponse:
    """All parts are sent: {"parts": [[number, ETag]…]}; 202 where storing it goes on by itself."""
    etags = _etags(_asked(request).get("parts"))
    upload = actions.find_upload(by=request.user, uid=uid)
    upload = actions.complete_direct(by=request.user, upload=upload, etags=etags)
    settling = upload.state == Upload.State.SETTLING
    return JsonResponse(_told(DirectState(upload, ())), status=202 if settling else 200)


def _etags(pairs: object) -> dict[int, str]:
    if not isinstance(pairs, list) or len(pairs) > MOST_PARTS:
        raise errors.request_unreadable()
    if not all(map(_is_pair, pairs)):
        raise errors.request_unreadable()
    return {number: etag.strip('"') for number, etag in pairs}


def _is_pair(value: object) -> bool:
    return isinstance(value, list) and len(value) == 2 and _is_number(value[0]) and isinstance(value[1], str)


def _told(about: DirectState) -> dict[str, Any]:
    upload = about.upload
    return {
        "state": upload.state,
        "url": reverse("repository:upload_part", args=[upload.uid]),
        "size": upload.size,
        "part_bytes": upload.part_bytes,
        "count": part_count(upload.size, upload.part_bytes),
        "parts": [[part.number, part.etag] for part in about.parts],
    }
