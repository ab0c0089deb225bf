"""Runtime, training and coverage."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("Training")

    def ready(self) -> None:
        # Receivers and tasks register themselves when they are imported.
        for package in ("runtime", "training", "coverage"):
            for part in ("receivers", "tasks"):
                if find_spec(f"courses.{package}.{part}"):
                    import_module(f"courses.{package}.{part}")
        from courses.training.places import courses_and_classes
        from courses.training.switching import reach_in_short
        from repository.places_of_use import register, register_reach

        register("training", courses_and_classes)
        register_reach("training", reach_in_short)
