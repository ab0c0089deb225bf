"""Uploading a lesson, or the next version of one. The form without script has the limits of the pieces.

Both views are exempt from the CSRF middleware, which would read the whole body: they judge the
announced length first and check the token themselves then.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from accounts.days import today
from accounts.errors import Refusal
from accounts.middleware import refusal_response
from accounts.models import User
from accounts.permissions import require
from repository import actions, errors, notices, places_of_use
from repository.forms import FileForm, LessonForm
from repository.metadata import one_line
from repository.models import Ingest, LearningResource, Publication, Review, Upload, Version
from repository.suggestions import type_of
from repository.views._author import (
    FORM_OVERHEAD,
    chosen_unit,
    lesson_or_404,
    level_taught,
    own_units,
    receive,
)
from repository.views.direct import offered_directly

MB = 1024 * 1024
View = Callable[..., HttpResponse]
#: What actions refuse about the description → the field that it is about.
_FIELD_OF = {"grade_not_offered": "grades", "year_unlikely": "year", "title_missing": "title"}


def before_the_body(view: View) -> View:
    """Who, how much and the token, in that order; only then is the body read."""
    protected = csrf_protect(view)

    @csrf_exempt
    @require_http_methods(["GET", "POST"])
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            if _wants_json(request):
                return refusal_response(request, errors.sign_in_first())
            return redirect_to_login(request.get_full_path())
        if request.method == "POST":
            try:
                _check_length(request)
            except Refusal as refusal:
                return refusal_response(request, refusal)
        return protected(request, *args, **kwargs)

    wrapped.csrf_exempt = True  # type: ignore[attr-defined]
    return wrapped


def _check_length(request: HttpRequest) -> None:
    """Refuses by the announced length: a file that came with the form is judged by right, size, quota."""
    try:
        length = int(request.META.get("CONTENT_LENGTH") or "")
    except ValueError:
        raise errors.length_missing() from None
    if request.headers.get("Transfer-Encoding"):
        raise errors.length_missing()
    if length > FORM_OVERHEAD:
        actions.check_room(by=request.user, size=length - FORM_OVERHEAD)


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


@before_the_body
def new_lesson(request: HttpRequest) -> HttpResponse:
    """A file and what it is said to be, on one page."""
    units = own_units(request.user)
    if not units:
        require(request.user, "resource.create", None)
    facts: dict[str, Any] = {
        "initial": {"type": "", "licence": "cc-by", "unit": units[0].code, "year": today().year},
        "units": units,
        "open_level": level_taught(units[0]),
        "new": True,
    }
    if request.method == "GET":
        return _page(request, LessonForm(**facts), FileForm())
    submit = request.POST.get("act") == "submit"
    form = LessonForm(request.POST, submit=submit, **facts)
    file_form = FileForm(request.POST, request.FILES)
    upload: Upload | None = None
    if file_form.is_valid() & form.is_valid():
        try:
            upload = receive(request.user, file_form)
            return _answer(request, _create(request.user, form, upload))
        except Refusal as refusal:
            form.add_error(_FIELD_OF.get(refusal.code), refusal.message)
    elif not file_form.errors:
        upload = _keep(request, file_form, form)
    if _wants_json(request):
        return _errors(request, file_form, form)
    return _page(request, form, _holding(file_form, upload), upload)


def _create(user: User, form: LessonForm, upload: Upload) -> Version:
    """The resource and its first version; the package's title where none was typed."""
    stem = one_line(upload.filename.rpartition(".")[0].replace("_", " ")) or upload.filename
    unit = chosen_unit(user, form.cleaned_data.get("unit", ""))
    metadata = form.metadata(stem, type_of(upload.filename))
    resource = actions.create_resource(by=user, owner_unit=unit, metadata=metadata)
    version = actions.submit_version(by=user, resource=resource, upload=upload)
    if not form.cleaned_data["title"] and version.ingest == Ingest.READY:
        actions.take_title(by=user, resource=resource, version=version)
    return version


def _answer(request: HttpRequest, version: Version) -> HttpResponse:
    """On to the author's page of the lesson, submitted if that was asked for and is possible."""
    url = reverse("repository:lesson", args=[version.resource.uid])
    if request.POST.get("act") == "try" and version.ingest == Ingest.READY:
        url = reverse("runtime:browse", args=[version.uid]) + "?back=lesson"
    if _wants_json(request) and not request.POST.get("alone"):
        return _told(request, version, url)
    if request.POST.get("act") == "submit" and version.ingest == Ingest.READY:
        submit_or_say_why(request, version)
    elif version.ingest != Ingest.REJECTED:
        messages.success(
            request, _("Saved as a draft. Only its author and the reviewers of the unit see it.")
        )
    return JsonResponse({"url": url}) if _wants_json(request) else redirect(url)


