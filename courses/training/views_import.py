"""Taking a Common Cartridge into a course: choosing the file, its progress, what was made, taking it back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import Refusal
from courses.training.actions import cartridges
from courses.training.models import CartridgeImport, Course
from courses.training.views_manage import course_of
from repository import actions as library
from repository.forms import FileForm
from repository.metadata import Metadata, one_line
from repository.models import Ingest, Kind, Version
from repository.views._author import own_units, receive
from repository.views.direct import offered_directly
from repository.views.upload import before_the_body

MB = 1024 * 1024
OFFERED = 10
EARLIER = 10
_FAILURES = {
    "cartridge_unreadable": gettext_lazy(
        "The cartridge could not be read. Export it again and choose the new file."
    ),
}


@before_the_body
def course_import(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A file of one's own, or a cartridge that lies in the library already."""
    course = course_of(request, uid)
    chosen = request.method == "POST" and bool(request.POST.get("version"))
    form = FileForm(request.POST or None, request.FILES or None) if not chosen else FileForm()
    if request.method == "POST" and (chosen or form.is_valid()):
        try:
            version = _chosen(request) if chosen else _received(request, course, form)
            planned = cartridges.begin_import(by=request.user, course=course, version=version)
        except Refusal as refusal:
            form.add_error(None, refusal.message) if form.is_bound else messages.error(
                request, refusal.message
            )
        else:
            url = reverse("courses:imported", args=[course.uid, planned.uid])
            return JsonResponse({"url": url}) if _wants_json(request) else redirect(url)
    if request.method == "POST" and _wants_json(request):
        found = {name: list(rows) for name, rows in form.errors.items()}
        first = next(iter(found.values()), [""])[0]
        answer = {"code": "form_invalid", "message": first, "errors": found, "file": True}
        return JsonResponse(answer, status=400)
    return offered_directly(request, "courses/import.html", _context(request, course, form))


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _chosen(request: HttpRequest) -> Version:
    try:
        wanted = UUID(request.POST["version"])
    except ValueError:
        wanted = UUID(int=0)
    return get_object_or_404(_cartridges(request), uid=wanted)


def _received(request: HttpRequest, course: Course, form: FileForm) -> Version:
    """The file as a draft of her own in the library, made once; one that is no cartridge goes again."""
    upload = library.finish_upload(by=request.user, upload=receive(request.user, form))
    before = library.taken_before(by=request.user, upload=upload, kind=Kind.IMSCC)
    if before is not None:
        return before
    units = own_units(request.user)
    unit = next((one for one in units if one.pk == course.unit_id), units[0] if units else course.unit)
    stem = one_line(upload.filename.rpartition(".")[0].replace("_", " ")) or upload.filename
    resource = library.create_resource(by=request.user, owner_unit=unit, metadata=Metadata(title=stem))
    version = library.submit_version(by=request.user, resource=resource, upload=upload)
    if version.ingest == Ingest.READY and version.kind == Kind.IMSCC:
        library.take_title(by=request.user, resource=resource, version=version)
    elif version.ingest in (Ingest.READY, Ingest.REJECTED):
        library.discard(by=request.user, resource=resource)
    if version.ingest == Ingest.READY and version.kind != Kind.IMSCC:
        raise cartridges.other_kind(stem)
    if version.ingest == Ingest.REJECTED:
        raise Refusal(
            "cartridge_rejected",
            _("“%(name)s” cannot be used. “Upload lessons” tells file by file what is wrong with it."),
            name=upload.filename,
        )
    return version


def _cartridges(request: HttpRequest) -> Any:
    ready = Version.objects.filter(ingest=Ingest.READY, kind=Kind.IMSCC, resource__discarded_at=None)
    return ready.readable_by(request.user).select_related("resource", "blob").order_by("-created_at")


def _context(request: HttpRequest, course: Course, form: FileForm) -> dict[str, Any]:
    return {
        "course": course,
        "file_form": form,
        "offered": _cartridges(request)[:OFFERED],
        "earlier": course.cartridges.select_related("version__resource")[:EARLIER],
        "limit_bytes": settings.UPLOAD_MAX_MB * MB,
        "chunk_bytes": settings.UPLOAD_CHUNK_MB * MB,
    }


@login_required
@require_GET
def imported(request: HttpRequest, uid: UUID, planned: UUID) -> HttpResponse:
    """How far an import is; what was made of it, kept and left out."""
    course = course_of(request, uid)
    rows = course.cartridges.select_related("version__resource", "by")
    found = get_object_or_404(rows, uid=planned)
    context = {
        "course": course,
        "found": found,
        "report": found.report,
        "failure": _FAILURES.get(
            found.code, _("The import was not done (code %(code)s).") % {"code": found.code}
        ),
        "under_way": found.state in CartridgeImport.UNDER_WAY,
        "can_undo": cartridges.can_undo(found),
        "first": found.sections.order_by("position", "pk").first(),
    }
    response = render(request, "courses/imported.html", context)
    if "HX-Request" in request.headers and not context["under_way"]:
        response["HX-Refresh"] = "true"  # the whole page: its icons are drawn with it
    return response


@login_required
@require_POST
def import_undo(request: HttpRequest, uid: UUID, planned: UUID) -> HttpResponse:
    course = course_of(request, uid)
    try:
        cartridges.undo_import(by=request.user, course=course, uid=planned)
        messages.success(
            request, _("What the import made is out of the course. The cartridge stays in the library.")
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("courses:import", course.uid)
