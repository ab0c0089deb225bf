"""The demo's front page: who runs the portal, news, documents, pages of help and rules."""

from __future__ import annotations

import re
from datetime import date, timedelta

from wagtail.models import Page, Site

from accounts.days import today
from accounts.text import fold
from cms.demo import clock, contacts
from cms.demo.pages import HELP, NEWS, SMALL_HELP, SMALL_NEWS
from cms.models import HomePage, InfoPage, NewsIndexPage, NewsPage, Portal


def load(*, small: bool) -> None:
    """Fills the pages that the migrations made; pages that are there already stay."""
    home = HomePage.objects.live().first()
    index = NewsIndexPage.objects.live().first()
    site = Site.objects.filter(is_default_site=True).first()
    if home is None or index is None or site is None:
        raise RuntimeError("the front page or the list of news is missing")
    Portal.objects.update_or_create(
        site=site,
        defaults={
            "name": "Học liệu Hưng Yên",
            "unit_name": "Sở GD&ĐT Hưng Yên",
            "about": "Kho học liệu số dùng chung và bồi dưỡng giáo viên của ngành giáo dục Hưng Yên.",
            "contact": "Tổ hỗ trợ kho học liệu, Sở GD&ĐT",
            "phone": contacts.PHONE,
            "email": contacts.EMAIL,
            "hours": contacts.HOURS,
            "address": contacts.OFFICE,
        },
    )
    chosen = NEWS[: SMALL_NEWS if small else None]
    for title, number, when, summary, paragraphs in sorted(chosen, key=lambda entry: _day(entry[2])):
        day = _day(when)
        with clock.on(day):
            _add(
                index,
                NewsPage(title=title, day=day, number=number, summary=summary, body=_body(paragraphs)),
            )
    for title, column, paragraphs in HELP[: SMALL_HELP if small else None]:
        _add(home, InfoPage(title=title, footer=column, body=_body(paragraphs)))
    contacts.load()


def _day(when: int | date) -> date:
    """A day, or so many days ago."""
    return when if isinstance(when, date) else today() - timedelta(days=when)


def _body(paragraphs: tuple[str, ...]) -> list[tuple[str, str]]:
    return [("text", "".join(f"<p>{text}</p>" for text in paragraphs))]


def _add(parent: Page, page: Page) -> None:
    page.slug = re.sub(r"[^a-z0-9]+", "-", fold(page.title)).strip("-")[:80]
    parent.refresh_from_db()
    parent.add_child(instance=page)
    page.save_revision().publish()
