"""Pages of the portal that editors write in Wagtail, and what stands on every page."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import StreamField
from wagtail.models import Page

from accounts.models import OrgUnit, User
from cms.blocks import COLUMNS_MOST, MENU_MOST, Desk, MenuColumn, body_blocks, menu_blocks


@register_setting
class Portal(BaseSiteSetting):
    """The names, the contact and the menus that the header and footer of every page show."""

    name = models.CharField(_("name of the portal"), max_length=60, blank=True)
    unit_name = models.CharField(
        _("short name of the department"),
        max_length=80,
        blank=True,
        help_text=_("Beside the logo. Left empty, the name of the root unit stands there."),
    )
    about = models.CharField(_("one sentence about the portal"), max_length=255, blank=True)
    contact = models.CharField(_("who helps"), max_length=160, blank=True)
    phone = models.CharField(_("telephone in office hours"), max_length=40, blank=True)
    address = models.CharField(_("postal address"), max_length=200, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    hours = models.CharField(_("office hours"), max_length=120, blank=True)
    menu = StreamField(
        menu_blocks(),
        verbose_name=_("links of the menu"),
        blank=True,
        max_num=MENU_MOST,
        help_text=_("Stand in the header and in the menu of a phone, after those that everybody has."),
    )
    footer = StreamField(
        [("column", MenuColumn())],
        verbose_name=_("columns of the footer"),
        blank=True,
        max_num=COLUMNS_MOST,
        help_text=_("Left empty, the information pages stand there in the columns that they name."),
    )

    panels = [
        MultiFieldPanel([FieldPanel("name"), FieldPanel("unit_name"), FieldPanel("about")], _("Names")),
        MultiFieldPanel(
            [FieldPanel(n) for n in ("contact", "phone", "hours", "email", "address")], _("Contact")
        ),
        FieldPanel("menu"),
        FieldPanel("footer"),
    ]

    class Meta:
        verbose_name = _("header and footer")


class HomePage(Page):
    """The front page: search, subjects by grade, what is new."""

    hero = models.CharField(_("headline"), max_length=120, blank=True)
    searches = models.TextField(
        _("example searches"), blank=True, help_text=_("One a line, at most six; shown under the search box.")
    )

    content_panels = [*Page.content_panels, FieldPanel("hero"), FieldPanel("searches")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.NewsIndexPage", "cms.InfoPage", "cms.ContactPage"]
    max_count = 1
    template = "cms/home.html"

    class Meta:
        verbose_name = _("front page")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from cms.views import home  # views import the pages they show

        return home(request, self)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return self.serve(request)

    def example_searches(self) -> list[str]:
        """The lines that editors wrote, empty ones left out."""
        return [line.strip() for line in self.searches.splitlines() if line.strip()][:6]


class NewsIndexPage(Page):
    """The list of news, the newest first."""

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.NewsPage"]
    max_count = 1
    template = "cms/news_index.html"

    class Meta:
        verbose_name = _("list of news")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from cms.views import news_index  # views import the pages they show

        return news_index(request, self)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return self.serve(request)


class NewsPage(Page):
    """One piece of news, or one official document with its number."""

    day = models.DateField(_("date"))
    number = models.CharField(
        _("number of the document"),
        max_length=80,
        blank=True,
        help_text=_("For official documents, as printed on them. Empty for news."),
    )
    summary = models.CharField(_("summary"), max_length=255, blank=True)
    body = StreamField(body_blocks(), verbose_name=_("text"), blank=True)

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel([FieldPanel("day"), FieldPanel("number"), FieldPanel("summary")]),
        FieldPanel("body"),
    ]
    parent_page_types = ["cms.NewsIndexPage"]
    subpage_types: list[str] = []
    template = "cms/news.html"

    class Meta:
        verbose_name = _("news")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from cms.views import news  # views import the pages they show

        return news(request, self)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return self.serve(request)


class InfoPage(Page):
    """A page of help or rules, linked from the footer."""

    HELP, RULES = "help", "rules"
    FOOTER = [(HELP, _("Help")), (RULES, _("Rules"))]

    footer = models.CharField(_("column of the footer"), max_length=8, choices=FOOTER, blank=True)
    body = StreamField(body_blocks(), verbose_name=_("text"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("body"), FieldPanel("footer")]
    parent_page_types = ["cms.HomePage", "cms.InfoPage"]
    template = "cms/info.html"

    class Meta:
        verbose_name = _("information page")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        from cms.views import info  # views import the pages they show

        return info(request, self)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        return self.serve(request)


class ContactPage(Page):
    """How to reach the department; the address itself stands in the settings of the footer."""

    body = StreamField(body_blocks(), verbose_name=_("text"), blank=True)
    desks = StreamField([("desk", Desk())], verbose_name=_("who helps with what"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("desks"), FieldPanel("body")]
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    max_count = 1
    template = "cms/contact.html"

    class Meta:
        verbose_name = _("contact page")


class MemberContact(models.Model):
    """Where a unit is reached: what its public page shows besides its name and place in the tree."""

    unit = models.OneToOneField(OrgUnit, models.CASCADE, related_name="contact")
    address = models.CharField(_("postal address"), max_length=200, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("contact of a unit")
        verbose_name_plural = _("contacts of units")

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.address}"
