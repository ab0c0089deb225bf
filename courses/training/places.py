"""In which courses and classes a resource is used, as far as a person may see them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext

from courses.training.models import Course, CourseRun
from repository.places_of_use import Place

MOST = 6


def courses_and_classes(user: Any, resource_id: int) -> list[Place]:
    """The courses that have it as an activity now, then the classes of those where she learns or leads."""
    if not user.is_authenticated:
        return []
    used = {"sections__activities__resource": resource_id, "sections__activities__retired_at": None}
    courses = Course.objects.visible_to(user).filter(**used).with_rights(user).distinct()
    runs = CourseRun.objects.visible_to(user).filter(
        **{f"course__{name}": value for name, value in used.items()}
    )
    found = [
        Place(course.title, reverse("courses:course", args=[course.uid]), "course", course.unit_name or "")
        for course in courses.order_by("title", "pk")[:MOST]
    ]
    for run in runs.distinct().order_by("-opens_on", "pk")[:MOST]:
        name = pgettext("training", "Class: %(name)s") % {"name": run.name}
        found.append(Place(name, reverse("courses:run", args=[run.uid]), "class"))
    return found
