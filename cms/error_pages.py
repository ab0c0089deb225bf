"""Pages for what went wrong: what happened, what to do, a code (docs/codes.md) and the time to quote."""

from __future__ import annotations

import logging
import secrets
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

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
    incident = secrets.token_hex(3)
    logger.error("Incident %s at %s", incident, request.path)
    return bare("errors/500.html", {"code": "server_error", "incident": incident}, status=500)


def bare(template: str, context: dict[str, object], status: int) -> HttpResponse:
    """A page without header, person or database."""
    site = settings.SITE_URL
    page = loader.get_template(template).render({"site_url": site, **context})
    return HttpResponse(page, status=status)
