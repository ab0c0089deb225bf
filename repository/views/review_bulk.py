"""Deciding on several lessons of the queue at once: each is judged on its own, and named if it failed."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.errors import NotAllowed, Refusal
from accounts.models import OrgUnit, User
from accounts.permissions import holds
from repository import actions, errors, findings
from repository.models import Review, Version
from repository.review_forms import BulkReviewForm
from repository.views import _desk
from repository.views.review import meanwhile, queue_page


@login_required
@require_http_methods(["GET", "POST"])
def review_bulk(request: HttpRequest) -> HttpResponse:
    """Decides and says of each what came of it. A GET is a link of the page that a mistake gave back."""
    if request.method == "GET":
        return redirect(f"{reverse('repository:review')}?{request.GET.urlencode()}")
    if not holds(request.user, "resource.review"):
        raise NotAllowed("resource.review")
    form = BulkReviewForm(request.POST)
    if not form.is_valid():
        return queue_page(request, form)
    revisions = dict(form.cleaned_data["chosen"])
    mine = Version.objects.reviewable_by(request.user).select_related("resource")
    done = 0
    for version in mine.filter(uid__in=revisions).order_by("submitted_at", "pk"):
        try:
            _judge(request.user, form, version, revisions[str(version.uid)])
        except Refusal as refusal:
            text = _("“%(title)s”: %(why)s") % {"title": version.resource.title, "why": refusal.message}
            messages.warning(request, text)
        else:
            done += 1
    if done:
        messages.success(request, _done(form.cleaned_data["do"], done))
    return redirect(reverse("repository:review") + _desk.kept_query(request))


def _done(act: str, count: int) -> str:
    if act == BulkReviewForm.RETURN:
        text = ngettext(
            "%(n)s lesson went back to its author.", "%(n)s lessons went back to their authors.", count
        )
    else:
        text = ngettext("%(n)s lesson is published.", "%(n)s lessons are published.", count)
    return text % {"n": count}


def _judge(user: User, form: BulkReviewForm, version: Version, revision: int) -> None:
    """One of them. Raises a Refusal that says why not."""
    if version.review != Review.SUBMITTED:
        raise meanwhile(version.review_events.select_related("by").order_by("-at", "-pk").first())
    data = form.cleaned_data
    if data["do"] == BulkReviewForm.RETURN:
        actions.return_version(by=user, version=version, reasons=data["reasons"])
        return
    if looks := findings.to_look_at(version.findings):
        raise errors.look_first(looks)
    actions.publish(by=user, version=version, unit=_unit(user, version, data["unit"]), revision=revision)


def _unit(user: User, version: Version, code: str) -> OrgUnit:
    """The chosen unit; without one, that of the author."""
    units = actions.units_to_publish_at(user, version.resource)
    unit = units.filter(code=code).first() if code else units.first()
    if unit is None:
        raise errors.unit_not_above()
    return unit
