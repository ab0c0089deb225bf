"""In which courses and classes a resource is used, as far as a person may see them."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import pgettext

from accounts.prepared import prepared
from courses.training.models import Activity, CartridgeImport, Course, CourseRun
from repository.places_of_use import Place

MOST = 6


@prepared
def _courses(user: Any, resource: int) -> QuerySet[Course]:
    used = Activity.objects.filter(section__course=OuterRef("pk"), resource=resource, retired_at=None)
    taken = CartridgeImport.objects.filter(course=OuterRef("pk"), version__resource=resource, state="done")
    courses = Course.objects.visible_to(user).filter(Exists(used) | Exists(taken))
    return courses.with_unit_name().order_by("title", "pk")[:MOST]


@prepared
def _runs(user: Any, resource: int) -> QuerySet[CourseRun]:
    used = Activity.objects.filter(section__course=OuterRef("course"), resource=resource, retired_at=None)
    return CourseRun.objects.visible_to(user).filter(Exists(used)).order_by("-opens_on", "pk")[:MOST]


def courses_and_classes(user: Any, resource_id: int) -> list[Place]:
    """The courses that have it as an activity now, then the classes of those where she learns or leads."""
    if not user.is_authenticated:
        return []
    found = [
        Place(course.title, reverse("courses:course", args=[course.uid]), "course", course.unit_name or "")
        for course in _courses(user=user, resource=resource_id)
    ]
    for run in _runs(user=user, resource=resource_id):
        name = pgettext("training", "Class: %(name)s") % {"name": run.name}
        found.append(Place(name, reverse("courses:run", args=[run.uid]), "class"))
    return found
