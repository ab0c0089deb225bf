"""Runs inside the project over the state of the live site: one class, and a learner for each session."""

from __future__ import annotations

import json
from datetime import timedelta
from importlib import import_module
from uuid import uuid4

from django.conf import settings

from accounts.actions import create_unit
from accounts.days import today
from accounts.models import OrgUnit, UnitKind, User
from courses.models import Activity, Course, CourseRun, Enrolment, RunPin, Section
from tests.courses.runtime.stage import lesson_from
from tests.factories import LONG_AGO, UserFactory, person
from tests.loss.package import build
from tests.loss.plan import STANDARDS


def class_of(learners: int) -> str:
    """A class with the three lessons, and as many learners; as JSON what the sessions need of each.

    That is: the value of her session's cookie, her enrolment's key and each lesson's address.
    """
    unit = OrgUnit.objects.root() or create_unit(
        by=None, code="so", name="Sở GD&ĐT", kind=UnitKind.SO, parent=None, on=LONG_AGO
    )
    mark = uuid4().hex[:8]
    author = person(unit, "teacher", username=f"giao-vien-{mark}")
    course = Course.objects.create(unit=unit, owner=author, title=f"Bồi dưỡng {mark}", state="open")
    section = Section.objects.create(course=course, title="Phần 1")
    run = CourseRun.objects.create(
        course=course,
        unit=unit,
        name="Lớp thử",
        opens_on=today() - timedelta(days=1),
        closes_on=today() + timedelta(days=30),
        school_year=2026,
        state="open",
        created_by=author,
    )
    activities = {name: _lesson(unit, author, section, run, name) for name in STANDARDS}
    return json.dumps([_learner(f"hv-{mark}-{place}", run, activities) for place in range(learners)])


def _lesson(unit: OrgUnit, author: User, section: Section, run: CourseRun, standard: str) -> Activity:
    version = lesson_from(unit, author, build(standard), f"{standard}.zip")
    activity = Activity.objects.create(
        section=section, title=standard, resource=version.resource, rule={"when": "completed"}
    )
    RunPin.objects.create(run=run, activity=activity, version=version)
    return activity


def _learner(username: str, run: CourseRun, activities: dict[str, Activity]) -> dict[str, object]:
    learner = UserFactory(username=username, password=None)
    enrolment = Enrolment.objects.create(run=run, user=learner)
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session["_auth_user_id"] = str(learner.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = learner.get_session_auth_hash()
    session.save()
    return {
        "session": session.session_key,
        "enrolment": enrolment.pk,
        "addresses": {name: f"/learn/{enrolment.uid}/{one.uid}/" for name, one in activities.items()},
    }


def shown(enrolments: list[int]) -> str:
    """What ``attempt_show`` says of the attempts of these enrolments, as JSON by enrolment."""
    from courses.management.commands.attempt_show import show
    from courses.models import Attempt

    attempts = Attempt.objects.filter(enrolment__in=enrolments).select_related("version", "user")
    return json.dumps({one.enrolment_id: show(one) for one in attempts}, default=str, ensure_ascii=False)
