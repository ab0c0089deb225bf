"""Objects for tests, with honest defaults. A section for each app; each keeps to its own.

Units and roles come from the actions themselves, so that the closure of the tree is right.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts import actions
from accounts.models import Membership, OrgUnit, Position, RoleGrant, UnitKind, User
from accounts.text import sort_key
from courses.models import Completion, Course, CourseRun, Enrolment
from repository.models import (
    LearningResource,
    Licence,
    MetadataRevision,
    Publication,
    ResourceType,
    Sco,
    Version,
)

# --- accounts ---------------------------------------------------------------------------------

#: Units, memberships and roles begin here unless a test says otherwise.
LONG_AGO = date(2016, 9, 1)
PASSWORD = "hoc-tap-suot-doi"


class UserFactory(DjangoModelFactory):
    """A person without unit or role, whose password is ``PASSWORD``."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"nguoi{n}")
    last_name = "Nguyễn Thị"
    first_name = factory.Sequence(lambda n: f"Lan {n}")
    sort_name = factory.LazyAttribute(lambda o: sort_key(o.first_name, o.last_name))
    email = factory.LazyAttribute(lambda o: f"{o.username}@example.test")
    password = factory.django.Password(PASSWORD)


class OrgUnitFactory(DjangoModelFactory):
    """A unit through ``create_unit``. The first one without a parent is the root, later ones stand below."""

    class Meta:
        model = OrgUnit

    code = factory.Sequence(lambda n: f"don-vi-{n}")
    name = factory.Sequence(lambda n: f"Trường Tiểu học số {n}")
    kind = UnitKind.TIEU_HOC
    parent = factory.LazyFunction(OrgUnit.objects.root)
    on = LONG_AGO

    @classmethod
    def _create(cls, model_class: type[OrgUnit], *args: Any, **kwargs: Any) -> OrgUnit:
        return actions.create_unit(by=None, **kwargs)


class MembershipFactory(DjangoModelFactory):
    """A primary membership of a new teacher since long ago."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    unit = factory.SubFactory(OrgUnitFactory)
    position = Position.TEACHER
    on = LONG_AGO

    @classmethod
    def _create(cls, model_class: type[Membership], *args: Any, **kwargs: Any) -> Membership:
        return actions.add_membership(by=None, **kwargs)


class RoleGrantFactory(DjangoModelFactory):
    """A role at a unit since long ago."""

    class Meta:
        model = RoleGrant

    user = factory.SubFactory(UserFactory)
    unit = factory.SubFactory(OrgUnitFactory)
    role = "teacher"
    on = LONG_AGO

    @classmethod
    def _create(cls, model_class: type[RoleGrant], *args: Any, **kwargs: Any) -> RoleGrant:
        return actions.grant_role(by=None, **kwargs)


def person(unit: OrgUnit, *roles: str, **fields: Any) -> User:
    """Somebody who works in a unit and holds roles there."""
    user = UserFactory(**fields)
    MembershipFactory(user=user, unit=unit)
    for role in roles:
        RoleGrantFactory(user=user, unit=unit, role=role)
    return user


# --- training -----------------------------------------------------------------------------------


class CourseFactory(DjangoModelFactory):
    """An open course of the root unit, without sections."""

    class Meta:
        model = Course

    unit = factory.LazyFunction(OrgUnit.objects.root)
    owner = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Kĩ năng CNTT cơ bản {n}")
    state = "open"


class CompletionFactory(DjangoModelFactory):
    """Somebody completed a course in a class of its own. Announces nothing: recompute to count it."""

    class Meta:
        model = Completion

    user = factory.SubFactory(UserFactory)
    course = factory.SubFactory(CourseFactory)
    on = date(2026, 10, 1)

    @classmethod
    def _create(cls, model_class: type[Completion], *args: Any, **kwargs: Any) -> Completion:
        course, user = kwargs["course"], kwargs["user"]
        run, _created = CourseRun.objects.get_or_create(
            course=course,
            name="Lớp đã học xong",
            defaults={
                "unit": course.unit,
                "opens_on": LONG_AGO,
                "closes_on": date(2030, 1, 1),
                "school_year": 2026,
                "state": "open",
                "created_by": course.owner,
            },
        )
        enrolment = Enrolment.objects.create(run=run, user=user, progress=1)
        return Completion.objects.create(enrolment=enrolment, **kwargs)


def published_lesson(
    unit: OrgUnit, author: User, *, title: str = "Phân số bằng nhau", kind: str = "scorm12"
) -> LearningResource:
    """A resource of which a ready version is published at a unit; no file lies behind it."""
    resource = LearningResource.objects.create(
        owner_unit=unit,
        author=author,
        title=title,
        type=ResourceType.objects.first(),
        licence=Licence.objects.first(),
    )
    publish_version(resource, unit, kind=kind)
    return resource


def publish_version(resource: LearningResource, unit: OrgUnit, *, kind: str = "scorm12") -> Version:
    """The next version of a resource, with one SCO, published at a unit."""
    number = resource.versions.count() + 1
    version = Version.objects.create(
        resource=resource,
        number=number,
        filename="bai.zip",
        by=resource.author,
        ingest="ready",
        review="approved",
        kind=kind,
        launch="index.html",
    )
    if kind.startswith("scorm"):
        Sco.objects.create(
            version=version,
            position=0,
            identifier="sco-1",
            title=resource.title,
            path="index.html",
            scorm_type="sco",
        )
    metadata, _created = MetadataRevision.objects.get_or_create(
        resource=resource, number=resource.revision, defaults={"data": {"title": resource.title}}
    )
    Publication.objects.create(version=version, metadata=metadata, unit=unit, published_on=LONG_AGO)
    return version
