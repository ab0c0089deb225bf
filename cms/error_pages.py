"""Pages for what went wrong: what happened, what to do, a code (docs/codes.md) and the time to quote."""

from __future__ import annotations

import logging
import secrets
import sys
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _

from accounts.middleware import wants_json
from accounts.outages import RETRY_SECONDS, database_is_away

logger = logging.getLogger(__name__)

CODES = (
    "bad_request",
    "not_allowed",
    "csrf_failed",
    "not_found",
    "wrong_method",
    "too_many_requests",
    "server_error",
    "maintenance",
    "database_away",
)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Needs neither person nor database: the host may be a wrong one."""
    return bare("errors/400.html", {"code": "bad_request"}, status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", {"code": "not_allowed"}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page was open too long: the way on is the page that the form stood on."""
    logger.warning("CSRF refused at %s: %s", request.path, reason)
    context = {"code": "csrf_failed", "back": came_from(request)}
    return render(request, "errors/csrf.html", context, status=403)


def came_from(request: HttpRequest) -> str:
    """The page of this site that led here, as a path; "" for none."""
    referrer = urlsplit(request.headers.get("Referer", ""))
    if referrer.scheme not in {"http", "https"} or referrer.netloc != request.get_host():
        return ""
    path = referrer.path if referrer.path.startswith("/") and not referrer.path.startswith("//") else "/"
    return f"{path}?{referrer.query}" if referrer.query else path


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/404.html", {"code": "not_found"}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Needs neither database nor session: they may be what failed."""
    if database_is_away(sys.exc_info()[1]):
        return database_away(request)
    incident = secrets.token_hex(3)
    logger.error("Incident %s at %s", incident, request.path)
    return bare("errors/500.html", {"code": "server_error", "incident": incident}, status=500)


def database_away(request: HttpRequest) -> HttpResponse:
    """503: it comes back by itself, and so may whoever asked."""
    logger.warning("The database is away; answered 503 at %s", request.path)
    code = {"code": "database_away"}
    response: HttpResponse
    if wants_json(request) or "Tus-Resumable" in request.headers:
        message = _("The site cannot reach its data just now. Try again in a minute; what was saved is kept.")
        response = JsonResponse({**code, "message": message}, status=503)
    else:
        response = bare("errors/away.html", code, status=503)
    return come_back(response, RETRY_SECONDS)


def come_back(response: HttpResponse, seconds: int) -> HttpResponse:
    """Nobody keeps this answer; ask again after so long. It may stand before the middleware of the policy."""
    response["Retry-After"] = str(seconds)
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'none'"
    return response


def bare(template: str, context: Mapping[str, object], status: int) -> HttpResponse:
    """A page without header, person or database."""
    site = settings.SITE_URL
    page = loader.get_template(template).render({"site_url": site, **context})
    return HttpResponse(page, status=status)
