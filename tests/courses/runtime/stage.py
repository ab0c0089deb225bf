"""A class with one lesson and a learner in it, for tests of the runtime; with a real package on wish."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from accounts.actions import create_unit
from accounts.days import today
from accounts.models import OrgUnit, UnitKind, User
from cms.demo import packages
from courses.models import Activity, Course, CourseRun, Enrolment, RunPin, Section
from repository import actions, ingest
from repository.metadata import Metadata
from repository.models import LearningResource, MetadataRevision, Publication, Version
from tests.factories import LONG_AGO, PASSWORD, UserFactory, person, published_lesson


@dataclass
class Stage:
    """``learner`` is enrolled in ``run``, which pins ``version`` for ``activity``."""

    unit: OrgUnit
    author: User
    learner: User
    version: Version
    activity: Activity
    run: CourseRun
    enrolment: Enrolment

    def address(self) -> str:
        """The path of the player's page on the site."""
        return f"/learn/{self.enrolment.uid}/{self.activity.uid}/"


def lesson_from(unit: OrgUnit, author: User, package: bytes, filename: str = "bai.zip") -> Version:
    """A real package through upload and ingestion; published at the unit."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / filename
        path.write_bytes(package)
        with path.open("rb") as file:
            upload = actions.receive_file(by=author, filename=filename, size=len(package), file=file)
    metadata = Metadata(title="Bài thử", type="e-learning", licence="cc-by")
    resource = actions.create_resource(by=author, owner_unit=unit, metadata=metadata)
    version = actions.submit_version(by=author, resource=resource, upload=upload)
    ingest.run(version.pk)
    version.refresh_from_db()
    assert version.ingest == "ready", version.findings
    described, _created = MetadataRevision.objects.get_or_create(
        resource=resource, number=resource.revision, defaults={"data": {"title": resource.title}}
    )
    version.review = "approved"
    version.save(update_fields=["review"])
    Publication.objects.create(version=version, metadata=described, unit=unit, published_on=LONG_AGO)
    return version


def make_stage(
    package: str = "", *, rule: dict[str, Any] | None = None, kind: str = "scorm12", days: int = 30
) -> Stage:
    """``package`` names one of ``cms.demo.packages``; without one no file lies behind the lesson."""
    unit = OrgUnit.objects.root() or create_unit(
        by=None, code="so", name="Sở GD&ĐT", kind=UnitKind.SO, parent=None, on=LONG_AGO
    )
    mark = uuid4().hex[:8]  # apart from whatever other processes have put into the same database
    author = person(unit, "teacher", username=f"tac-gia-{mark}")
    if package:
        version = lesson_from(unit, author, packages.build(package), packages.file_name(package))
        resource: LearningResource = version.resource
    else:
        resource = published_lesson(unit, author, kind=kind)
        version = resource.versions.get()
    course = Course.objects.create(unit=unit, owner=author, title="Bồi dưỡng thử", state="open")
    section = Section.objects.create(course=course, title="Phần 1")
    activity = Activity.objects.create(
        section=section, title=resource.title, resource=resource, rule=rule or {"when": "completed"}
    )
    run = CourseRun.objects.create(
        course=course,
        unit=unit,
        name="Lớp thử",
        opens_on=today() - timedelta(days=1),
        closes_on=today() + timedelta(days=days),
        school_year=2026,
        state="open",
        created_by=author,
    )
    RunPin.objects.create(run=run, activity=activity, version=version)
    learner = UserFactory(username=f"hoc-vien-{mark}")
    enrolment = Enrolment.objects.create(run=run, user=learner)
    return Stage(unit, author, learner, version, activity, run, enrolment)


def stage_of(package: bytes, filename: str, rule: dict[str, Any]) -> Stage:
    """As ``make_stage``, with any file of the test's own behind the activity and a rule for it."""
    stage = make_stage(rule=rule)
    stage.version = lesson_from(stage.unit, stage.author, package, filename)
    RunPin.objects.filter(run=stage.run).update(version=stage.version)
    if stage.version.kind in {"video", "audio"}:
        Activity.objects.filter(pk=stage.activity.pk).update(kind="resource")
    return stage


def stage_with(package: bytes) -> Stage:
    """As ``make_stage``, with a SCORM 2004 package of the test's own behind the lesson."""
    stage = make_stage(kind="scorm2004")
    stage.version = lesson_from(stage.unit, stage.author, package)
    RunPin.objects.filter(run=stage.run).update(version=stage.version)
    return stage


def report(stage: Stage) -> dict[str, str]:
    """What a test of real processes needs to know of a stage."""
    return {
        "username": stage.learner.username,
        "author": stage.author.username,
        "password": PASSWORD,
        "address": stage.address(),
        "version": str(stage.version.uid),
        "enrolment": str(stage.enrolment.uid),
        "activity": str(stage.activity.uid),
        "learner": str(stage.learner.uid),
    }
