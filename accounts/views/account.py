"""The person's own pages: profile, language, sessions, the first sign-in. Signing in is allauth's."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions, first_link, mail_links
from accounts.days import today
from accounts.errors import Refusal
from accounts.forms.account import FirstPasswordForm, ProfileForm
from accounts.models import Membership, OrgUnit, RoleGrant
from accounts.querysets import on_day
from accounts.tasks import send_address_link
from accounts.words import allowed_words

YEAR = 31_536_000


def remember_language(response: HttpResponse, language: str) -> None:
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=YEAR, samesite="Lax", httponly=True)


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    before = request.user.email
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        request.user.refresh_from_db()
        data = dict(form.cleaned_data)
        email = data.pop("email")
        actions.save_profile(by=request.user, **data)
        translation.activate(data["language"])  # the message is read on the next page, in that language
        _say_saved(request, before, email)
        response = redirect("accounts:profile")
        remember_language(response, data["language"])
        return response
    if form.is_bound:
        request.user.refresh_from_db()  # what was typed is shown in the form only
    context = {"form": form, **_places(request)}
    return render(request, "accounts/profile.html", context, status=422 if form.errors else 200)


def _say_saved(request: HttpRequest, before: str, email: str) -> None:
    """A changed address waits for its owner; one that is taken away goes at once."""
    if email and email != before.lower():
        send_address_link.enqueue(request.user.pk, email)
        said = _("Your profile is saved. A letter is on its way to %(email)s: open the link in it.")
        messages.success(request, said % {"email": email})
        return
    if before and not email:
        actions.change_email(by=request.user, email="")
    messages.success(request, _("Your profile is saved."))


def _places(request: HttpRequest) -> dict[str, object]:
    """Where the person works, and what she may do, in words."""
    members = list(
        Membership.objects.valid_on().filter(user=request.user).select_related("unit").order_by("-primary")
    )
    grants = list(RoleGrant.objects.filter(on_day(), user=request.user).order_by("role"))
    unit_ids = {row.unit_id for row in (*members, *grants)}
    names = OrgUnit.objects.names(unit_ids)
    return {
        "memberships": [(row, names[row.unit_id]) for row in members],
        "roles": [(row, names[row.unit_id], allowed_words(row.role)) for row in grants],
        "today": today(),
    }


@csrf_exempt  # a token would start a session for every guest; cookies are SameSite, and see below
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Another language: kept in a cookie, and on the person where she is signed in."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        return redirect("/")
    wanted = request.POST.get("language", "")
    target = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure()):
        target = "/"
    response = redirect(target)
    if wanted in dict(settings.LANGUAGES):
        remember_language(response, wanted)
        if request.user.is_authenticated:
            actions.change_language(by=request.user, language=wanted)
    return response


@login_required
@require_POST
def sign_out_others(request: HttpRequest) -> HttpResponse:
    """Ends the person's sessions on other devices."""
    ended = actions.sign_out_elsewhere(by=request.user, keep=request.session.session_key)
    if ended:
        said = ngettext("Signed out on %(n)s other device.", "Signed out on %(n)s other devices.", ended)
        messages.success(request, said % {"n": ended})
    else:
        messages.info(request, _("You are signed in on this device only."))
    return redirect("accounts:profile")


@never_cache
@require_http_methods(["GET", "POST"])
def first(request: HttpRequest, secret: str) -> HttpResponse:
    """The first sign-in: a password, and in."""
    user = first_link.owner(secret)
    if user is None:
        return render(request, "account/first_used.html", status=404)
    form = FirstPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        actions.set_first_password(user=user, password=form.cleaned_data["password1"])
        login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
        messages.success(request, _("Welcome. From now on sign in with your name and this password."))
        response = redirect("/")
        if user.language:
            remember_language(response, user.language)
        return response
    context = {"form": form, "person": user, "entrance": True}
    return render(request, "account/first.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "POST"])
def confirm_email(request: HttpRequest, secret: str) -> HttpResponse:
    """Confirms a new address: the link shows it, the button writes it."""
    found = mail_links.opened(secret)
    if found is None:
        return render(request, "account/email_used.html", status=404)
    user, email = found
    if request.method == "POST":
        try:
            actions.change_email(by=user, email=email)
        except Refusal as refusal:
            messages.error(request, refusal.message)
        else:
            messages.success(request, _("%(email)s is now the address of the account.") % {"email": email})
        return redirect("accounts:profile")
    return render(request, "account/email_confirm.html", {"person": user, "email": email, "entrance": True})
