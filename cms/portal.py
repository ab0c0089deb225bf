"""Reads what the header and footer of every page show (see ``context``)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.days import today
from accounts.models import OrgUnit
from cms.context import Column, Link, PortalFacts
from cms.formats import NBSP
from cms.models import ContactPage, InfoPage, NewsIndexPage, Portal

DEFAULT_NAME = "Học liệu"


def _root_name() -> str:
    root = OrgUnit.objects.roots(today()).named(today()).order_by("pk").first()
    return getattr(root, "name", "") or ""


def links(blocks: Iterable[Any]) -> list[Link]:
    """The links of a menu as editors put it together; those to pages that are gone are left out."""
    found = []
    for block in blocks:
        if block.block_type == "address":
            found.append(Link(block.value["title"], block.value["address"]))
        elif (page := block.value["page"]) is not None and page.live:
            found.append(Link(block.value["title"] or page.title, page.relative_url(None) or ""))
    return [link for link in found if link.url]


def _columns(settings: Portal, named: dict[str, list[Link]]) -> list[Column]:
    """The footer's columns: those put together by editors, else the information pages that name one."""
    made = [Column(block.value["title"], links(block.value["links"])) for block in settings.footer]
    if not made:
        made = [
            Column(_("Help"), named.get(InfoPage.HELP, [])),
            Column(_("Rules"), named.get(InfoPage.RULES, [])),
        ]
    return [column for column in made if column.links]


def read_portal() -> PortalFacts:
    """A handful of queries; callers keep the answer."""
    settings = Portal.objects.order_by("pk").first() or Portal()
    news = NewsIndexPage.objects.live().order_by("path").first()
    contact = ContactPage.objects.live().order_by("path").first()
    named: dict[str, list[Link]] = {}
    for page in InfoPage.objects.live().exclude(footer="").order_by("path"):
        named.setdefault(page.footer, []).append(Link(page.title, page.relative_url(None)))
    return PortalFacts(
        name=settings.name or DEFAULT_NAME,
        unit_name=settings.unit_name or _root_name(),
        about=settings.about,
        contact=settings.contact,
        phone=settings.phone.replace(" ", NBSP),
        news_url=(news.relative_url(None) or "") if news else "",
        contact_url=(contact.relative_url(None) or "") if contact else "",
        address=settings.address,
        email=settings.email,
        hours=settings.hours,
        menu=links(settings.menu),
        help_url=next((link.url for link in named.get(InfoPage.HELP, [])), ""),
        columns=_columns(settings, named),
    )
