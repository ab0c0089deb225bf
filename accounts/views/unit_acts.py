"""Acts on a unit: a form, a trial run that writes nothing, then the act itself."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts import actions, trial, unit_kinds, unit_tree
from accounts.days import today
from accounts.errors import Refusal
from accounts.forms.units import ActForm, AddForm, CloseForm, MergeForm, MoveForm, RenameForm
from accounts.models import OrgUnit, UnitFacts, UnitLink, User
from accounts.querysets import on_day
from accounts.text import fold, nfc
from accounts.views.units import tops_or_refuse, unit_in_view

Data = dict[str, Any]


@dataclass(frozen=True)
class Act:
    """One thing that can be done to a unit."""

    form: type[ActForm]
    title: str | Promise
    button: str | Promise
    done: str | Promise
    do: Callable[[User, OrgUnit, Data], object]
    lead: str | Promise = ""


ACTS: dict[str, Act] = {
    "add": Act(
        AddForm,
        _("Add a unit below %(name)s"),
        _("Open the unit"),
        _("The unit is opened."),
        lambda by, unit, data: actions.open_unit(by=by, parent=unit, **data),
    ),
    "rename": Act(
        RenameForm,
        _("Rename %(name)s"),
        _("Rename the unit"),
        _("The new name is written down."),
        lambda by, unit, data: actions.give_name(by=by, unit=unit, **data),
        _("Reports of days before keep the old name."),
    ),
    "move": Act(
        MoveForm,
        _("Move %(name)s below another unit"),
        _("Move the unit"),
        _("The unit is moved, with all below it."),
        lambda by, unit, data: actions.place_below(by=by, unit=unit, **data),
        _("All units below it and their people move along. Roles held above it change with the place."),
    ),
    "close": Act(
        CloseForm,
        _("Close %(name)s"),
        _("Close the unit"),
        _("The unit is closed from that day."),
        lambda by, unit, data: actions.shut_unit(by=by, unit=unit, **data),
        _("Memberships and roles there end on that day; results of training are kept."),
    ),
    "merge": Act(
        MergeForm,
        _("Merge other units into %(name)s"),
        _("Merge the units"),
        _("The units are merged from that day."),
        lambda by, unit, data: actions.merge_units(
            by=by, into=unit, **{("units" if key == "others" else key): value for key, value in data.items()}
        ),
        _("The units that you tick close; their people and the units below them come here."),
    ),
}


def _offered(act: str, unit: OrgUnit, tops: list[int]) -> list[tuple[str, str]]:
    """The units to choose from: not the unit itself, nor what stands below it."""
    if act in {"add", "rename"}:
        return []
    kind = UnitFacts.objects.filter(unit=unit).order_by("-valid_from").values_list("kind", flat=True)[0]
    below = set(OrgUnit.objects.subtree(unit).values_list("code", flat=True))
    offered = [choice for choice in unit_tree.choices(tops) if choice[0] not in below]
    if act == "move":
        return offered
    return _nearest_first(unit, offered, unit_kinds.joins(kind))


def _nearest_first(
    unit: OrgUnit, offered: list[tuple[str, str]], kinds: Collection[str]
) -> list[tuple[str, str]]:
    """For merging and succession: units of a kin kind, those of one parent first; others say their parent."""
    parent = UnitLink.objects.filter(on_day(), child=unit).values_list("parent_id", flat=True).first()
    beside = set(OrgUnit.objects.children(parent).values_list("code", flat=True)) if parent else set()
    kin = set(UnitFacts.objects.filter(on_day(), kind__in=kinds).values_list("unit__code", flat=True))
    links = UnitLink.objects.filter(on_day()).values_list("child__code", "parent_id")
    named = dict(UnitFacts.objects.filter(on_day()).values_list("unit_id", "name"))
    parents = {child: named.get(parent_id, "") for child, parent_id in links}
    plain = [
        (code, name.strip() if code in beside else f"{name.strip()}, {parents.get(code, '')}".rstrip(", "))
        for code, name in offered
        if code in kin
    ]
    return sorted(plain, key=lambda choice: (choice[0] not in beside, parents.get(choice[0], "")))


def _same_name(act: str, unit: OrgUnit, data: Data) -> str:
    """The name of a unit that would stand beside one of the same name."""
    name = data.get("name", "")
    if not name:
        return ""
    beside = OrgUnit.objects.children(unit, data["on"])
    if act != "add":
        parent = UnitLink.objects.filter(on_day(data["on"]), child=unit).values_list("parent_id", flat=True)
        beside = (
            OrgUnit.objects.children(parent[0], data["on"]).exclude(pk=unit.pk) if parent else beside.none()
        )
    names = UnitFacts.objects.filter(on_day(data["on"]), unit__in=beside.values("pk"))
    wanted = fold(nfc(name)).strip()
    return next((one for one in names.values_list("name", flat=True) if fold(one) == wanted), "")


@login_required
@require_http_methods(["GET", "POST"])
def unit_act(request: HttpRequest, code: str, act: str) -> HttpResponse:
    """First the form, then the trial run; with ``confirm`` the act."""
    tops = tops_or_refuse(request)
    unit, life = unit_in_view(tops, code)
    if act not in ACTS:
        raise Http404
    what = ACTS[act]
    facts = UnitFacts.objects.filter(on_day(life.nearest(today())), unit=unit).get()
    form = what.form(
        request.POST or None, unit=unit, units=_offered(act, unit, tops), name=facts.name, kind=facts.kind
    )
    context: Data = {
        "unit": unit,
        "name": facts.name,
        "act": act,
        "what": what,
        "title": what.title % {"name": facts.name},
        "form": form,
    }
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        if "confirm" in request.POST:
            try:
                what.do(request.user, unit, data)
                messages.success(request, what.done)
                return redirect("accounts:unit", unit.code)
            except Refusal as refusal:
                form.add_error(None, refusal.message)
        elif "change" not in request.POST:
            run = trial.run(lambda: what.do(request.user, unit, data), data["on"])
            if run.refusal is None:
                return render(
                    request,
                    "accounts/unit_trial.html",
                    {**context, "trial": run, "same_name": _same_name(act, unit, data)},
                )
            form.add_error(None, run.refusal.message)
    return render(request, "accounts/unit_act.html", context, status=422 if form.errors else 200)
