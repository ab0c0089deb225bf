"""An author's own lessons by state: tabs with counts, search, and what can be done to several at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from accounts.errors import Refusal
from accounts.models import User
from accounts.text import fold
from repository import actions, errors, notices, shelf
from repository.models import LearningResource, Upload
from repository.views._author import missing_fields
from repository.views._desk import waiting_days
from repository.views._rows import Row, count_uses, name_units, with_state

DELETED = "deleted"
STATES = (*shelf.PLACES, DELETED)
#: In the overview of all states; a state of its own has pages.
AT_FIRST = 6
A_PAGE = 30
MOST_AT_ONCE = 50
QUERY_CHARACTERS = 100


@dataclass
class Section:
    """One state: how many there are, and the rows of it that are shown."""

    state: str
    total: int
    rows: list[Row]

    @property
    def more(self) -> int:
        return self.total - len(self.rows)


def _by_state(user: User, words: str) -> dict[str, list[int]]:
    """The ids of all her lessons by state, the latest changed first; one slim query."""
    found: dict[str, list[int]] = {state: [] for state in STATES}
    wanted = fold(words).split()
    own = LearningResource.objects.filter(author=user).with_standing().order_by("-changed_at", "-pk")
    columns = ("newest_ingest", "newest_review", "is_published", "was_published")
    for pk, title, keywords, discarded, *facts in own.values_list(
        "pk", "title", "keywords", "discarded_at", *columns
    ):
        if wanted and not all(word in fold(f"{title} {keywords}") for word in wanted):
            continue
        if discarded is not None:
            found[DELETED].append(pk)
            continue
        ingest, review, published, was_published = facts
        for place in shelf.places(shelf.Facts(ingest or "", review or "", published, was_published)):
            found[place].append(pk)
    return found


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """Everything of hers by state: what is to be corrected first."""
    words = request.GET.get("q", "").strip()[:QUERY_CHARACTERS]
    ids = _by_state(request.user, words)
    state = request.GET.get("state", "")
    state = state if state in STATES else ""
    page = Paginator(ids[state], A_PAGE).get_page(request.GET.get("page")) if state else None
    shown = {state: list(page.object_list)} if page else {one: ids[one][:AT_FIRST] for one in shelf.PLACES}
    rows = _rows({pk for some in shown.values() for pk in some})
    lists = {one: Section(one, len(ids[one]), [rows[pk] for pk in shown.get(one, [])]) for one in STATES}
    every = {pk for one in shelf.PLACES for pk in ids[one]}
    context = {
        "lists": lists,
        "state": state,
        "page": page,
        "words": words,
        "total": len(every),
        "twice": sum(len(ids[one]) for one in shelf.PLACES) - len(every),
        "uploads": _uploads(request.user) if state in ("", shelf.DRAFT) and not words else [],
        "undo": _undo(request),
    }
    return render(request, "repository/mine.html", context)


def _rows(ids: Iterable[int]) -> dict[int, Row]:
    """The rows of these lessons with all that the page says of them."""
    resources = LearningResource.objects.filter(pk__in=ids).select_related("subject")
    rows = [Row(resource) for resource in with_state(resources.prefetch_related("grades"))]
    name_units(rows)
    count_uses(rows)
    now = timezone.now()
    waiting = [row for row in rows if shelf.WAITING in row.places]
    near = {
        unit: notices.reviewers_in_words(unit) for unit in {row.resource.owner_unit_id for row in waiting}
    }
    for row in waiting:
        assert row.newest is not None  # noqa: S101 -- it is what waits
        row.days = waiting_days(row.newest.submitted_at, now)  # type: ignore[attr-defined]
        row.reviewers = near[row.resource.owner_unit_id]  # type: ignore[attr-defined]
    drafts = [row for row in rows if shelf.DRAFT in row.places]
    called = Counter(fold(row.resource.title) for row in drafts)
    for row in drafts:
        row.missing = missing_fields(row.resource)  # type: ignore[attr-defined]
        # Two of one name are told apart by file and time
        row.twin = row.newest is not None and called[fold(row.resource.title)] > 1  # type: ignore[attr-defined]
    return {row.resource.pk: row for row in rows}


def _uploads(user: User) -> list[Upload]:
    waiting = Upload.objects.filter(
        user=user, state=Upload.State.ARRIVING, offset__gt=0, expires_at__gt=timezone.now()
    )
    return list(waiting.order_by("-created_at")[:20])


def _undo(request: HttpRequest) -> list[LearningResource]:
    """What was deleted just now, to be brought back with one press."""
    uids = _uuids(request.GET.getlist("deleted"))
    return list(LearningResource.objects.discarded_by(request.user).filter(uid__in=uids)) if uids else []


def _uuids(values: list[str]) -> list[UUID]:
    found = []
    for value in values[:MOST_AT_ONCE]:
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


def to_list(**more: Any) -> str:
    """The address of the list with a query."""
    query = QueryDict(mutable=True)
    for name, value in more.items():
        if value:
            query.setlist(name, value if isinstance(value, list) else [value])
    return reverse("repository:mine") + (f"?{query.urlencode()}" if query else "")


@login_required
@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """Submits or deletes several drafts; each on its own, and those that could not are named."""
    chosen = LearningResource.objects.filter(
        author=request.user, discarded_at=None, uid__in=_uuids(request.POST.getlist("chosen"))
    )
    state = request.POST.get("state", "")
    back = {"state": state if state in STATES else ""}
    wanted = request.POST.get("do")
    if not chosen:
        messages.warning(request, _("No lesson is chosen yet. Tick those that are meant."))
    elif wanted == "submit" and not request.POST.get("mine"):
        messages.warning(request, _("Not submitted yet: confirm that you are the author."))
    elif wanted == "submit":
        done = _each(request, chosen, lambda resource: _submit(request.user, resource))
        text = ngettext("%(n)s lesson is submitted.", "%(n)s lessons are submitted.", len(done))
        if done:
            messages.success(request, text % {"n": len(done)})
    elif wanted == "discard":
        done = _each(request, chosen, lambda one: actions.discard(by=request.user, resource=one))
        back["deleted"] = done
    return redirect(to_list(**back))


def _each(request: HttpRequest, chosen: Any, act: Any) -> list[str]:
    """Does it to each; the uids of those for which it could be done, and a message for the others."""
    done = []
    for resource in chosen.order_by("pk"):
        try:
            act(resource)
        except Refusal as refusal:
            text = _("“%(title)s”: %(why)s") % {"title": resource.title, "why": refusal.message}
            messages.warning(request, text)
        else:
            done.append(str(resource.uid))
    return done


def _submit(user: User, resource: LearningResource) -> None:
    newest = resource.versions.order_by("-number").first()
    if newest is None:
        raise errors.not_ready()
    actions.submit_for_review(by=user, version=newest)


@login_required
@require_POST
def restore(request: HttpRequest) -> HttpResponse:
    """Brings back drafts that were deleted: those named, which are hers."""
    uids = _uuids(request.POST.getlist("lesson"))
    restored = []
    for resource in LearningResource.objects.discarded_by(request.user).filter(uid__in=uids):
        actions.restore(by=request.user, resource=resource)
        restored.append(resource.title)
    if restored:
        text = ngettext("“%(title)s” is back.", "%(n)s drafts are back.", len(restored))
        messages.success(request, text % {"n": len(restored), "title": restored[0]})
    return redirect(to_list(state=shelf.DRAFT))
