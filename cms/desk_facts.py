"""What the desks of units and people say about lessons, courses and learning: asked here, told there."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accounts import belongings, person_page
from accounts.models import User
from accounts.permissions import home_unit, may
from accounts.person_page import Learning
from courses.coverage.models import Target
from courses.training.models import Completion, Course, CourseRun, Enrolment
from repository.models import LearningResource, Publication


def register() -> None:
    """Called once, when all apps are there."""
    belongings.register(gettext_lazy("Lessons of the unit"), _lessons)
    belongings.register(gettext_lazy("Lessons published for it"), _published)
    belongings.register(pgettext_lazy("training", "Courses"), _courses)
    belongings.register(pgettext_lazy("training", "Classes"), _classes)
    belongings.register(gettext_lazy("Targets of the unit"), _targets)
    person_page.register(learning)


def _lessons(units: Collection[int]) -> int:
    return LearningResource.objects.filter(owner_unit__in=units).count()


def _published(units: Collection[int]) -> int:
    return Publication.objects.filter(unit__in=units, withdrawn_on=None).count()


def _courses(units: Collection[int]) -> int:
    return Course.objects.filter(unit__in=units).count()


def _classes(units: Collection[int]) -> int:
    return CourseRun.objects.filter(unit__in=units).exclude(state="closed").count()


def _targets(units: Collection[int]) -> int:
    return Target.objects.filter(unit__in=units).count()


def learning(reader: User, person: User) -> list[Learning]:
    """What a person learned and learns now, for who may see who is trained."""
    if not may(reader, "coverage.view", home_unit(person)):
        return []
    done = Completion.objects.filter(user=person, revoked_on=None)
    last = done.aggregate(day=Max("on"))["day"]
    number = done.values("course").distinct().count()
    told = (
        _("%(n)s, the last on %(day)s") % {"n": number, "day": f"{last:%d/%m/%Y}"}
        if last
        else pgettext("learning", "none yet")
    )
    running = Enrolment.objects.filter(user=person, state="active", run__state="open", completion=None)
    names = list(running.order_by("run__closes_on").values_list("run__name", flat=True)[:3])
    return [
        Learning(gettext_lazy("Courses completed"), told),
        Learning(gettext_lazy("Classes now"), "; ".join(names) or pgettext("learning", "none")),
    ]
