"""Reporting that something is wrong with a resource, and the desk where reports are answered."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import Refusal
from repository.actions import reports as actions
from repository.catalogue import best_publication
from repository.models import ProblemReport
from repository.report_forms import AnswerForm, ReportForm

A_PAGE = 20
#: The views of the desk: what waits for her answer, what was answered, what she reported herself.
TABS = ("waiting", "answered", "mine")


@login_required
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The form; after sending, back to the resource, where the report can be taken back."""
    publication = best_publication(request.user, uid)
    form = ReportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.report_problem(by=request.user, version=publication.version, **form.cleaned_data)  # type: ignore[arg-type]
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            sent = _("The report is sent to the author and the reviewers. Their answer appears here.")
            messages.success(request, sent)
            return redirect(reverse("repository:resource", args=[uid]))
    context = {"form": form, "data": publication.metadata.data, "resource": publication.version.resource}
    return render(request, "repository/report.html", context, status=400 if form.errors else 200)


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Reports by what is to be done with them; everybody finds her own here."""
    answerable = ProblemReport.objects.answerable_by(request.user)
    mine = ProblemReport.objects.filter(by=request.user)
    waiting, own = answerable.waiting().count(), mine.count()
    tab = request.GET.get("show", "")
    tab = tab if tab in TABS else "waiting" if waiting or not own else "mine"
    lists: dict[str, Any] = {
        "waiting": answerable.waiting(),
        "answered": answerable.exclude(state=ProblemReport.State.OPEN).order_by("-answered_at", "-pk"),
        "mine": mine.order_by("-at", "-pk"),
    }
    found = lists[tab].select_related("resource__author", "version", "by", "answered_by")
    wanted = request.GET.get("resource", "")
    if wanted:
        found = found.filter(resource__uid=_uid(wanted))
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "tab": tab, "waiting": waiting, "own": own, "wanted": wanted}
    return render(request, "repository/reports.html", context)


def _uid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


@login_required
@require_POST
def act(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Answers, reopens or takes back a report; 404 for whom it does not concern."""
    answerable = ProblemReport.objects.answerable_by(request.user)
    known = answerable | ProblemReport.objects.filter(by=request.user)
    found = get_object_or_404(known.select_related("resource").distinct(), uid=uid)
    resource = reverse("repository:resource", args=[found.resource.uid])
    verb = request.POST.get("act", "")
    try:
        said = _done(request, verb, found)
    except Refusal as refusal:
        messages.warning(request, refusal.message)
    else:
        messages.success(request, said, extra_tags="toast" if verb == "take_back" else "")
    back = request.POST.get("back", "")
    here = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back if here else resource if verb == "take_back" else reverse("repository:reports"))


def _done(request: HttpRequest, verb: str, found: ProblemReport) -> str:
    user: Any = request.user
    if verb == "take_back":
        actions.take_back_report(by=user, report=found)
        return _("The report is taken back.")
    if verb == "reopen":
        actions.reopen_report(by=user, report=found)
        return _("The report waits for an answer again.")
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise Http404
    actions.answer_report(by=user, report=found, **form.cleaned_data)
    return _("The answer is sent to who reported it.")
