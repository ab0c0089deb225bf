"""Finding: what is indexed, how it is asked, who may see it."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("Search")

    def ready(self) -> None:
        from search import kinds

        kinds.register()
        for module in ("search.receivers", "search.tasks", "search.saved.tasks"):
            if find_spec(module):
                import_module(module)
