"""One person: where she works, what she may do, her account."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import first_link, people_list, person_page
from accounts.actions import make_first_link
from accounts.models import User
from accounts.permissions import holds
from accounts.views.people import person_tops


def person_in_view(request: HttpRequest, uid: UUID, verb: str = "person.view") -> User:
    """A person of one's own units; 404 for all others."""
    found = people_list.seen_person(person_tops(request, verb), uid)
    if found is None:
        raise Http404
    return found


def link_for(request: HttpRequest, person: User) -> str:
    """The whole address of a new first sign-in link."""
    secret = make_first_link(by=request.user, user=person)
    return settings.SITE_URL + reverse("accounts:first", args=[secret])


@login_required
@never_cache
@require_safe
def person(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = person_in_view(request, uid)
    context = person_page.facts(request.user, found)
    context["may_grant"] = holds(request.user, "role.grant")
    if request.session.get("first_link_for") == str(found.uid) and context["may_account"]:
        del request.session["first_link_for"]
        context["link"] = link_for(request, found)
        context["link_days"] = first_link.DAYS
    offer = request.session.get("undo_offer")
    if offer and offer["uid"] == str(found.uid):
        context["offer"] = request.session.pop("undo_offer")
    return render(request, "accounts/person.html", context)
