"""The catalogue page of a resource, as it was approved; trying it, downloading it, withdrawing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import Refusal
from accounts.models import OrgUnit
from accounts.permissions import units_where
from repository import actions
from repository.forms import WithdrawForm
from repository.models import Ingest, LearningResource, Publication, Sco
from repository.storage import blobs


def best_publication(user: Any, resource_uid: UUID) -> Publication:
    """What the library shows a person of a resource: the newest version she may see. Raises Http404."""
    publication = (
        Publication.objects.visible_to(user)
        .filter(version__resource__uid=resource_uid, version__ingest=Ingest.READY)
        .select_related("version__blob__package_index", "version__resource__author", "metadata", "unit")
        .prefetch_related(Prefetch("version__scos", Sco.objects.filter(visible=True)))
        .order_by("-version__number", "-published_at")
        .first()
    )
    if publication is None:
        raise Http404
    return publication


@require_GET
def resource(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A resource as published; 404 where nothing of it is visible to this person."""
    publication = best_publication(request.user, uid)
    shown = publication.version.resource
    history = list(
        Publication.objects.filter(version__resource=shown)
        .select_related("version__blob")
        .order_by("-version__number", "published_at")
    )
    units = OrgUnit.objects.named().in_bulk({publication.unit_id, shown.owner_unit_id})
    context = {
        "publication": publication,
        "version": publication.version,
        "resource": shown,
        "data": publication.metadata.data,
        "unit": units.get(publication.unit_id),
        "owner": units.get(shown.owner_unit_id),
        "versions": _once_each(history),
        "contents": [sco for sco in publication.version.scos.all() if sco.title],
        "may_download": request.user.is_authenticated
        and publication.metadata.data.get("licence", {}).get("allows_download", False),
        "may_edit": _may_edit(request.user, shown),
        "may_withdraw": _may_withdraw(request.user, publication),
        "withdraw_form": WithdrawForm(),
    }
    return render(request, "repository/resource.html", context)


def _once_each(publications: list[Publication]) -> list[Publication]:
    """The first publication of each version, the newest version first."""
    found: dict[int, Publication] = {}
    for publication in publications:
        found.setdefault(publication.version_id, publication)
    return list(found.values())


def _may_edit(user: Any, shown: LearningResource) -> bool:
    return LearningResource.objects.editable_by(user).filter(pk=shown.pk).exists()


def _may_withdraw(user: Any, publication: Publication) -> bool:
    return units_where(user, "resource.withdraw").filter(pk=publication.unit_id).exists()


@login_required
@require_GET
def download(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The file as it was uploaded, where the licence allows. As an attachment it runs nowhere."""
    publication = best_publication(request.user, uid)
    licence = publication.metadata.data.get("licence", {})
    blob = publication.version.blob
    if not licence.get("allows_download") or blob is None:
        raise Http404
    response = FileResponse(
        blobs().open(blob.uid),
        as_attachment=True,
        filename=publication.version.filename,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
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
