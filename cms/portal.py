"""Reads what the header and footer of every page show (see ``context``)."""

from __future__ import annotations

from accounts.days import today
from accounts.models import OrgUnit
from cms.context import Link, PortalFacts
from cms.formats import NBSP
from cms.models import InfoPage, NewsIndexPage, Portal

DEFAULT_NAME = "Học liệu"


def _root_name() -> str:
    root = OrgUnit.objects.roots(today()).named(today()).order_by("pk").first()
    return getattr(root, "name", "") or ""


def read_portal() -> PortalFacts:
    """At most five queries; callers keep the answer."""
    settings = Portal.objects.order_by("pk").first() or Portal()
    news = NewsIndexPage.objects.live().order_by("path").first()
    helps: list[Link] = []
    rules: list[Link] = []
    for page in InfoPage.objects.live().exclude(footer="").order_by("path"):
        (helps if page.footer == InfoPage.HELP else rules).append(Link(page.title, page.relative_url(None)))
    return PortalFacts(
        name=settings.name or DEFAULT_NAME,
        unit_name=settings.unit_name or _root_name(),
        about=settings.about,
        contact=settings.contact,
        phone=settings.phone.replace(" ", NBSP),
        news_url=(news.relative_url(None) or "") if news else "",
        help_links=helps,
        rule_links=rules,
    )
