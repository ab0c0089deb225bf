"""The editors' acts on versions and publications: a form each, then the repository's own action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages

from accounts.errors import Refusal
from accounts.models import OrgUnit
from repository import actions
from repository.models import Publication, Version


class PublishForm(forms.Form):
    """Where a version is shown, and to whom."""

    unit = forms.ModelChoiceField(label=gettext_lazy("Shown to"), queryset=OrgUnit.objects.none())
    decision = forms.CharField(
        label=gettext_lazy("Number and date of the decision"), max_length=200, required=False
    )
    open_to_guests = forms.BooleanField(label=gettext_lazy("Open to guests too"), required=False)

    def __init__(self, *args: Any, version: Version, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = actions.units_to_publish_at(user, version.resource)
        self.fields["unit"].queryset = OrgUnit.objects.named().filter(  # type: ignore[attr-defined]
            pk__in=[unit.pk for unit in units]
        )
        root = OrgUnit.objects.root()
        self.fields["unit"].initial = root.pk if root else None


class WithdrawForm(forms.Form):
    """Why a publication ends."""

    cause = forms.CharField(
        label=gettext_lazy("Cause"),
        max_length=300,
        help_text=gettext_lazy("The author reads it; it stays in the history of the lesson."),
        error_messages={"required": gettext_lazy("Say in a few words why it is withdrawn.")},
    )
    for_cause = forms.BooleanField(
        label=gettext_lazy("The content is wrong, private or unlawful: end it everywhere at once"),
        help_text=gettext_lazy("Learners lose it too, and no address made before opens it any more."),
        required=False,
    )


def publish_version(request: HttpRequest, uid: UUID) -> HttpResponse:
    version = get_object_or_404(Version.objects.select_related("resource"), uid=uid)
    form = PublishForm(request.POST or None, version=version, user=request.user)

    def act(data: dict[str, Any]) -> None:
        actions.publish(
            by=request.user,  # type: ignore[arg-type]
            version=version,
            unit=data["unit"],
            open_to_guests=data["open_to_guests"],
            decision=data["decision"],
        )

    return _decide(request, form, act, version, title=_("Publish"), done=_("Published."))


def withdraw_publication(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = Publication.objects.select_related("version__resource")
    publication = get_object_or_404(found, uid=uid)
    form = WithdrawForm(request.POST if request.method == "POST" else None)

    def act(data: dict[str, Any]) -> None:
        actions.withdraw(by=request.user, publication=publication, **data)  # type: ignore[arg-type]

    return _decide(
        request, form, act, publication.version, title=_("Withdraw"), done=_("Withdrawn."), grave=True
    )


def _decide(
    request: HttpRequest,
    form: forms.Form,
    act: Callable[[dict[str, Any]], None],
    version: Version,
    *,
    title: str,
    done: str,
    grave: bool = False,
) -> HttpResponse:
    back = reverse(Version.snippet_viewset.get_url_name("inspect"), args=[version.pk])  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, done)
            return redirect(back)
    context = {"form": form, "version": version, "back": back, "title": title, "grave": grave}
    return render(request, "cms/admin/act.html", context)
