"""Acts on a person: correct, place, give roles, account. Each a small page, then one action."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions, unit_tree
from accounts.errors import NotAllowed, Refusal
from accounts.forms.people import NameFields, PlaceForm
from accounts.models import Membership, User
from accounts.permissions import may_over
from accounts.views.person import person_in_view


@dataclass(frozen=True)
class Words:
    """What a page says: its title, its button, what it answers, a line of explanation.

    ``lines``: what the act touches, by name.
    """

    title: str
    button: str
    done: str
    lead: str | Promise = ""
    lines: Sequence[str] = ()


@dataclass(frozen=True)
class Offer:
    """What was done and, while it may still be taken back, where to do that."""

    words: str
    undo: str = ""


def act_page(
    request: HttpRequest,
    person: User,
    form: forms.Form,
    words: Words,
    do: Callable[[Any], object],
) -> HttpResponse:
    """A form about a person: shown, refused with its reasons, or done and back to her page.

    ``do`` may give back an ``Offer`` to take it back.
    """
    if request.method == "POST" and form.is_valid():
        try:
            done = do(form)
            if isinstance(done, Offer) and done.undo:
                offer = {"uid": str(person.uid), "words": done.words, "url": done.undo}
                request.session["undo_offer"] = offer
            else:
                messages.success(request, done.words if isinstance(done, Offer) else words.done)
            return redirect("accounts:person", person.uid)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
    context = {"person": person, "form": form, "words": words}
    return render(request, "accounts/person_act.html", context, status=422 if form.errors else 200)


def managed_person(request: HttpRequest, uid: UUID, *, account: bool) -> User:
    person = person_in_view(request, uid, "unit.manage")
    if not may_over(request.user, person, account=account):
        raise NotAllowed("unit.manage")
    return person


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    person = managed_person(request, uid, account=True)
    initial = {name: getattr(person, name) for name in NameFields.base_fields}
    form = NameFields(request.POST or None, initial=initial)

    def do(form: forms.Form) -> None:
        actions.edit_person(by=request.user, user=person, **form.cleaned_data)

    return act_page(
        request,
        person,
        form,
        Words(_("Correct what is kept"), _("Save the corrections"), _("Corrected.")),
        do,
    )


@login_required
@require_http_methods(["GET", "POST"])
def place(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A further place of work beside the main one, or the main one where there is none."""
    person = person_in_view(request, uid, "unit.manage")
    units = unit_tree.choices(unit_tree.managed(request.user))
    form = PlaceForm(request.POST or None, units=units)
    has_main = Membership.objects.valid_on().filter(user=person, primary=True).exists()

    def do(form: forms.Form) -> None:
        actions.add_membership(by=request.user, user=person, primary=not has_main, **form.cleaned_data)

    lead = (
        gettext_lazy("A second place of work. The main one stays; reports count people there.")
        if has_main
        else gettext_lazy("The main place of work: reports count people there.")
    )
    return act_page(
        request, person, form, Words(_("Add a place of work"), _("Add the place"), _("Added."), lead), do
    )


@login_required
@require_POST
def account_act(request: HttpRequest, uid: UUID, act: str) -> HttpResponse:
    """A new link, or the account closed or opened."""
    person = managed_person(request, uid, account=True)
    try:
        if act == "link":
            request.session["first_link_for"] = str(person.uid)
            messages.success(request, _("Here is a new link. It sets a new password."))
        elif act == "close":
            actions.deactivate_person(by=request.user, user=person)
            messages.success(request, _("The account is closed; results and certificates are kept."))
        else:
            actions.reactivate_person(by=request.user, user=person)
            messages.success(request, _("The account is open again, with the password it had."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("accounts:person", person.uid)
