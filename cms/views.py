"""Pages for what went wrong, and the front page. Each names a stable code (docs/codes.md)."""

from __future__ import annotations

import logging
import secrets

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

logger = logging.getLogger(__name__)

CODES = ("bad_request", "not_allowed", "csrf_failed", "not_found", "too_many_requests", "server_error")


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/400.html", {"code": "bad_request"}, status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/403.html", {"code": "not_allowed"}, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    logger.warning("CSRF refused at %s: %s", request.path, reason)
    return render(request, "errors/csrf.html", {"code": "csrf_failed"}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "errors/404.html", {"code": "not_found"}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Needs neither database nor session: they may be what failed."""
    incident = secrets.token_hex(3)
    logger.error("Incident %s at %s", incident, request.path)
    page = loader.get_template("errors/500.html").render({"code": "server_error", "incident": incident})
    return HttpResponse(page, status=500)
