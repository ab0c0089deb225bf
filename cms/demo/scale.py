"""A sector of 20,000 people and 1,000 courses around the demo province, for benchmarks: bulk rows alone.

It stands on a loaded demo, whose sign-ins go on working: ``so`` sees all of it, ``hocvien`` learns in it.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from accounts.days import school_year_of, today
from accounts.models import OrgUnit, Position, UnitAncestry, UnitFacts, UnitKind, UnitLink, User
from cms.demo import clock
from cms.demo.bulk import Person, Stay, create_people
from cms.demo.names import Names
from cms.demo.people import HEADS, LEVELS, SUBJECTS, WOMEN, position_of, roles_of
from cms.demo.units import REFORM, ROOT
from courses.coverage.actions import create_target
from courses.training.completion import OPENED, Rule
from courses.training.models import (
    Activity,
    ActivityCompletion,
    Completion,
    Course,
    CourseRun,
    Enrolment,
    RunPin,
    Section,
)
from repository.models import LearningResource, MetadataRevision, Publication, Version

SCALE_FILE = "demo-scale.json"
BATCH = 2_000
_SCHOOL_SIZE = 30
_COMMUNES = 100
_LONG, _LONG_PEOPLE = 40, 2_000
_LEARNER = "hocvien"
_LEARNER_CLASSES = 60


@dataclass(frozen=True)
class Scale:
    """What a benchmark asks for: public ids and names of what is large in the sector."""

    people: int
    courses: int
    enrolments: int
    resources: int
    course: str
    run: str
    learner: str
    learner_classes: int
    target: str
    commune: str
    resource: str


@dataclass
class _Sector:
    """What has been made so far."""

    root: OrgUnit
    manager: User
    dice: random.Random
    communes: list[OrgUnit]
    users: list[User]
    lessons: list[tuple[LearningResource, Version]]


@transaction.atomic
def fill(*, people: int, courses: int, resources: int, say: Callable[[str], object]) -> Scale:
    """Adds units, people, resources, courses, classes, enrolments and targets up to these numbers."""
    sector = _Sector(
        root=OrgUnit.objects.get(code=ROOT),
        manager=User.objects.get(username="quanly"),
        dice=random.Random(1984),  # noqa: S311 - the same sector every time
        communes=[],
        users=[],
        lessons=[],
    )
    _people(sector, people - User.objects.count(), say)
    _resources(sector, resources - LearningResource.objects.count())
    say(f"  {LearningResource.objects.count():,} resources")
    runs = _courses(sector, courses)
    say(f"  {Course.objects.count():,} courses, {CourseRun.objects.count():,} classes")
    long_run = _enrol(sector, runs)
    say(f"  {Enrolment.objects.count():,} enrolments, {ActivityCompletion.objects.count():,} activities done")
    target = _targets(sector, long_run.course)
    return Scale(
        people=User.objects.count(),
        courses=Course.objects.count(),
        enrolments=Enrolment.objects.count(),
        resources=LearningResource.objects.count(),
        course=str(long_run.course.uid),
        run=str(long_run.uid),
        learner=_LEARNER,
        learner_classes=Enrolment.objects.filter(user__username=_LEARNER).count(),
        target=target,
        commune=sector.communes[0].code,
        resource=str(sector.lessons[0][0].uid),
    )


def write(scale: Scale, folder: Path) -> Path:
    """Leaves the ids in a file beside the database."""
    path = folder / SCALE_FILE
    path.write_text(json.dumps(asdict(scale), indent=1) + "\n", encoding="utf-8")
    return path


# Units and people


def _people(sector: _Sector, count: int, say: Callable[[str], object]) -> None:
    whole = sum(HEADS.values())
    schools: list[tuple[UnitKind, int]] = []
    for kind, heads in HEADS.items():
        here = round(count * heads / whole)
        n = max(1, here // _SCHOOL_SIZE)
        schools += [(kind, here // n + (i < here % n)) for i in range(n)]
    sector.dice.shuffle(schools)
    sector.communes = _units([(f"xa-{n:03d}", f"Xã số {n}", UnitKind.XA) for n in range(1, 1 + _COMMUNES)])
    _link(sector.communes, [sector.root] * _COMMUNES, [])
    parents = [sector.communes[n % _COMMUNES] for n in range(len(schools))]
    made = _units([(f"truong-{n:04d}", f"Trường số {n}", kind) for n, (kind, _size) in enumerate(schools, 1)])
    _link(made, parents, [sector.root] * len(made))
    say(f"  {OrgUnit.objects.count():,} units")
    names = Names(seed=20_000, namesakes=40)
    for username in User.objects.values_list("username", flat=True):
        names.take(username)
    sector.users = create_people(_staff(names, made, schools))
    say(f"  {User.objects.count():,} people")


def _units(rows: Sequence[tuple[str, str, UnitKind]]) -> list[OrgUnit]:
    units = OrgUnit.objects.bulk_create([OrgUnit(code=code) for code, _name, _kind in rows], batch_size=BATCH)
    UnitFacts.objects.bulk_create(
        [
            UnitFacts(unit=unit, name=name, kind=kind, valid_from=REFORM)
            for unit, (_code, name, kind) in zip(units, rows, strict=True)
        ],
        batch_size=BATCH,
    )
    return units


def _link(units: Sequence[OrgUnit], parents: Sequence[OrgUnit], roots: Sequence[OrgUnit]) -> None:
    """Places units under their parents, and those under the roots, with the closure of it."""
    UnitLink.objects.bulk_create(
        [UnitLink(child=u, parent=p, valid_from=REFORM) for u, p in zip(units, parents, strict=True)],
        batch_size=BATCH,
    )
    pairs = [(unit, unit, 0) for unit in units]
    pairs += [(parent, unit, 1) for unit, parent in zip(units, parents, strict=True)]
    pairs += [(root, unit, 2) for unit, root in zip(units, roots, strict=False)]
    UnitAncestry.objects.bulk_create(
        [UnitAncestry(ancestor=a, descendant=d, depth=n, valid_from=REFORM) for a, d, n in pairs],
        batch_size=BATCH,
    )


def _staff(
    names: Names, units: Sequence[OrgUnit], schools: Sequence[tuple[UnitKind, int]]
) -> Iterator[Person]:
    for unit, (kind, size) in zip(units, schools, strict=True):
        levels = LEVELS[kind]
        for n in range(size):
            position, level = position_of(n, size), levels[n % len(levels)]
            taught = SUBJECTS[level][n % len(SUBJECTS[level])] if position == Position.TEACHER else ()
            name = names.draw(WOMEN.get(kind, 0.5))
            yield Person(
                username=names.username(name),
                name=name,
                stays=[Stay(unit, REFORM, roles=roles_of(position))],
                position=position,
                level=level,
                subjects=taught,
            )


# Resources


def _resources(sector: _Sector, count: int) -> None:
    """More resources of the same files: copies of those the department publishes, under other titles."""
    shown = list(
        Publication.objects.in_force()
        .filter(unit=sector.root)
        .select_related("version__resource", "metadata")
        .order_by("pk")
    )
    sector.lessons = [(row.version.resource, row.version) for row in shown]
    copies: list[tuple[LearningResource, Publication]] = []
    for n in range(max(0, count)):
        row = shown[n % len(shown)]
        resource = LearningResource.objects.model(
            **{
                field.attname: getattr(row.version.resource, field.attname)
                for field in LearningResource._meta.concrete_fields
                if field.name not in {"id", "uid", "title"}
            },
            title=f"{row.version.resource.title[:230]} ({n // len(shown) + 2})",
        )
        resource.author = sector.dice.choice(sector.users)
        copies.append((resource, row))
    _copy(sector, copies)


def _copy(sector: _Sector, copies: Sequence[tuple[LearningResource, Publication]]) -> None:
    LearningResource.objects.bulk_create([resource for resource, _row in copies], batch_size=BATCH)
    grades: dict[int, list[int]] = {}
    through = LearningResource.grades.through
    for resource_id, grade_id in through.objects.values_list("learningresource_id", "grade_id"):
        grades.setdefault(resource_id, []).append(grade_id)
    through.objects.bulk_create(
        [
            through(learningresource_id=resource.pk, grade_id=grade_id)
            for resource, row in copies
            for grade_id in grades.get(row.version.resource_id, ())
        ],
        batch_size=BATCH,
    )
    revisions, versions, publications = [], [], []
    for resource, row in copies:
        data = {**row.metadata.data, "title": resource.title}
        revisions.append(MetadataRevision(resource=resource, number=1, data=data, by=resource.author))
        versions.append(
            Version(
                resource=resource,
                number=1,
                by=resource.author,
                **{
                    name: getattr(row.version, name)
                    for name in ("blob_id", "filename", "ingest", "review", "kind", "edition", "launch")
                },
            )
        )
        publications.append(
            Publication(
                version=versions[-1],
                metadata=revisions[-1],
                unit=sector.root,
                by=sector.manager,
                published_on=row.published_on,
                open_to_guests=row.open_to_guests,
            )
        )
    MetadataRevision.objects.bulk_create(revisions, batch_size=BATCH)
    Version.objects.bulk_create(versions, batch_size=BATCH)
    Publication.objects.bulk_create(publications, batch_size=BATCH)


# Courses and classes


def _courses(sector: _Sector, count: int) -> list[CourseRun]:
    """The first of these has forty activities. Every course has a class that runs now."""
    missing = count - Course.objects.count()
    courses = [
        Course(
            unit=sector.root,
            owner=sector.manager,
            title=f"Khóa bồi dưỡng số {n}",
            summary="Khóa học để đo tốc độ.",
            periods=15,
            state=Course.State.OPEN,
        )
        for n in range(1, missing + 1)
    ]
    Course.objects.bulk_create(courses, batch_size=BATCH)
    sections, activities = [], []
    for n, course in enumerate(courses):
        of = _LONG if n == 0 else 4 + n % 5
        parts = [Section(course=course, title=f"Phần {i + 1}", position=i) for i in range(max(1, of // 5))]
        sections += parts
        activities += [_activity(sector, n, i, parts) for i in range(of)]
    Section.objects.bulk_create(sections, batch_size=BATCH)
    Activity.objects.bulk_create(activities, batch_size=BATCH)
    day = today()
    runs = [
        CourseRun(
            course=course,
            unit=sector.root if n % 3 == 0 else sector.communes[n % _COMMUNES],
            name=f"Lớp của khóa số {n + 1}",
            opens_on=day - timedelta(days=30 + n % 60),
            closes_on=day + timedelta(days=20 + n % 40),
            school_year=school_year_of(day),
            state=CourseRun.State.OPEN,
            created_by=sector.manager,
        )
        for n, course in enumerate(courses)
    ]
    CourseRun.objects.bulk_create(runs, batch_size=BATCH)
    run_of = {run.course_id: run for run in runs}
    version_of = {resource.pk: version for resource, version in sector.lessons}
    RunPin.objects.bulk_create(
        [
            RunPin(run=run_of[a.section.course_id], activity=a, version=version_of[a.resource_id])
            for a in activities
        ],
        batch_size=BATCH,
    )
    return runs


def _activity(sector: _Sector, course: int, place: int, parts: Sequence[Section]) -> Activity:
    resource, version = sector.lessons[(course * 7 + place) % len(sector.lessons)]
    played = version.kind in {"scorm12", "scorm2004", "html5"}
    return Activity(
        section=parts[place * len(parts) // max(1, _LONG if course == 0 else 4 + course % 5)],
        position=place,
        kind=Activity.Kind.PACKAGE if played else Activity.Kind.RESOURCE,
        title=f"{place + 1}. {resource.title}"[:250],
        resource=resource,
        rule=Rule(OPENED).as_json(),
    )


def _enrol(sector: _Sector, runs: Sequence[CourseRun]) -> CourseRun:
    """Forty people a class, two thousand in the first; a third done, a third half way, a third not begun."""
    learner = User.objects.get(username=_LEARNER)
    pins: dict[int, list[Activity]] = {}
    for pin in RunPin.objects.filter(run__in=runs).select_related("activity").order_by("activity_id"):
        pins.setdefault(pin.run_id, []).append(pin.activity)
    enrolments, done, completed = [], [], []
    for n, run in enumerate(runs):
        size = _LONG_PEOPLE if n == 0 else 40
        start = sector.dice.randrange(len(sector.users))
        chosen = [sector.users[(start + 7 * i) % len(sector.users)] for i in range(size)]
        if n < _LEARNER_CLASSES:
            chosen.insert(0, learner)
        for i, user in enumerate({user.pk: user for user in chosen}.values()):
            activities = pins[run.pk]
            half, whole = len(activities) // 2, len(activities)
            reached = half if user is learner else (0, half, whole)[i % 3]
            at = clock.moment(run.opens_on + timedelta(days=1 + i % 25), 19)
            enrolment = Enrolment(
                run=run,
                user=user,
                enrolled_by=sector.manager,
                enrolled_at=clock.moment(run.opens_on - timedelta(days=5)),
                progress=reached / len(activities),
                last_active_at=at if reached else None,
            )
            enrolments.append(enrolment)
            done += [
                ActivityCompletion(enrolment=enrolment, activity=activity, at=at, rule=activity.rule)
                for activity in activities[:reached]
            ]
            if reached == len(activities):
                completed.append(_completion(enrolment, run, at.date()))
    with clock.as_dated(Enrolment):
        Enrolment.objects.bulk_create(enrolments, batch_size=BATCH)
    ActivityCompletion.objects.bulk_create(done, batch_size=BATCH)
    Completion.objects.bulk_create(completed, batch_size=BATCH)
    return runs[0]


def _completion(enrolment: Enrolment, run: CourseRun, day: date) -> Completion:
    return Completion(
        enrolment=enrolment, user_id=enrolment.user_id, course_id=run.course_id, on=day, score=0.9
    )


def _targets(sector: _Sector, course: Course) -> str:
    """One over everybody, one for each of ten communes; the public id of the first."""
    uids = []
    for unit in (sector.root, *sector.communes[:10]):
        target = create_target(
            by=None,
            unit=unit,
            course=course,
            name="Cán bộ, giáo viên, nhân viên hoàn thành khóa số 1",
            percent=Decimal(80),
            first_day=today() - timedelta(days=200),
            deadline=today() + timedelta(days=100),
        )
        uids.append(str(target.uid))
    return uids[0]
