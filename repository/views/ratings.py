"""Rating a resource on its page, all that was written about it, hiding and reporting a comment."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import Refusal
from repository.actions import ratings as actions
from repository.catalogue import best_publication, rights
from repository.models import LearningResource, Rating
from repository.rating_forms import RatingForm
from repository.ratings import ratings_of

A_PAGE = 20
#: In the session: what was just done, told once where the page shows the ratings.
UNDO = "rating_undo"


def _back(uid: UUID) -> HttpResponse:
    return redirect(reverse("repository:resource", args=[uid]) + "#ratings")


def _remember(request: HttpRequest, resource: LearningResource, act: str) -> None:
    """What was before, so that one press brings it back."""
    before = Rating.objects.filter(resource=resource, user=request.user).first()  # type: ignore[misc]
    stars, comment = (before.stars, before.comment) if before else (0, "")
    request.session[UNDO] = {"of": str(resource.uid), "act": act, "stars": stars, "comment": comment}


def undo_of(request: HttpRequest, uid: UUID) -> dict[str, Any] | None:
    """What was just done to her rating of this resource; told once."""
    kept: dict[str, Any] | None = request.session.get(UNDO)
    if kept is None or kept["of"] != str(uid):
        return None
    del request.session[UNDO]
    return kept


@login_required
@require_POST
def rate(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Keeps, takes back or brings back her stars; then the page again, at its ratings."""
    resource = get_object_or_404(LearningResource.objects.visible_to(request.user), uid=uid)
    act, user, form = request.POST.get("act", ""), request.user, RatingForm(request.POST)
    if act not in ("unrate", "rate"):
        raise Http404
    if act == "rate" and not form.is_valid():
        return _refused(request, uid, " ".join(form.errors[name][0] for name in form.errors))
    if "undo" in request.POST:
        request.session[UNDO] = {"of": str(uid), "act": "undone"}
    else:
        _remember(request, resource, act)
    try:
        if act == "unrate":
            actions.unrate(by=user, resource=resource)  # type: ignore[arg-type]
        else:
            actions.rate(by=user, resource=resource, **form.cleaned_data)  # type: ignore[arg-type]
    except Refusal as refusal:
        return _refused(request, uid, refusal.message)
    return _back(uid)


def _refused(request: HttpRequest, uid: UUID, why: str) -> HttpResponse:
    request.session[UNDO] = {"of": str(uid), "act": "refused", "why": why}
    return _back(uid)


@login_required
@require_GET
def listing(request: HttpRequest, uid: UUID) -> HttpResponse:
    """All that colleagues wrote about a resource, the newest first."""
    publication = best_publication(request.user, uid)
    resource = publication.version.resource
    shown = Rating.objects.filter(resource=resource).readable_by(request.user).with_words()
    found = shown.select_related("user", "hidden_by").order_by("-changed_at", "-pk")
    told = ratings_of(request.user, resource, moderates=rights(request.user, publication).moderates)
    context = {
        "resource": resource,
        "data": publication.metadata.data,
        "ratings": told,
        "page": Paginator(found, A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "repository/ratings.html", context)


@login_required
@require_POST
def act(request: HttpRequest, uid: UUID, rating: UUID) -> HttpResponse:
    """Hides, shows again or reports a comment; 404 for whom it does not concern."""
    readable = Rating.objects.readable_by(request.user).filter(resource__uid=uid)
    found = get_object_or_404(readable.select_related("resource"), uid=rating)
    verbs = {
        "hide": (actions.hide_comment, _("The comment is hidden. Its stars still count.")),
        "show": (actions.show_comment, _("The comment is shown again.")),
        "report": (actions.report_comment, _("The comment is reported. A reviewer will look at it.")),
    }
    chosen = verbs.get(request.POST.get("act", ""))
    if chosen is None:
        raise Http404
    verb, said = chosen
    try:
        verb(by=request.user, rating=found)
    except Refusal as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, said)
    if request.POST.get("from") == "all":
        return redirect("repository:ratings", uid=uid)
    return _back(uid)
