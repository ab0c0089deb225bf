"""The front page, news and pages of information."""

from __future__ import annotations

from django.conf import settings
from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers
from django.utils.text import compress_string
from django.utils.translation import get_language
from wagtail.views import serve as wagtail_serve

from accounts.days import today
from cms import front as front_page
from cms.context import site
from cms.models import HomePage, InfoPage, NewsIndexPage, NewsPage
from cms.waiting import waiting_for

NEWS_PER_PAGE = 20
TOP_DEPTH = 3
LEVEL_CHARACTERS = 20


def front(request: HttpRequest) -> HttpResponse:
    """The front page; for guests whole from the cache, dropped when what it shows changes."""
    if request.method not in {"GET", "HEAD"}:
        return wagtail_serve(request, "")
    if not _is_guest(request):
        return _fresh(request)
    level = request.GET.get("level", "")[:LEVEL_CHARACTERS]
    key = f"cms:page:{front_page.generation()}:{today():%Y%m%d}:{get_language()}:{level}"
    body = cache.get(key)
    if body is None:
        fresh = _fresh(request)
        if fresh.status_code != 200 or not isinstance(fresh, TemplateResponse):
            return fresh
        body = fresh.render().content
        # Only levels that exist get a place: the address is anybody's to write.
        if not level or (fresh.context_data or {}).get("level_known"):
            cache.set(key, body, front_page.SECONDS)
            cache.set(key + ":gzip", compress_string(body), front_page.SECONDS)
    packed = cache.get(key + ":gzip") if "gzip" in request.headers.get("Accept-Encoding", "") else None
    response = HttpResponse(packed or body, headers={"Content-Encoding": "gzip"} if packed else None)
    patch_vary_headers(response, ["Cookie", "Accept-Encoding"])
    return response


def _fresh(request: HttpRequest) -> HttpResponse:
    """The front page drawn anew; without Wagtail's routing, which would cost four queries."""
    page = front_page.home_page()
    return home(request, page) if page is not None else wagtail_serve(request, "")


def _is_guest(request: HttpRequest) -> bool:
    """Without a session cookie nobody need ask the session store."""
    if "messages" in request.COOKIES:
        return False
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return True
    return not request.user.is_authenticated and "_messages" not in request.session


def home(request: HttpRequest, page: HomePage | front_page.HomeText) -> HttpResponse:
    """Renders the front page for whoever asks."""
    level = request.GET.get("level", "")[:LEVEL_CHARACTERS]
    guest = not request.user.is_authenticated
    generation = front_page.generation()
    facts = front_page.front(guest=guest, level=level)
    news, documents = front_page.latest_news()
    context = {
        "page": page,
        "front": facts,
        "searches": front_page.searches(page.example_searches(), facts, guest=guest),
        "news": news,
        "documents": documents,
        "waiting": None if guest else waiting_for(request.user, site(request)["chrome"].verbs),  # type: ignore[arg-type]
        "level_known": facts.level == level,
        "part": front_page.part(generation, facts, guest=guest),
        "seconds": front_page.SECONDS,
    }
    return TemplateResponse(request, HomePage.template, context)


def news_index(request: HttpRequest, page: NewsIndexPage) -> HttpResponse:
    """All news and documents, or one of the two kinds; documents are found by number and words."""
    live = NewsPage.objects.live().child_of(page).order_by("-day", "-pk")
    kind = request.GET.get("kind", "")
    if kind == "news":
        live = live.filter(number="")
    elif kind == "documents":
        live = live.exclude(number="")
    else:
        kind = ""
    items = Paginator(live, NEWS_PER_PAGE).get_page(request.GET.get("page"))
    return TemplateResponse(request, NewsIndexPage.template, {"page": page, "items": items, "kind": kind})


def news(request: HttpRequest, page: NewsPage) -> HttpResponse:
    """One piece of news, with what came before and after it."""
    index = page.get_parent()
    live = NewsPage.objects.live().child_of(index)
    older = live.filter(Q(day__lt=page.day) | Q(day=page.day, pk__lt=page.pk)).order_by("-day", "-pk").first()
    newer = live.filter(Q(day__gt=page.day) | Q(day=page.day, pk__gt=page.pk)).order_by("day", "pk").first()
    context = {"page": page, "index": index, "older": older, "newer": newer}
    return TemplateResponse(request, NewsPage.template, context)


def info(request: HttpRequest, page: InfoPage) -> HttpResponse:
    """A page of help or rules, its place, and the pages below it or beside it."""
    above = InfoPage.objects.ancestor_of(page).live().order_by("path")
    below = InfoPage.objects.child_of(page).live().order_by("path")
    beside = InfoPage.objects.sibling_of(page).live().order_by("path")
    if page.depth <= TOP_DEPTH:
        # At the top only those of the same column belong together.
        beside = beside.filter(footer=page.footer) if page.footer else beside.filter(pk=page.pk)
    context = {"page": page, "above": list(above), "below": list(below), "beside": list(beside)}
    return TemplateResponse(request, InfoPage.template, context)
