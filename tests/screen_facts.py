"""Addresses of typical things in a demo province, for ``tests.screens``; runs inside the project."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet

from accounts.models import OrgUnit, User
from cms.models import InfoPage, NewsPage
from courses.models import Activity, Attempt, ClassSession, Course, CourseRun, Enrolment, Target
from repository.models import Kind, LearningResource, Review, Version

#: A school that every size of the demo has.
UNIT = "thcs-le-loi"


def _uid(rows: QuerySet[Any]) -> str:
    row = rows.first()
    return str(row.uid) if row else ""


def _published(kinds: list[str]) -> QuerySet[Any]:
    teacher = User.objects.get(username="gv")
    return (
        LearningResource.objects.visible_to(teacher)
        .filter(versions__publications__withdrawn_on=None, versions__kind__in=kinds)
        .exclude(versions__publications=None)
        .order_by("pk")
        .distinct()
    )


def facts() -> dict[str, str]:
    """Name → uid or path; empty where the province has no such thing."""
    teacher = User.objects.get(username="gv")
    mine = LearningResource.objects.filter(author=teacher).order_by("pk")
    # The course with the most kinds of activity, so that each kind's page has one
    kinds = Count("run__course__sections__activities__kind", distinct=True)
    enrolment = (
        Enrolment.objects.filter(user__username="hocvien", run__state="open")
        .annotate(kinds=kinds)
        .order_by("-kinds", "pk")
        .first()
    )
    found = {
        "news": NewsPage.objects.live().order_by("-day").first().url,
        "information": InfoPage.objects.live().order_by("pk").first().url,
        "resource_package": _uid(_published([Kind.SCORM12, Kind.SCORM2004])),
        "resource_pdf": _uid(_published([Kind.PDF])),
        "resource_image": _uid(_published([Kind.IMAGE])),
        "version_package": _uid(
            Version.objects.filter(kind=Kind.SCORM12, review=Review.APPROVED, publications__withdrawn_on=None)
        ),
        "version_submitted": _uid(Version.objects.filter(review=Review.SUBMITTED).order_by("pk")),
        "lesson_draft": _uid(mine.filter(versions__review=Review.DRAFT)),
        "lesson_published": _uid(mine.filter(versions__review=Review.APPROVED)),
        "unit": UNIT,
        "person": str(User.objects.get(username="hocvien").uid),
        "target": _uid(Target.objects.annotate(n=Count("states")).order_by("-n", "pk")),
    }
    # The one with the longest history that a training manager reads
    led = CourseRun.objects.led_by(User.objects.get(username="quanly"))
    tried = (
        Attempt.objects.filter(user__username="hocvien", enrolment__run__in=led)
        .annotate(n=Count("commits_kept"))
        .order_by("-n", "pk")
        .first()
    )
    if tried and tried.enrolment:
        found |= {"attempt": str(tried.uid), "run_attempt": str(tried.enrolment.run.uid)}
    long = (
        Course.objects.filter(state="open")
        .annotate(n=Count("sections__activities"))
        .filter(n__gte=40, runs__enrolments__user__username="hocvien")
    )
    found["course_40"] = _uid(long.order_by("pk"))
    if enrolment:
        course: Course = enrolment.run.course
        activities = Activity.objects.filter(section__course=course, retired_at=None)
        session = (
            ClassSession.objects.filter(run__enrolments__user__username="hocvien")
            .exclude(state="cancelled")
            .order_by("-run__state", "starts_at")
            .first()
        )
        found |= {
            "course": str(course.uid),
            "run": str(enrolment.run.uid),
            "enrolment": str(enrolment.uid),
            "activity_package": _uid(activities.filter(kind=Activity.Kind.PACKAGE)),
            "activity_page": _uid(activities.filter(kind=Activity.Kind.PAGE)),
            "activity_session": _uid(activities.filter(kind=Activity.Kind.SESSION)),
            "session": str(session.uid) if session else "",
            "run_session": str(session.run.uid) if session else "",
        }
    return found


def counts() -> str:
    """How large this world is, in a line."""
    return ", ".join(
        f"{model.objects.count():,} {model._meta.verbose_name_plural}"
        for model in (User, OrgUnit, LearningResource, Course, Enrolment)
    )
