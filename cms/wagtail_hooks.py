"""What the project adds to Wagtail's admin and what it leaves out of it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.snippets.models import register_snippet

from cms import library

# Accounts, roles and their reports are ours; Wagtail's would show another, emptier truth.
HIDDEN = {"help", "reports", "snippets"}

register_snippet(library.LibraryGroup)


@hooks.register("register_admin_urls")
def library_urls() -> list[Any]:
    return library.urls()


@hooks.register("construct_main_menu")
def shorten_menu(request: HttpRequest, items: list[Any]) -> None:
    items[:] = [item for item in items if item.name not in HIDDEN]


@hooks.register("construct_homepage_panels")
def shorten_home(request: HttpRequest, panels: list[Any]) -> None:
    panels[:] = [panel for panel in panels if "Upgrade" not in type(panel).__name__]
