"""Saved searches on the account's pages, and the link of the mail that stops it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.errors import Refusal
from search.saved import actions, links
from search.saved.models import SavedSearch
from search.saved.question import read


@login_required
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Hers, each with what can be done to it; one deleted just now with a way back."""
    rows = [(saved, read(saved.query)) for saved in SavedSearch.objects.of(request.user)]
    deleted = None
    if wanted := _uid(request.GET.get("deleted", "")):
        deleted = SavedSearch.objects.deleted_by(request.user).filter(uid=wanted).first()
    context = {"rows": rows, "deleted": deleted, "most": actions.MOST}
    if deleted is not None:
        context["deleted_question"] = read(deleted.query)
    return render(request, "search/saved.html", context)


def _uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@login_required
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keeps the search of the page that sent this, then shows that page again."""
    query = request.POST.get("query", "")[:2_000].lstrip("?")
    user: Any = request.user
    try:
        saved, is_new = actions.save_search(by=user, query=query)
    except Refusal as refusal:
        level, said, again = messages.WARNING, refusal.message, read(query).query
    else:
        level, said = _said_of(user, is_new=is_new)
        again = saved.query
    if request.htmx:  # type: ignore[attr-defined]
        tone = messages.DEFAULT_TAGS[level]
        return render(request, "search/_kept.html", {"said": said, "tone": tone})
    link = format_html('{} <a href="{}">{}</a>', said, reverse("search:saved"), _("Saved searches"))
    messages.add_message(request, level, link)
    return redirect(f"{reverse('search:search')}?{again}")


def _said_of(user: Any, *, is_new: bool) -> tuple[int, str]:
    """What is said of a search that is kept now, and how loudly."""
    if not is_new:
        return messages.INFO, _("This search is saved already.")
    if user.email:
        said = _("The search is saved. What is new comes by mail to %(address)s, at most once a day.")
        return messages.SUCCESS, said % {"address": user.email}
    return messages.WARNING, _("The search is saved. For mail the account still needs an address.")


@login_required
@require_POST
def act(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Changes one of hers; 404 for what is not."""
    by: Any = request.user
    verb, back = request.POST.get("act", ""), reverse("search:saved")
    try:
        if verb in SavedSearch.Frequency.values:
            actions.set_frequency(by=by, uid=uid, frequency=verb)
        elif verb in ("pause", "resume"):
            actions.set_paused(by=by, uid=uid, paused=verb == "pause")
        elif verb == "delete":
            actions.delete_search(by=by, uid=uid)
            return redirect(f"{back}?deleted={uid}")
        elif verb == "restore":
            actions.restore_search(by=by, uid=uid)
        else:
            raise Http404
    except Refusal as refusal:
        if refusal.status == 403:
            raise Http404 from refusal
        messages.warning(request, refusal.message)
    else:
        messages.success(request, _("Saved."), extra_tags="toast")
    return redirect(f"{back}#s-{uid}")


@csrf_exempt  # the signed link is the proof; mail programs send the POST themselves
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, secret: str) -> HttpResponse:
    """One press and no more mail comes about a search. Opening the link alone changes nothing: filters
    of mail open every link."""
    saved = links.opened(secret)
    if saved is None:
        return render(request, "search/stop.html", {"secret": secret}, status=404)
    if request.method == "POST":
        paused = request.POST.get("act") != "resume"
        actions.set_paused(by=saved.user, uid=saved.uid, paused=paused)
        saved.paused = paused
    context = {"saved": saved, "question": read(saved.query), "secret": secret}
    context["is_done"] = request.method == "POST"
    return render(request, "search/stop.html", context)
