"""Middleware of the site: limits on bodies, the language, refusals turned into pages."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.askable import whom_to_ask
from accounts.errors import Refusal
from accounts.standing import kept

Handler = Callable[[HttpRequest], HttpResponse]


def _is_upload_part(request: HttpRequest) -> bool:
    return request.path.startswith("/uploads/") or request.path.startswith("/lessons/upload")


class BodyLimitMiddleware:
    """Refuses a large body with 413 before anything, CSRF included, reads it.

    Upload addresses have limits of their own, checked in their views before reading.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            length = int(request.META.get("CONTENT_LENGTH") or 0)
        except ValueError:
            length = 0
        limit = settings.BODY_MAX_MB * 1024 * 1024
        wagtail = request.path.startswith("/admin/")
        if length > (limit * 8 if wagtail else limit) and not _is_upload_part(request):
            return too_large(request)
        return self.get_response(request)


class LanguageMiddleware:
    """Language by profile (kept in the session at sign-in), then cookie, then Vietnamese."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = {code for code, _name in settings.LANGUAGES}
        language = wanted if wanted in known else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class StandingMiddleware:
    """While a page is read, who asks is looked up once; what changes something keeps nothing."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        with kept():
            return self.get_response(request)


class RefusalMiddleware:
    """Turns a refusal that no view handled into a page, or JSON for scripts; an empty 405 likewise."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and not response.streaming and not response.content:
            return _with_page(request, response)
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal):
            return refusal_response(request, exception)
        return None


def _with_page(request: HttpRequest, refused: HttpResponse) -> HttpResponse:
    """A page in place of an empty 405, for people; the methods that are allowed stay named."""
    if wants_json(request) or request.method not in {"GET", "POST"}:
        return refused
    page = render(request, "errors/405.html", {"code": "wrong_method"}, status=405)
    page["Allow"] = refused.headers.get("Allow", "")
    return page


def too_large(request: HttpRequest) -> HttpResponse:
    """413 without a look at the body, at the session or at who asks."""
    refusal = Refusal("body_too_large", _("What was sent is too large for this page."))
    if wants_json(request):
        return JsonResponse({"code": refusal.code, "message": refusal.message}, status=413)
    page = loader.get_template("errors/413.html").render(
        {"code": refusal.code, "site_url": settings.SITE_URL}
    )
    return HttpResponse(page, status=413)


def wants_json(request: HttpRequest) -> bool:
    accepted = request.headers.get("Accept", "")
    return "application/json" in accepted or request.content_type == "application/json"


def refusal_response(request: HttpRequest, refusal: Refusal, status: int | None = None) -> HttpResponse:
    """The page or JSON that tells a refusal: message, code, what to do."""
    status = status or refusal.status
    if wants_json(request):
        return JsonResponse({"code": refusal.code, "message": refusal.message}, status=status)
    user = getattr(request, "user", None)
    ask = whom_to_ask(user, refusal) if user is not None and status == 403 else None
    context = {"refusal": refusal, "status": status, "ask": ask}
    return render(request, "errors/refusal.html", context, status=status)
