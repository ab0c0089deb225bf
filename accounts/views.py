"""The person's own page. Signing in and out is allauth's."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions import save_profile
from accounts.forms import ProfileForm
from accounts.models import Membership, OrgUnit, RoleGrant
from accounts.querysets import on_day


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        save_profile(by=request.user, **form.cleaned_data)
        language = form.cleaned_data["language"]
        translation.activate(language)  # the message is read on the next page, in the new language
        messages.success(request, _("Your profile is saved."))
        response = redirect("accounts:profile")
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=31_536_000,
            samesite="Lax",
            httponly=True,
        )
        return response
    if form.is_bound:
        request.user.refresh_from_db()  # what was typed is shown in the form only
    memberships = list(
        Membership.objects.valid_on().filter(user=request.user).select_related("unit").order_by("-primary")
    )
    roles = list(RoleGrant.objects.filter(on_day(), user=request.user).order_by("role"))
    unit_ids = {row.unit_id for row in (*memberships, *roles)}
    names = {unit.pk: unit.name for unit in OrgUnit.objects.named().filter(pk__in=unit_ids)}
    return render(
        request,
        "accounts/profile.html",
        {
            "form": form,
            "memberships": [(row, names[row.unit_id]) for row in memberships],
            "roles": [(row, names[row.unit_id]) for row in roles],
        },
        status=422 if form.errors else 200,
    )
