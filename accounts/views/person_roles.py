"""Giving a role to a person, revoking it, taking back one just given."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions, person_trial, unit_tree
from accounts.days import today
from accounts.errors import NotAllowed, Refusal
from accounts.forms.people import RevokeForm, RoleForm
from accounts.models import Membership, OrgUnit, RoleGrant
from accounts.permissions import holds, roles_for
from accounts.querysets import on_day
from accounts.views.person import person_in_view
from accounts.views.person_acts import Offer, Words, act_page
from accounts.words import sentence

FRESH = timedelta(minutes=1)
ADMINISTERS = roles_for("unit.manage")


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
        top=OrgUnit.objects.roots().filter(pk__in=tops).exists(),
        initial={"unit": main.unit.code if main else ""},
    )

    def do(form: forms.Form) -> Offer:
        data = form.cleaned_data
        grant = actions.grant_role(
            by=request.user,
            user=person,
            unit=data["unit"],
            role=data["role"],
            on=data["on"],
            until=data["until"],
        )
        fresh = timezone.now() - grant.granted_at < FRESH and grant.valid_from >= today()
        url = reverse("accounts:role_undo", args=[person.uid, grant.pk]) if fresh else ""
        told = _("The role is given: %(role)s.") % {"role": person_trial.named([grant])}
        return Offer(told, url)

    held = RoleGrant.objects.filter(user=person, valid_to__gt=today())
    lines = [_("Has already: %(role)s") % {"role": person_trial.named([grant])} for grant in held]
    words = Words(_("Give a role"), _("Give the role"), _("The role is given."), "", lines)
    return act_page(request, person, form, words, do)


@login_required
@require_http_methods(["GET", "POST"])
def end_role(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    person = person_in_view(request, uid)
    grant = get_object_or_404(RoleGrant, pk=pk, user=person)
    form = RevokeForm(request.POST or None)

    def do(form: forms.Form) -> None:
        actions.revoke_role(by=request.user, grant=grant, **form.cleaned_data)

    title = _("Revoke the role %(role)s") % {"role": grant.get_role_display()}
    top = OrgUnit.objects.roots().filter(pk=grant.unit_id).exists()
    lines = [
        _("Will no longer: %(what)s") % {"what": sentence(grant.role, top=top)},
    ]
    if actions.is_last_administrator(grant):
        lines.append(_("This is the last administrator of this unit and above it: it cannot be revoked."))
    elif person.pk == request.user.pk and grant.role in ADMINISTERS:
        lines.append(_("This is your own role: afterwards you no longer administer the unit."))
    words = Words(title, _("Revoke the role"), _("The role is revoked."), "", lines)
    return act_page(request, person, form, words, do)


@login_required
@require_POST
def undo_role(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    """Takes back a role just given, before it has held for a day."""
    person = person_in_view(request, uid)
    grant = get_object_or_404(RoleGrant, pk=pk, user=person)
    try:
        if grant.valid_from < today():
            raise Refusal("role_begun", gettext_lazy("This role holds already. Revoke it instead."))
        actions.revoke_role(by=request.user, grant=grant)
        messages.success(request, _("Taken back: the role is not given."))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return redirect("accounts:person", person.uid)
