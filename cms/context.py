"""What every page of the site needs: its name, the navigation of the person, the footer.

Everything is read when a template first asks for it, so pages without a header (the Wagtail admin,
mail) pay nothing. What is the same for everybody is kept in the cache and dropped when it changes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PORTAL_KEY = "cms:portal:2"
PORTAL_SECONDS = 300


@dataclass(frozen=True)
class Entry:
    """One link of the navigation: where it leads and whether the present page belongs to it."""

    label: str | Promise
    url: str
    icon: str
    current: bool = False
    menu_only: bool = False


@dataclass(frozen=True)
class Link:
    title: str
    url: str


@dataclass(frozen=True)
class Column:
    """A column of links in the footer."""

    title: str | Promise
    links: list[Link]


@dataclass(frozen=True)
class PortalFacts:
    """What stands on every page and is the same for everybody."""

    name: str
    unit_name: str = ""
    about: str = ""
    contact: str = ""
    phone: str = ""
    address: str = ""
    email: str = ""
    hours: str = ""
    news_url: str = ""
    contact_url: str = ""
    #: What editors added to the header's menu and put into the footer
    help_url: str = ""
    menu: list[Link] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)


def portal() -> PortalFacts:
    """The facts of the portal, from the cache or read anew."""
    facts = cache.get(PORTAL_KEY)
    if facts is None:
        from cms.portal import read_portal  # models are not loaded when settings are read

        facts = read_portal()
        cache.set(PORTAL_KEY, facts, PORTAL_SECONDS)
    return facts  # type: ignore[no-any-return]


def link_to(name: str, *args: object) -> str:
    """The address of a named page, or nothing where that page is not installed."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


class Site:
    """The header and footer of one request."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def facts(self) -> PortalFacts:
        return portal()

    @cached_property
    def verbs(self) -> frozenset[str]:
        from accounts.permissions import verbs_of

        user = getattr(self.request, "user", None)
        return verbs_of(user) if user is not None and user.is_authenticated else frozenset()

    @cached_property
    def signed_in(self) -> bool:
        user = getattr(self.request, "user", None)
        return bool(user is not None and user.is_authenticated)

    @cached_property
    def _here(self) -> str:
        match = getattr(self.request, "resolver_match", None)
        return match.view_name or "" if match else ""

    def _entry(self, label: Any, name: str, icon: str, *here: str, menu_only: bool = False) -> Entry | None:
        url = link_to(name)
        current = self._here == name or self._here.startswith(here or ("\0",))
        return Entry(label, url, icon, current, menu_only) if url else None

    @cached_property
    def nav(self) -> list[Entry]:
        """The entries for this person whose pages exist, in the order of the header."""
        entries = [
            self._entry(_("Library"), "search:search", "book", "repository:resource", "courses:browse"),
            self._entry(
                _("Training"), "courses:list", "users", "courses:course", "courses:run", "courses:session"
            ),
        ]
        if self.signed_in:
            entries.append(self._entry(_("My learning"), "courses:learning", "ok"))
            if "resource.create" in self.verbs:
                upload, mine = _("Upload a lesson"), _("My lessons")
                entries.append(self._entry(upload, "repository:upload", "up", menu_only=True))
                # Whoever reviews or manages too has the header full.
                more = "resource.review" in self.verbs or bool(self.manage)
                entries.append(
                    self._entry(mine, "repository:mine", "package", "repository:lesson", menu_only=more)
                )
            if "resource.review" in self.verbs:
                entries.append(self._entry(_("Review"), "repository:review", "pencil", "repository:review_"))
            if self.verbs & {"resource.create", "resource.review"}:
                reports = _("Problem reports")
                entries.append(self._entry(reports, "repository:reports", "warn", menu_only=True))
            entries.append(self._manage())
        news = self.facts.news_url
        if news:
            entries.append(Entry(_("News"), news, "file", self._is_at(news)))
        entries += [Entry(link.title, link.url, "file", self._is_at(link.url)) for link in self.facts.menu]
        entries.append(self._entry(_("Member units"), "members", "building", "member", menu_only=True))
        return [entry for entry in entries if entry]

    def _is_at(self, url: str) -> bool:
        return len(url) > 1 and self.request.path.startswith(url)

    @cached_property
    def manage(self) -> list[Entry]:
        """The pages behind "Manage" that are this person's, in the order of their tabs."""
        pages = (
            ("person.view", _("Your desk"), "coverage:manage", "list", ()),
            (
                "coverage.view",
                _("Training targets"),
                "coverage:targets",
                "target",
                ("coverage:target", "coverage:people"),
            ),
            (
                "course.manage",
                _("Courses and classes"),
                "courses:manage",
                "users",
                ("courses:edit", "courses:new"),
            ),
            ("unit.manage", _("Units"), "accounts:units", "building", ("accounts:unit",)),
            (
                "person.view",
                _("People of your units"),
                "accounts:people",
                "user",
                ("accounts:person", "accounts:people", "accounts:role", "accounts:place", "accounts:roster"),
            ),
        )
        entries = [
            self._entry(label, name, icon, *here)
            for verb, label, name, icon, here in pages
            if verb in self.verbs
        ]
        return [entry for entry in entries if entry]

    def _manage(self) -> Entry | None:
        if not self.manage:
            return None
        current = any(entry.current for entry in self.manage)
        return Entry(_("Manage"), self.manage[0].url, "target", current)

    @cached_property
    def may_upload(self) -> bool:
        return "resource.create" in self.verbs and bool(link_to("repository:upload"))

    @cached_property
    def offers_search(self) -> bool:
        """Whether the header searches: not where a search box stands in the page."""
        return self._here not in {"search:search", "front"}

    @cached_property
    def edits_portal(self) -> bool:
        """Whether to offer the editors' pages; their own door asks again."""
        return "library.edit" in self.verbs


def site(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``chrome`` (this file's ``Site``), and what is read when first used.

    Not ``site``: allauth's views put another thing there.
    """
    kept = getattr(request, "hoclieu_site", None)
    if kept is None:
        kept = Site(request)
        request.hoclieu_site = kept  # type: ignore[attr-defined]
    return {
        "chrome": kept,
        "nav": lambda: kept.nav,
        "portal": lambda: kept.facts,
        "site_name": lambda: kept.facts.name,
        "unit_name": lambda: kept.facts.unit_name,
    }
