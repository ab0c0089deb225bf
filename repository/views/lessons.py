"""One lesson as its author sees it, with everything to be done with it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.errors import Refusal
from accounts.models import User
from repository import (
    actions,
    errors,
    findings,
    likeness,
    notices,
    package_facts,
    page_pictures,
    places_of_use,
)
from repository.actions.versions import may_be_submitted
from repository.changes import Change, changes
from repository.forms import LessonForm
from repository.models import Ingest, LearningResource, Likeness, Publication, Review, Version
from repository.views._author import lesson_or_404, missing_fields, same_files
from repository.views._rows import Row, explain_steps, name_units, with_state
from repository.views.mine import to_list
from repository.views.upload import submit_or_say_why


@login_required
@require_http_methods(["GET", "POST"])
def lesson(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The author's page: what was found in the file, the description, versions, review."""
    resource = lesson_or_404(request, uid)
    metadata = actions.current_metadata(resource)
    initial = LessonForm.initial_of(metadata)
    submit = request.POST.get("act") == "submit"
    described = LearningResource.objects.select_related("author", "subject").prefetch_related("grades")
    row = Row(with_state(described).get(pk=resource.pk))
    confirmed = row.newest is not None and row.newest.review == Review.APPROVED
    form = LessonForm(request.POST or None, initial=initial, submit=submit, confirmed=confirmed)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_metadata(by=request.user, resource=resource, metadata=form.metadata())
        except errors.Conflict as refusal:
            messages.error(request, refusal.message)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            return _saved(request, saved)
    return _page(request, resource, form, row)


def _saved(request: HttpRequest, resource: LearningResource) -> HttpResponse:
    newest = resource.versions.order_by("-number").first()
    if request.POST.get("act") == "submit" and newest is not None:
        submit_or_say_why(request, newest)
    elif newest and newest.review == Review.APPROVED and may_be_submitted(newest, resource):
        text = _(
            "Saved. The library shows the approved description until this one is submitted and approved."
        )
        messages.success(request, text)
    else:
        messages.success(request, _("Saved."), extra_tags="toast")
    return redirect("repository:lesson", uid=resource.uid)


def _page(request: HttpRequest, resource: LearningResource, form: LessonForm, row: Row) -> HttpResponse:
    newest = row.newest
    units = name_units([row], resource.owner_unit_id)
    explain_steps(row)
    unlike = _unlike(row)
    context = {
        "row": row,
        "resource": resource,
        "newest": newest,
        "form": form,
        "groups": findings.groups(newest.findings) if newest else [],
        "summary": findings.summary(newest.findings) if newest else "",
        "facts": package_facts.of_version(newest) if newest and newest.ingest == Ingest.READY else None,
        "picture": page_pictures.address_of(newest) if newest and newest.ingest == Ingest.READY else "",
        "picture_soon": newest is not None and page_pictures.comes_soon(newest),
        "unlike": unlike,
        "working": bool(newest and newest.ingest in (Ingest.RECEIVED, Ingest.CHECKING)),
        "rejected": bool(newest and newest.ingest == Ingest.REJECTED),
        "ready": bool(newest and newest.ingest == Ingest.READY),
        "submitted": bool(newest and newest.review == Review.SUBMITTED),
        "may_submit": bool(newest and newest.ingest == Ingest.READY and not unlike and _may_submit(row)),
        "missing": missing_fields(resource),
        "approved": bool(newest and newest.ingest == Ingest.READY and newest.review == Review.APPROVED),
        "looks": findings.to_look_at(newest.findings) if newest else 0,
        "same_files": _same_files(request.user, row),
        "reviewers": notices.reviewers_in_words(resource.owner_unit_id) if _waits(newest) else "",
        "owner": units.get(resource.owner_unit_id),
        "changes": _changes(row),
        "is_author": resource.author_id == request.user.pk,
        "reach": places_of_use.reach_of(resource.pk) if row.publications or len(row.versions) > 1 else None,
        "may_discard": not row.publications and row.withdrawn is None,
    }
    return render(request, "repository/lesson.html", context)


def _unlike(row: Row) -> Version | None:
    """The version before, where the newest has nothing in common with it and nobody has said why."""
    if row.newest is None or row.newest.likeness != Likeness.UNLIKE:
        return None
    return likeness.before(row.resource, row.newest.number)


def _same_files(user: User, row: Row) -> list[LearningResource]:
    """Only of a draft: what is decided already needs no hint."""
    newest = row.newest
    if newest is None or newest.review != Review.DRAFT:
        return []
    return same_files(user, newest.blob_id, row.resource.pk)


def _waits(newest: Version | None) -> bool:
    return newest is not None and newest.review == Review.SUBMITTED


def _changes(row: Row) -> list[Change]:
    """What the description says now, beside what the library shows of it."""
    shown = row.publications[0] if row.publications else None
    if shown is None:
        return []
    kept = row.resource.metadata_revisions.filter(Q(pk=shown.metadata_id) | Q(number=row.resource.revision))
    old = next((one.data for one in kept if one.pk == shown.metadata_id), {})
    new = next((one.data for one in kept if one.number == row.resource.revision), {})
    return changes(old, new)


def _may_submit(row: Row) -> bool:
    newest = row.newest
    if newest is None or newest.review == Review.SUBMITTED or newest.opens_nothing:
        return False
    if newest.review != Review.APPROVED:
        return True
    revision = row.resource.revision
    return not Publication.objects.in_force().filter(version=newest, metadata__number=revision).exists()


def _whose(request: HttpRequest, resource: LearningResource, *, own: bool) -> LearningResource:
    """What becomes of a version that is unlike the one before; the lesson that it belongs to then."""
    version = resource.versions.filter(likeness=Likeness.UNLIKE).order_by("-number").first()
    if version is None:  # answered in another tab
        raise errors.version_settled()
    if own:
        resource = actions.own_lesson(by=request.user, version=version)
        messages.success(
            request, _("It is a lesson of its own now, as a draft. The former lesson is as it was before.")
        )
    else:
        actions.confirm_likeness(by=request.user, version=version)
        messages.success(request, _("Noted: it is the same lesson."), extra_tags="toast")
    return resource


@login_required
@require_POST
def act(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Recalling a submitted version, deleting a draft, saying whose lesson a new file is."""
    resource = lesson_or_404(request, uid)
    wanted = request.POST.get("act")
    try:
        if wanted == "recall":
            version = get_object_or_404(resource.versions, review=Review.SUBMITTED)
            actions.recall(by=request.user, version=version)
            messages.success(request, _("Recalled. Change it, then submit it again."))
        elif wanted == "discard":
            actions.discard(by=request.user, resource=resource)
            return redirect(to_list(deleted=str(resource.uid)))
        elif wanted in ("same", "own"):
            resource = _whose(request, resource, own=wanted == "own")
    except Refusal as refusal:
        messages.warning(request, refusal.message)
    return redirect("repository:lesson", uid=resource.uid)
