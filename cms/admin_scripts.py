"""Words of Wagtail's scripts that its own Vietnamese lacks: they come from the catalogue of this project."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.views.i18n import JavaScriptCatalog
from wagtail.admin.localization import get_localized_response

#: As Wagtail's scripts ask for them, of several by their singular; translated in locale/*/wagtail.po.
TEXTS = (
    "%(num)s error",
    "%(num)s min",
    "%(num)s pixel",
    "A network error occurred.",
    "A server error occurred.",
    "Actions",
    "Alt text",
    "Autosave in progress…",
    "Blocks",
    "Broken link",
    "Changes have been autosaved.",
    "Character count:",
    "Collapse all",
    "Complex",
    "Decorative image",
    "Drag",
    "Duplicate",
    "Enter your comments...",
    "Enter your reply...",
    "Error while sending preview data.",
    "Expand all",
    "Fair",
    "Focus comment",
    "Good",
    "Horizontal line",
    "Insert a block",
    "Line break",
    "Main menu",
    "Missing document",
    "More actions",
    "Move down",
    "Move up",
    "No",
    "No results",
    "Page explorer",
    "Pin toolbar",
    "Reload saved content",
    "Reload the page",
    "Reply",
    "Resolve",
    "Retry",
    "Search options…",
    "See all",
    "Show latest content",
    "Split block",
    "The editor just crashed. Content has been reset to the last saved version.",
    "This field is required.",
    "Toggle section",
    "Toggle side panel",
    "Toggle sidebar",
    "Unfocus comment",
    "Unpin toolbar",
    "View child pages of '%(title)s'",
    "Write something or type ‘/’ to insert a block",
    "Yes",
)


class Catalog(JavaScriptCatalog):
    """Wagtail's words, and ours where it has none."""

    packages = ["wagtail.admin"]

    def get_catalog(self) -> dict[str, Any]:
        ours = {text: said for text in TEXTS if (said := gettext(text)) != text}
        return ours | super().get_catalog()


_catalog = Catalog.as_view()


def words_of_scripts(request: HttpRequest) -> HttpResponse:
    """In the language that the person chose for the admin, as Wagtail's own address answers."""
    return get_localized_response(_catalog, request)
