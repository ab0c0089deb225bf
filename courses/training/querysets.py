"""Questions about courses, classes and enrolments. Permission is part of each."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.days import today
from accounts.models import UnitAncestry, UnitFacts
from accounts.permissions import at_or_above, told, where
from accounts.querysets import on_day


def _unit_name() -> Subquery:
    return Subquery(UnitFacts.objects.filter(on_day(), unit=OuterRef("unit")).values("name")[:1])


class CourseQuerySet(models.QuerySet[Any]):
    """Courses."""

    def manageable_by(self, user: Any) -> CourseQuerySet:
        return self.filter(where(user, "course.manage"))

    def visible_to(self, user: Any) -> CourseQuerySet:
        """Open ones of a unit at or above her own, those she learns in, those she manages."""
        from courses.training.models import Enrolment

        if not user.is_authenticated or not user.is_active:
            return self.none()
        learns = Exists(Enrolment.objects.filter(run__course=OuterRef("pk"), user=user, state="active"))
        return self.filter(Q(at_or_above(user), state="open") | Q(learns) | where(user, "course.manage"))

    def open_to_classes_of(self, user: Any) -> CourseQuerySet:
        """Open courses that she sees and may give a class of, in a unit of hers at or below the course's."""
        hers = UnitAncestry.objects.filter(
            on_day(), where(user, "class.manage", "descendant"), ancestor=OuterRef("unit")
        )
        return self.visible_to(user).filter(Exists(hers), state="open")

    def with_unit_name(self) -> CourseQuerySet:
        return self.annotate(unit_name=_unit_name())

    def with_rights(self, user: Any) -> CourseQuerySet:
        """Annotates ``manages`` and ``unit_name``, for a page that shows one course."""
        return self.annotate(manages=told(user, "course.manage"), unit_name=_unit_name())


class CourseRunQuerySet(models.QuerySet[Any]):
    """Classes."""

    def manageable_by(self, user: Any) -> CourseRunQuerySet:
        return self.filter(where(user, "class.manage"))

    def visible_to(self, user: Any) -> CourseRunQuerySet:
        """Those she manages, teaches, or learns in."""
        from courses.training.models import Enrolment, Instructor

        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(
            Exists(Enrolment.objects.filter(run=OuterRef("pk"), user=user, state="active"))
            | Exists(Instructor.objects.filter(run=OuterRef("pk"), user=user))
            | where(user, "class.manage")
        )

    def with_rights(self, user: Any) -> CourseRunQuerySet:
        """Annotates ``manages`` and ``unit_name``, for a page that shows one class."""
        return self.annotate(manages=told(user, "class.manage"), unit_name=_unit_name())

    def led_by(self, user: Any) -> CourseRunQuerySet:
        """Those she manages or is named to teach: who leads a class keeps its roll."""
        from courses.training.models import Instructor

        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(
            Exists(Instructor.objects.filter(run=OuterRef("pk"), user=user)) | where(user, "class.manage")
        )

    def offered_to(self, user: Any) -> CourseRunQuerySet:
        """Classes of open courses, held by a unit at or above her own, that are or were open to choice."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(at_or_above(user), choice=True, course__state="open")

    def with_taken(self) -> CourseRunQuerySet:
        """Annotates ``taken``: how many people are in the class now."""
        from courses.training.models import Enrolment

        there = Enrolment.objects.filter(run=OuterRef("pk"), state="active").order_by()
        counted = there.values("run").annotate(n=Count("pk")).values("n")
        return self.annotate(taken=Coalesce(Subquery(counted), 0))

    def open_to_choice(self, user: Any) -> CourseRunQuerySet:
        """Those she can join now: not over, still taking people, with a seat left. Annotates ``taken``."""
        return (
            self.offered_to(user)
            .with_taken()
            .filter(Q(choice_until=None) | Q(choice_until__gte=today()), closes_on__gte=today())
            .exclude(state="closed")
            .filter(Q(seats=None) | Q(taken__lt=F("seats")))
        )

    def with_unit_name(self) -> CourseRunQuerySet:
        return self.annotate(unit_name=_unit_name())

    def running(self) -> CourseRunQuerySet:
        return self.filter(state="open", opens_on__lte=today(), closes_on__gte=today())


class EnrolmentQuerySet(models.QuerySet[Any]):
    """Enrolments."""

    def active(self) -> EnrolmentQuerySet:
        return self.filter(state="active")

    def of(self, user: Any) -> EnrolmentQuerySet:
        return self.active().filter(user=user)
