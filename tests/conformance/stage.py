"""Runs inside the project over the state of the live site: a teacher imports, a learner is enrolled."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import cache
from importlib import import_module
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import transaction

from accounts.actions import create_unit
from accounts.days import today
from accounts.models import OrgUnit, UnitKind, User
from courses.models import Activity, Course, CourseRun, Enrolment, RunPin, Section
from repository.models import Version
from tests.courses.runtime.stage import lesson_from
from tests.factories import LONG_AGO, UserFactory, person


def enrol(packages: dict[str, Path]) -> dict[str, object]:
    """Imports packages as a teacher and enrols a learner in a class that has them all.

    Returns what the runner needs: the value of her session's cookie, her uid, each package's address, or
    under "errors" why it could not be imported.
    """
    unit, author = _teacher()
    mark = uuid4().hex[:8]
    learner = UserFactory(username=f"hoc-vien-{mark}", password=None)
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
    enrolment = Enrolment.objects.create(run=run, user=learner)
    addresses, errors = {}, {}
    for name, path in packages.items():
        try:
            with transaction.atomic():
                activity = _activity(section, lesson_from(unit, author, path.read_bytes(), path.name), run)
        except Exception as fault:  # noqa: BLE001 -- one bad package must not hide how the others do
            errors[name] = f"{type(fault).__name__}: {fault}"
        else:
            addresses[name] = f"/learn/{enrolment.uid}/{activity.uid}/"
    return {
        "session": _session(learner),
        "learner": str(learner.uid),
        "addresses": addresses,
        "errors": errors,
    }


@cache
def _teacher() -> tuple[OrgUnit, User]:
    """One who imports the packages of all cases, and her unit."""
    unit = OrgUnit.objects.root() or create_unit(
        by=None, code="so", name="Sở GD&ĐT", kind=UnitKind.SO, parent=None, on=LONG_AGO
    )
    return unit, person(unit, "teacher", username=f"giao-vien-{uuid4().hex[:8]}")


def _activity(section: Section, version: Version, run: CourseRun) -> Activity:
    resource = version.resource
    activity = Activity.objects.create(
        section=section, title=resource.title, resource=resource, rule={"when": "completed"}
    )
    RunPin.objects.create(run=run, activity=activity, version=version)
    return activity


def _session(user: User) -> str:
    """Signs her in without a browser."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def enrol_all(wanted: list[list[str]], folder: str) -> str:
    """The same for the packages of many learners, as JSON."""
    return json.dumps([enrol({name: Path(folder, f"{name}.zip") for name in names}) for names in wanted])
