"""Pages for what went wrong, and the front page. Each names a stable code (docs/codes.md)."""

from __future__ import annotations

import logging
import secrets

from django.conf import settings
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string
from django.utils.translation import get_language
from wagtail.views import serve as wagtail_serve

from accounts.days import today
from cms import front as front_page
from cms.models import HomePage, NewsIndexPage, NewsPage

logger = logging.getLogger(__name__)

CODES = ("bad_request", "not_allowed", "csrf_failed", "not_found", "too_many_requests", "server_error")

NEWS_PER_PAGE = 20
LEVEL_CHARACTERS = 20


def front(request: HttpRequest) -> HttpResponse:
    """The front page; for guests whole from the cache, dropped when what it shows changes."""
    if request.method not in {"GET", "HEAD"} or not _is_guest(request):
        return wagtail_serve(request, "")
    level = request.GET.get("level", "")[:LEVEL_CHARACTERS]
    key = f"cms:page:{front_page.generation()}:{today():%Y%m%d}:{get_language()}:{level}"
    body = cache.get(key)
    if body is None:
        fresh = wagtail_serve(request, "")
        if fresh.status_code != 200:
            return fresh
        body = fresh.rendered_content.encode() if hasattr(fresh, "rendered_content") else fresh.content
        # Only levels that exist get a place: the address is anybody's to write.
        if not level or getattr(fresh, "context_data", {}).get("level_known"):
            cache.set(key, body, front_page.SECONDS)
            cache.set(key + ":gzip", compress_string(body), front_page.SECONDS)
    packed = cache.get(key + ":gzip") if "gzip" in request.headers.get("Accept-Encoding", "") else None
    response = HttpResponse(packed or body, headers={"Content-Encoding": "gzip"} if packed else None)
    patch_vary_headers(response, ["Cookie", "Accept-Encoding"])
    return response


def _is_guest(request: HttpRequest) -> bool:
    """Without a session cookie nobody need ask the session store."""
    if "messages" in request.COOKIES:
        return False
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return True
    return not request.user.is_authenticated and "_messages" not in request.session


def home(request: HttpRequest, page: HomePage) -> HttpResponse:
    """Renders the front page for whoever asks."""
    level = request.GET.get("level", "")[:LEVEL_CHARACTERS]
    guest = not request.user.is_authenticated
    facts = front_page.front(guest=guest, level=level)
    news, documents = front_page.latest_news()
    context = {
        "page": page,
        "front": facts,
        "searches": front_page.searches(page.example_searches(), facts, guest=guest),
        "news": news,
        "documents": documents,
        "level_known": facts.level == level,
    }
    return TemplateResponse(request, HomePage.template, context)


def news_index(request: HttpRequest, page: NewsIndexPage) -> HttpResponse:
    live = NewsPage.objects.live().child_of(page).order_by("-day", "-pk")
    items = Paginator(live, NEWS_PER_PAGE).get_page(request.GET.get("page"))
    return TemplateResponse(request, NewsIndexPage.template, {"page": page, "items": items})


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
