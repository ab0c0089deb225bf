"""Moving a person, ending a place of work, taking back one that has not begun."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods

from accounts import actions, person_trial, unit_tree
from accounts.days import today
from accounts.errors import Refusal
from accounts.forms.people import EndForm, MoveForm
from accounts.models import Membership
from accounts.querysets import on_day
from accounts.views.person import person_in_view
from accounts.views.person_acts import Offer, Words, act_page, managed_person


@login_required
@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Another main unit from a day on."""
    person = managed_person(request, uid, account=True)
    current = Membership.objects.filter(on_day(), user=person, primary=True).first()
    units = unit_tree.choices(unit_tree.managed(request.user))
    initial = {"position": current.position} if current else {}
    form = MoveForm(request.POST or None, units=units, initial=initial)

    def do(form: forms.Form) -> Offer:
        data = form.cleaned_data
        if current is not None and current.unit_id == data["unit"].pk:
            raise Refusal("same_unit", gettext_lazy("The person already works there. Choose another unit."))
        moved = actions.move_person(by=request.user, user=person, **data)
        lapsed = person_trial.roles_lapsed(person, moved.valid_from)
        old = Membership.objects.filter(user=person, primary=True, valid_to=moved.valid_from)
        undone = moved.valid_from >= today() and (current is None or old.exists())
        url = reverse("accounts:place_cancel", args=[person.uid, moved.pk]) if undone else ""
        return Offer(person_trial.moved_words(moved, lapsed), url)

    lead = gettext_lazy("The old place ends the day before; results of training stay with the person.")
    lines = person_trial.touched(request.user, current, person, moves=True)
    words = Words(_("Move to another unit"), _("Move the person"), _("Moved."), lead, lines)
    return act_page(request, person, form, words, do)


@login_required
@require_http_methods(["GET", "POST"])
def end_place(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    """The last day at a unit."""
    person = person_in_view(request, uid, "unit.manage")
    membership = get_object_or_404(Membership, pk=pk, user=person)
    form = EndForm(request.POST or None)

    def do(form: Any) -> Offer:
        actions.end_membership(by=request.user, membership=membership, on=form.end)
        lapsed = person_trial.roles_lapsed(person, form.end)
        roles = _("Ended with it: %(roles)s.") % {"roles": person_trial.named(lapsed)} if lapsed else ""
        return Offer(f"{_('Ended.')} {roles}".strip())

    lead = gettext_lazy("Roles that rest on this place end with it. The account stays open.")
    lines = person_trial.touched(request.user, membership, person, moves=False)
    words = Words(_("End a place of work"), _("End the place"), _("Ended."), lead, lines)
    return act_page(request, person, form, words, do)


@login_required
@require_http_methods(["GET", "POST"])
def cancel_place(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    """A place that has not begun is taken away; the one before it goes on."""
    person = person_in_view(request, uid, "unit.manage")
    membership = get_object_or_404(Membership, pk=pk, user=person)
    form = forms.Form(request.POST if request.method == "POST" else None)

    def do(form: forms.Form) -> None:
        actions.cancel_membership(by=request.user, membership=membership)

    name = person_trial.unit_names({membership.unit_id}).get(membership.unit_id, "")
    day = f"{membership.valid_from:%d/%m/%Y}"
    lines = [_("Place that does not begin: %(place)s, %(day)s") % {"place": name, "day": day}]
    old = Membership.objects.filter(user=person, primary=True, valid_to=membership.valid_from).first()
    if old is not None and membership.primary:
        place = person_trial.unit_names({old.unit_id}).get(old.unit_id, "")
        lines.append(_("Place that goes on: %(place)s") % {"place": place})
        lapsed = person_trial.roles_lapsed(person, membership.valid_from)
        if lapsed:
            lines.append(_("Roles that go on: %(roles)s") % {"roles": person_trial.named(lapsed)})
    done = _("Cancelled: it does not begin.")
    words = Words(_("Cancel what is to come"), pgettext("place", "Cancel the place"), done, "", lines)
    return act_page(request, person, form, words, do)
