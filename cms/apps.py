"""The cms app: portal pages, settings, glue."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class CmsConfig(AppConfig):
    name = "cms"
    verbose_name = _("Portal")

    def ready(self) -> None:
        from cms import admin_search, checks, desk_facts, found, receivers  # noqa: F401 -- registers checks, connects what keeps pages fresh

        desk_facts.register()
        found.register()
        connection_created.connect(admin_search.teach_sqlite, dispatch_uid="cms_admin_search")
