"""Acts on a person: correct, place, give roles, account. Each a small page, then one action."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions, unit_tree
from accounts.errors import NotAllowed, Refusal
from accounts.forms.people import EndForm, NameFields, PlaceForm, RevokeForm, RoleForm
from accounts.models import Membership, RoleGrant, User
from accounts.permissions import holds, may_over
from accounts.querysets import on_day
from accounts.views.person import person_in_view


@dataclass(frozen=True)
class Words:
    """What a page says: its title, its button, what it answers, and a line of explanation."""

    title: str
    button: str
    done: str
    lead: str | Promise = ""


def _page(
    request: HttpRequest, person: User, form: forms.Form, words: Words, do: Callable[[Any], object]
) -> HttpResponse:
    """A form about a person: shown, refused with its reasons, or done and back to her page."""
    if request.method == "POST" and form.is_valid():
        try:
            do(form)
            messages.success(request, words.done)
            return redirect("accounts:person", person.uid)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
    context = {"person": person, "form": form, "words": words}
    return render(request, "accounts/person_act.html", context, status=422 if form.errors else 200)


def _managed(request: HttpRequest, uid: UUID, *, account: bool) -> User:
    person = person_in_view(request, uid, "unit.manage")
    if not may_over(request.user, person, account=account):
        raise NotAllowed("unit.manage")
    return person


@login_required
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    person = _managed(request, uid, account=True)
    initial = {name: getattr(person, name) for name in NameFields.base_fields}
    form = NameFields(request.POST or None, initial=initial)

    def do(form: forms.Form) -> None:
        actions.edit_person(by=request.user, user=person, **form.cleaned_data)

    return _page(
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
    return _page(
        request, person, form, Words(_("Add a place of work"), _("Add the place"), _("Added."), lead), do
    )


@login_required
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Another main unit from a day on."""
    person = _managed(request, uid, account=False)
    current = Membership.objects.filter(on_day(), user=person, primary=True).first()
    units = unit_tree.choices(unit_tree.managed(request.user))
    initial = {"position": current.position} if current else {}
    form = PlaceForm(request.POST or None, units=units, initial=initial)

    def do(form: forms.Form) -> None:
        data = form.cleaned_data
        if current is not None and current.unit_id == data["unit"].pk:
            raise Refusal("same_unit", gettext_lazy("The person already works there. Choose another unit."))
        actions.move_person(by=request.user, user=person, **data)

    lead = gettext_lazy(
        "The old place ends the day before. Roles there end too; results of training stay with the person."
    )
    return _page(
        request, person, form, Words(_("Move to another unit"), _("Move the person"), _("Moved."), lead), do
    )


@login_required
@require_http_methods(["GET", "POST"])
def end_place(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    """The last day at a unit."""
    person = person_in_view(request, uid, "unit.manage")
    membership = get_object_or_404(Membership, pk=pk, user=person)
    form = EndForm(request.POST or None)

    def do(form: Any) -> None:
        actions.end_membership(by=request.user, membership=membership, on=form.end)

    lead = gettext_lazy("Roles that rest on this place end with it. The account stays open.")
    return _page(
        request, person, form, Words(_("End a place of work"), _("End the place"), _("Ended."), lead), do
    )


@login_required
@require_http_methods(["GET", "POST"])
def give_role(request: HttpRequest, uid: UUID) -> HttpResponse:
    person = person_in_view(request, uid)
    tops = unit_tree.managed(request.user, "role.grant")
    if not tops:
        raise NotAllowed("role.grant")
    main = Membership.objects.filter(on_day(), user=person, primary=True).select_related("unit").first()
    form = RoleForm(
        request.POST or None,
        units=unit_tree.choices(tops),
        system=holds(request.user, "system.manage"),
        initial={"unit": main.unit.code if main else ""},
    )

    def do(form: forms.Form) -> None:
        data = form.cleaned_data
        actions.grant_role(
            by=request.user,
            user=person,
            unit=data["unit"],
            role=data["role"],
            on=data["on"],
            until=data["until"],
        )

    return _page(
        request, person, form, Words(_("Give a role"), _("Give the role"), _("The role is given.")), do
    )


@login_required
@require_http_methods(["GET", "POST"])
def end_role(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    person = person_in_view(request, uid)
    grant = get_object_or_404(RoleGrant, pk=pk, user=person)
    form = RevokeForm(request.POST or None)

    def do(form: forms.Form) -> None:
        actions.revoke_role(by=request.user, grant=grant, **form.cleaned_data)

    title = _("Revoke the role %(role)s") % {"role": grant.get_role_display()}
    return _page(request, person, form, Words(title, _("Revoke the role"), _("The role is revoked.")), do)


@login_required
@require_POST
def account_act(request: HttpRequest, uid: UUID, act: str) -> HttpResponse:
    """A new link, or the account closed or opened."""
    person = _managed(request, uid, account=True)
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
