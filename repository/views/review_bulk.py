"""Deciding on several lessons of the queue at once: each is judged on its own, and named if it failed."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
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
    data = form.cleaned_data
    revisions = dict(data["chosen"])
    mine = Version.objects.reviewable_by(request.user).select_related("resource__author", "resource__subject")
    versions = list(mine.filter(uid__in=revisions).order_by("submitted_at", "pk"))
    if data["do"] == BulkReviewForm.PUBLISH and versions and not data["confirmed"]:
        return _ask(request, form, versions)
    done = []
    for version in versions:
        try:
            _judge(request.user, form, version, revisions[str(version.uid)])
        except Refusal as refusal:
            text = _("“%(title)s”: %(why)s") % {"title": version.resource.title, "why": refusal.message}
            messages.warning(request, text)
        else:
            done.append(version)
    if done:
        messages.success(request, _done(data["do"], done))
    return redirect(reverse("repository:review") + _desk.kept_query(request))


def _ask(request: HttpRequest, form: BulkReviewForm, versions: list[Version]) -> HttpResponse:
    """What is about to be published, where, and what checking found in each; nothing happens yet."""
    data = form.cleaned_data
    revisions = dict(data["chosen"])
    unit = OrgUnit.objects.named().filter(code=data["unit"]).first() if data["unit"] else None
    rows = _desk.with_age(versions, request.user)
    for version in rows:
        version.tick = f"{version.uid}.{revisions[str(version.uid)]}"  # type: ignore[attr-defined]
        version.found = findings.groups(version.findings)  # type: ignore[attr-defined]
    context = {
        "rows": rows,
        "unit": unit,
        "code": data["unit"],
        "kept": _desk.kept_query(request),
        "able": sum(not version.looks for version in rows),  # type: ignore[attr-defined]
    }
    return render(request, "repository/review_confirm.html", context)


def _done(act: str, versions: list[Version]) -> SafeString:
    """How many, and a link to each: a returned one at the desk, a published one in the library."""
    count = len(versions)
    if act == BulkReviewForm.RETURN:
        text = ngettext(
            "%(n)s lesson went back to its author.", "%(n)s lessons went back to their authors.", count
        )
    else:
        text = ngettext("%(n)s lesson is published.", "%(n)s lessons are published.", count)
    links = format_html_join(
        ", ", '<a href="{}">{}</a>', ((_address(act, one), one.resource.title) for one in versions)
    )
    if act == BulkReviewForm.RETURN:
        return format_html("{} {}", text % {"n": count}, links)
    undo = _("What was published by mistake is withdrawn on its page.")
    return format_html("{} {}. {}", text % {"n": count}, links, undo)


def _address(act: str, version: Version) -> str:
    if act == BulkReviewForm.RETURN:
        return reverse("repository:review_version", args=[version.uid])
    return reverse("repository:resource", args=[version.resource.uid])


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
