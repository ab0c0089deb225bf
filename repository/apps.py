"""Learning resources, their versions, review and the content origin."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RepositoryConfig(AppConfig):
    name = "repository"
    verbose_name = _("Learning resources")

    def ready(self) -> None:
        # Tasks and receivers register themselves when they are imported.
        from importlib import import_module
        from importlib.util import find_spec

        for module in ("repository.receivers", "repository.tasks"):
            if find_spec(module):
                import_module(module)