def _told(request: HttpRequest, version: Version, url: str) -> JsonResponse:
    """What became of one of several files: submitted and to whom, a draft, and why not more."""
    why = ""
    submitted = False
    if request.POST.get("act") == "submit":
        why = why_not_submitted(request, version)
        submitted = not why
    facts = {"url": url, "ingest": version.ingest, "title": version.resource.title}
    who = _waits_for(version) if submitted else ""
    return JsonResponse({**facts, "submitted": submitted, "why": why, "who": who})


def _waits_for(version: Version) -> str:
    who = notices.reviewers_in_words(version.resource.owner_unit_id)
    return _("Submitted. It waits for: %(who)s.") % {"who": who} if who else ""


def why_not_submitted(request: HttpRequest, version: Version) -> str:
    """Submits a version; "" where that could be done, else the reason."""
    if version.review != Review.APPROVED and not request.POST.get("mine"):
        return _("Saved. To submit it, confirm that you are the author.")
    try:
        actions.submit_for_review(by=request.user, version=version)
    except Refusal as refusal:
        return refusal.message
    return ""


def submit_or_say_why(request: HttpRequest, version: Version) -> None:
    if why := why_not_submitted(request, version):
        messages.warning(request, why)
    else:
        messages.success(request, _waits_for(version) or _("Submitted. It waits for the reviewers."))


def _keep(request: HttpRequest, file_form: FileForm, form: LessonForm) -> Upload | None:
    """A file that came with a form that must be corrected: kept, so that it is not sent twice."""
    try:
        return receive(request.user, file_form)
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return None


def _holding(file_form: FileForm, upload: Upload | None) -> FileForm:
    """The form for the next try: with the uid of the file that is here already."""
    if upload is None:
        return file_form
    return FileForm(initial={"upload": upload.uid, "note": file_form.cleaned_data.get("note", "")})


def _errors(request: HttpRequest, file_form: FileForm, form: LessonForm | None = None) -> JsonResponse:
    """What is wrong, and the fields with their errors as HTML, for the page to put in place.

    "file" tells whether it lies with the file alone: then the others may go on.
    """
    forms = [file_form, form] if form else [file_form]
    found = {name: list(rows) for one in forms for name, rows in one.errors.items()}
    first = next(iter(found.values()), [""])[0]
    answer = {"code": "form_invalid", "message": first, "errors": found, "file": True}
    if form and form.errors and not form.non_field_errors():
        answer["file"] = False
        answer["fields"] = render_to_string("repository/_lesson_fields.html", {"form": form}, request)
        answer["summary"] = render_to_string("repository/_form_summary.html", {"form": form}, request)
    return JsonResponse(answer, status=400)


def _page(
    request: HttpRequest, form: LessonForm, file_form: FileForm, upload: Upload | None = None
) -> HttpResponse:
    waiting = Upload.objects.filter(user=request.user, state=Upload.State.ARRIVING, offset__gt=0)
    context = {
        "form": form,
        "file_form": file_form,
        "upload": upload,
        "waiting": waiting.order_by("-created_at")[:5],
        "limit_bytes": settings.UPLOAD_MAX_MB * MB,
        "chunk_bytes": settings.UPLOAD_CHUNK_MB * MB,
    }
    return offered_directly(request, "repository/upload.html", context)


@before_the_body
def new_version(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The next version of a lesson: a file and a line on what is new."""
    resource = lesson_or_404(request, uid)
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            upload = receive(request.user, form)
            note = form.cleaned_data["note"]
            version = actions.submit_version(by=request.user, resource=resource, upload=upload, note=note)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return _answer(request, version)
    if request.method == "POST" and _wants_json(request):
        return _errors(request, form)
    return _version_page(request, resource, form)


def _version_page(request: HttpRequest, resource: LearningResource, form: FileForm) -> HttpResponse:
    context = {
        "resource": resource,
        "file_form": form,
        "published": Publication.objects.in_force().filter(version__resource=resource).exists(),
        "reach": places_of_use.reach_of(resource.pk),
        "limit_bytes": settings.UPLOAD_MAX_MB * MB,
        "chunk_bytes": settings.UPLOAD_CHUNK_MB * MB,
    }
    return offered_directly(request, "repository/upload_version.html", context)
