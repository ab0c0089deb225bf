"""The public pages of the member units, and the form in which a unit gives its address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import OrgUnit
from accounts.permissions import may, require
from cms import actions
from cms.members import Member, directory, grouped
from cms.models import MemberContact
from search import results
from search.engines.base import EngineUnavailableError, SearchRequest
from search.scope import scope_of

UNITS_PER_PAGE = 30
RESOURCES_SHOWN = 5
QUERY_CHARACTERS = 80


class ContactForm(forms.ModelForm[MemberContact]):
    """What a unit says of where it is reached."""

    website = forms.URLField(
        label=gettext_lazy("Website"),
        required=False,
        max_length=200,
        assume_scheme="https",
        error_messages={
            "invalid": gettext_lazy(
                "This is no address of a website. Copy it from the browser, with https://."
            )
        },
    )

    class Meta:
        model = MemberContact
        fields = ["address", "phone", "email", "website"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].widget.attrs |= {"type": "tel", "autocomplete": "off"}


@require_safe
def members(request: HttpRequest) -> HttpResponse:
    """All units: the top of today's tree, or those whose name was asked for."""
    units = directory()
    text = " ".join(request.GET.get("q", "")[:QUERY_CHARACTERS].split())
    context: dict[str, object] = {"text": text, "root": units.root}
    if text:
        found = units.named_like(text)
        page = Paginator(found, UNITS_PER_PAGE).get_page(request.GET.get("page"))
        rows = [(unit, units.above(unit)[1:], units.became(unit)) for unit in page]
        context |= {"page": page, "rows": rows, "found": len(found)}
    elif units.root:
        context["groups"] = [
            (group, [(unit, units.below(unit)) for unit in group.members])
            for group in grouped(units.children.get(units.root.pk, []))
        ]
        context["closed"] = [(unit, units.became(unit)) for unit in units.closed]
        context["total"] = units.below(units.root)
    return render(request, "cms/members.html", context)


@require_safe
def member(request: HttpRequest, code: str) -> HttpResponse:
    """One unit: what it is, where it is reached, what is below it, what it shared."""
    units = directory()
    unit = _find(code)
    context: dict[str, object] = {
        "unit": unit,
        "above": units.above(unit),
        "groups": grouped(units.children.get(unit.pk, [])),
        "became": units.became(unit),
        "came_from": units.came_from(unit),
        "contact": MemberContact.objects.filter(unit=unit.pk).first(),
        "may_edit": unit.closed_on is None and may(request.user, "unit.manage", unit.pk),  # type: ignore[arg-type]
        **_shared(request, unit),
    }
    return render(request, "cms/member.html", context)


def _shared(request: HttpRequest, unit: Member) -> dict[str, object]:
    """The newest resources of a unit and those below it that the person may find, and how many there are."""
    wanted = SearchRequest(
        scope=scope_of(request.user), filters={"unit": (unit.code,)}, size=RESOURCES_SHOWN, facets=()
    )
    try:
        answer, hits = results.ask(request.user, wanted)
    except EngineUnavailableError:
        return {"resources": [], "shared": 0}
    return {"resources": [results.row(hit.document) for hit in hits], "shared": answer.total}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contact(request: HttpRequest, code: str) -> HttpResponse:
    """The address of a unit, changed by whoever manages it."""
    unit = OrgUnit.objects.filter(pk=_find(code).pk).named().get()
    require(request.user, "unit.manage", unit)  # type: ignore[arg-type]
    known = MemberContact.objects.filter(unit=unit).first()
    form = ContactForm(request.POST or None, instance=known)
    if request.method == "POST" and form.is_valid():
        actions.save_contact(by=request.user, unit=unit, **form.cleaned_data)  # type: ignore[arg-type]
        messages.success(request, _("The contact of the unit is saved. Everybody sees it on this page."))
        return redirect("member", code)
    status = 400 if form.is_bound else 200
    return render(request, "cms/member_contact.html", {"unit": unit, "form": form}, status=status)


def _find(code: str) -> Member:
    found = directory().by_code.get(code)
    if found is None:
        raise Http404
    return found
