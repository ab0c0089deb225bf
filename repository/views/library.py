"""The catalogue page of a resource, as it was approved; downloading it, withdrawing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import Refusal
from repository import actions, errors
from repository.actions.uses import record_use
from repository.catalogue import (
    best_publication,
    contents,
    editions,
    own_reports,
    related,
    rights,
    units_named,
)
from repository.content.links import view_url
from repository.forms import WithdrawForm
from repository.licences import plain_sentence
from repository.models import Kind, Publication
from repository.page_pictures import address_of
from repository.places_of_use import places_of_use
from repository.ratings import ratings_of
from repository.storage import StorageAwayError, blobs
from repository.views.ratings import undo_of

#: Shown on the page itself, in a frame; documents and lessons open on a page of their own.
IN_PLACE = frozenset({Kind.IMAGE, Kind.VIDEO, Kind.AUDIO})


@require_GET
def resource(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A resource as published; 404 where nothing of it is visible to this person."""
    user = request.user
    publication = best_publication(user, uid)
    version, data = publication.version, publication.metadata.data
    shown = version.resource
    units = units_named(publication.unit_id, shown.owner_unit_id)
    known = user.is_authenticated
    allowed = rights(user, publication)
    context: dict[str, Any] = {
        "publication": publication,
        "version": version,
        "resource": shown,
        "data": data,
        "unit": units.get(publication.unit_id),
        "owner": units.get(shown.owner_unit_id),
        "address": request.build_absolute_uri(request.path),
        "licence_allows": plain_sentence(data.get("licence") or {}),
        "versions": editions(user, publication),
        "contents": contents(version),
        "places": places_of_use(user, shown.pk),
        "related": related(user, shown),
        "rights": allowed,
        "ratings": ratings_of(user, shown, moderates=allowed.moderates),
        "rated": undo_of(request, uid) if known else None,
        "may_download": known and _downloads(publication),
        "picture": address_of(version),
        "frame_url": view_url(version, bare=True, save=known) if version.kind in IN_PLACE else "",
        "reports": own_reports(user, shown),
        "withdraw_form": WithdrawForm(),
    }
    return render(request, "repository/resource.html", context)


def _downloads(publication: Publication) -> bool:
    return bool((publication.metadata.data.get("licence") or {}).get("allows_download"))


@login_required
@require_GET
def download(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The file as it was uploaded, where the licence allows. As an attachment it runs nowhere."""
    publication = best_publication(request.user, uid)
    blob = publication.version.blob
    if not _downloads(publication) or blob is None:
        raise Http404
    try:
        file = blobs().open(blob.uid)
    except StorageAwayError:
        raise errors.storage_away() from None
    response = FileResponse(
        file,
        as_attachment=True,
        filename=publication.version.filename,
        content_type="application/octet-stream",
    )
    response.block_size = 256 * 1024
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    record_use(resource_id=publication.version.resource_id, by=request.user)  # type: ignore[arg-type]
    return response


@login_required
@require_POST
def withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ends the publication that the page shows."""
    publication = best_publication(request.user, uid)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("Write why the lesson is withdrawn."))
        return redirect("repository:resource", uid=uid)
    title = publication.metadata.data.get("title", "")
    posted = get_object_or_404(Publication, uid=publication.uid)
    try:
        actions.withdraw(by=request.user, publication=posted, **form.cleaned_data)
    except Refusal as refusal:
        messages.warning(request, refusal.message)
        return redirect("repository:resource", uid=uid)
    messages.success(request, _("“%(title)s” is withdrawn.") % {"title": title})
    still = Publication.objects.visible_to(request.user).filter(version__resource__uid=uid).exists()
    return redirect("repository:resource", uid=uid) if still else redirect("repository:review")
