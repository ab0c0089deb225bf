"""Planned resources as rows, many at once: what upload, check, review and publication would have written."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from accounts.days import today
from accounts.models import OrgUnit, Position, User
from cms.demo import clock
from cms.demo.people import People
from cms.demo.stock import File, Plan
from cms.demo.units import ROOT
from repository import ingest
from repository.actions.resources import describe
from repository.findings import as_rows
from repository.metadata import cleaned, level_of, snapshot
from repository.models import (
    Blob,
    Grade,
    Ingest,
    LearningResource,
    Level,
    Licence,
    MetadataRevision,
    Publication,
    ResourceType,
    Review,
    ReviewEvent,
    Subject,
    TextbookSeries,
    Version,
)
from repository.packages.check import check_upload
from repository.packages.limits import Limits
from repository.packages.report import Report
from repository.signals import resource_changed
from repository.storage import blobs

BATCH = 500
#: The same bytes get the same name in the storage, so that a load broken off leaves nothing twice.
_NAMES = uuid.UUID("8f6f1f0e-52f5-4b0c-9f8b-5c6a5f3f2a10")


@dataclass
class _Shelf:
    """What has been prepared so far."""

    units: dict[str, OrgUnit]
    people: People
    resources: list[LearningResource] = field(default_factory=list)
    blobs: dict[str, Blob] = field(default_factory=dict)
    reports: list[Report] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    publications: list[Publication] = field(default_factory=list)
    events: list[ReviewEvent] = field(default_factory=list)


def shelve(
    plans: Sequence[Plan], units: dict[str, OrgUnit], people: People, say: Callable[[str], object]
) -> list[LearningResource]:
    """Brings all planned resources into the library, in the order given."""
    shelf = _Shelf(units, people)
    _describe(shelf, plans)
    for n, plan in enumerate(plans):
        _bring(shelf, plan, shelf.resources[n])
        if (n + 1) % 50 == 0 or n + 1 == len(plans):
            say(f"  {n + 1} of {len(plans)} more resources")
    _write_versions(shelf)
    _write_publications(shelf)
    resource_changed.send(sender=LearningResource, resource_ids=[row.pk for row in shelf.resources])
    return shelf.resources


def _describe(shelf: _Shelf, plans: Sequence[Plan]) -> None:
    """The resources with their grades and their first metadata revision."""
    types, licences = ({t.code: t for t in m.objects.all()} for m in (ResourceType, Licence))
    series = {t.code: t for t in TextbookSeries.objects.all()}
    levels = {t.code: t for t in Level.objects.all()}
    subjects = {t.code: t for t in Subject.objects.select_related("curriculum")}
    grades = {t.code: t for t in Grade.objects.select_related("level")}
    links: list[tuple[LearningResource, Grade]] = []
    for plan in plans:
        said, subject = cleaned(plan.metadata), subjects[plan.metadata.subject]
        chosen = [grades[code] for code in said.grades]
        at, last = (_at(plan.files[i].on) for i in (0, -1))
        resource = LearningResource(
            owner_unit=shelf.units[plan.unit],
            author=plan.author,
            title=said.title,
            description=said.description,
            keywords=said.keywords,
            type=types[said.type],
            licence=licences[said.licence],
            subject=subject,
            level=levels.get(level_of(subject.curriculum.code, [g.level.code for g in chosen])),
            curriculum=subject.curriculum,
            series=series.get(said.series),
            language=said.language,
            year=said.year or at.year,
            created_at=at,
            changed_at=last,
        )
        shelf.resources.append(resource)
        links += [(resource, grade) for grade in chosen]
    _write_resources(shelf.resources, links)


def _write_resources(resources: list[LearningResource], links: list[tuple[LearningResource, Grade]]) -> None:
    through = LearningResource.grades.through
    with clock.as_dated(LearningResource, MetadataRevision):
        LearningResource.objects.bulk_create(resources, batch_size=BATCH)
        through.objects.bulk_create(
            [through(learningresource_id=resource.pk, grade_id=grade.pk) for resource, grade in links],
            batch_size=BATCH,
        )
        MetadataRevision.objects.bulk_create(
            [
                MetadataRevision(
                    resource=resource,
                    number=1,
                    data=snapshot(describe(resource)),
                    by=resource.author,
                    at=resource.created_at,
                )
                for resource in resources
            ],
            batch_size=BATCH,
        )


def _bring(shelf: _Shelf, plan: Plan, resource: LearningResource) -> None:
    """The versions of one resource with what review said of each."""
    for n, file in enumerate(plan.files):
        newest = n == len(plan.files) - 1
        version = _version(shelf, plan, resource, file, n + 1)
        sent, answered = _at(file.on, 9), _at(min(file.on + timedelta(days=plan.answered), today()), 14)
        if newest and plan.fate == "draft":
            continue
        _event(shelf, version, ReviewEvent.Act.SUBMITTED, plan.author, plan.unit, sent)
        if newest and plan.fate == "submitted":
            version.review, version.submitted_at = Review.SUBMITTED, sent
            continue
        if newest and plan.fate == "returned":
            version.review = Review.RETURNED
            reviewer = _reviewer(shelf, plan.unit, plan.author)
            _event(shelf, version, ReviewEvent.Act.RETURNED, reviewer, plan.unit, answered, plan.reasons)
            continue
        version.review = Review.APPROVED
        for step, code in enumerate(plan.places if newest else plan.first_places):
            _publish(shelf, plan, version, code, answered + timedelta(days=step), newest=newest)


def _publish(shelf: _Shelf, plan: Plan, version: Version, code: str, at: datetime, *, newest: bool) -> None:
    at = min(at, timezone.now())
    reviewer = _reviewer(shelf, code, plan.author)
    publication = Publication(
        version=version,
        unit=shelf.units[code],
        by=reviewer,
        published_on=timezone.localdate(at),
        published_at=at,
        open_to_guests=plan.guests and code == ROOT,
    )
    if not newest:
        end = min(plan.files[-1].on + timedelta(days=plan.answered), today())
        publication.withdrawn_on, publication.withdrawn_at = end, _at(end, 14)
        publication.withdrawn_by = reviewer
    shelf.publications.append(publication)
    _event(shelf, version, ReviewEvent.Act.PUBLISHED, reviewer, code, at)


def _reviewer(shelf: _Shelf, code: str, author: User) -> User:
    """Who reviews at a unit; nobody judges her own."""
    people = shelf.people
    if code != ROOT:
        officials = (Position.VICE_PRINCIPAL, Position.OFFICIAL)
        others = [user for user in people.holding(code, *officials) if user.pk != author.pk]
        if others:
            return others[-1]
    return people.by_username["duyet"]


def _event(  # noqa: PLR0917 - who did what where and when
    shelf: _Shelf, version: Version, act: str, by: User, code: str, at: datetime, reasons: str = ""
) -> None:
    shelf.events.append(
        ReviewEvent(
            version=version, act=act, by=by, at=at, unit=shelf.units[code], reasons=reasons, told_at=at
        )
    )


def _at(day: date, hour: int = 8) -> datetime:
    return min(clock.moment(day, hour), timezone.now())


def _version(shelf: _Shelf, plan: Plan, resource: LearningResource, file: File, number: int) -> Version:
    data = file.build()
    report = check_upload(io.BytesIO(data), filename=file.name, limits=Limits.from_settings(settings))
    if report.refused:
        raise RuntimeError(f"{file.name} was not taken: {report.findings}")
    version = Version(
        resource=resource,
        number=number,
        blob=_blob(shelf, data, report, file.on),
        filename=file.name,
        note=file.note,
        by=plan.author,
        created_at=_at(file.on),
        ingest=Ingest.READY,
        ingest_tries=1,
        kind=report.kind,
        edition=report.edition[:20],
        tool=report.tool[:60],
        title=report.title[:300],
        launch=report.launch,
        findings=as_rows(report),
        repaired=report.repaired,
    )
    shelf.versions.append(version)
    shelf.reports.append(report)
    return version


def _blob(shelf: _Shelf, data: bytes, report: Report, on: date) -> Blob:
    """The stored bytes: the file is written now, the row with all the others."""
    digest = hashlib.sha256(data).hexdigest()
    known = shelf.blobs.get(digest) or Blob.objects.filter(sha256=digest).first()
    if known is not None:
        return known
    blob = Blob(
        uid=uuid.uuid5(_NAMES, digest),
        state=Blob.State.STORED,
        sha256=digest,
        size=len(data),
        media_type=report.media_type,
        created_at=_at(on),
    )
    if not blobs().exists(blob.uid):
        with blobs().create(blob.uid) as writer:
            writer.write(data)
    shelf.blobs[digest] = blob
    return blob


def _write_versions(shelf: _Shelf) -> None:
    with clock.as_dated(Blob, Version):
        Blob.objects.bulk_create(shelf.blobs.values(), batch_size=BATCH)
        for version in shelf.versions:
            version.blob = version.blob  # its key is known now
        Version.objects.bulk_create(shelf.versions, batch_size=BATCH)
    for version, report in zip(shelf.versions, shelf.reports, strict=True):
        if report.index is not None:
            ingest._write_index(version, report, [])
            ingest._write_items(version, report.items)


def _write_publications(shelf: _Shelf) -> None:
    revisions = {
        row.resource_id: row for row in MetadataRevision.objects.filter(resource__in=shelf.resources)
    }
    for publication in shelf.publications:
        publication.version = publication.version
        publication.metadata = revisions[publication.version.resource_id]
    for event in shelf.events:
        event.version = event.version
    with clock.as_dated(Publication, ReviewEvent):
        Publication.objects.bulk_create(shelf.publications, batch_size=BATCH)
        ReviewEvent.objects.bulk_create(sorted(shelf.events, key=lambda event: event.at), batch_size=BATCH)
