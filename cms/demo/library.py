"""Carries the demo's resources through upload, ingestion, review and publication, by the real actions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from accounts.days import today
from accounts.models import OrgUnit, User
from cms.demo import clock, packages
from cms.demo.people import People
from cms.demo.resources import RESOURCES, Resource
from cms.demo.shelve import shelve
from cms.demo.stock import plans
from cms.demo.topics import topics
from repository import actions
from repository.metadata import Metadata
from repository.models import Ingest, LearningResource, Subject, Version

_REASONS = (
    "Bài mới có một trang, chưa có phần luyện tập. Thầy cô bổ sung ít nhất ba câu hỏi có phản hồi, "
    "và ghi mô tả để người khác dễ tìm."
)


def load(
    units: dict[str, OrgUnit], people: People, *, small: bool, say: Callable[[str], object]
) -> dict[str, LearningResource]:
    """Resources by title."""
    made = {}
    chosen = [entry for entry in RESOURCES if entry.small or not small]
    for n, entry in enumerate(chosen, 1):
        made[entry.title] = _bring(entry, units, people)
        if n % 10 == 0 or n == len(chosen):
            say(f"  {n} of {len(chosen)} resources")
    if not small:
        names = {s.code: (s.name, s.group) for s in Subject.objects.all()}
        for resource in shelve(plans(topics(), people, names), units, people, say):
            made[resource.title] = resource
    return made


def author_of(entry: Resource, people: People) -> User:
    """The sign-in of that name, or the first teacher of that school."""
    if entry.author in people.by_username:
        return people.by_username[entry.author]
    for user in people.teaching(entry.author):
        return user
    raise LookupError(f"no teacher at {entry.author}")


def _bring(entry: Resource, units: dict[str, OrgUnit], people: People) -> LearningResource:
    author = author_of(entry, people)
    membership = author.memberships.valid_on().filter(primary=True).get()
    handed_in = entry.on or today() - timedelta(days=entry.days_ago)
    with clock.on(handed_in) as time:
        resource = actions.create_resource(by=author, owner_unit=membership.unit, metadata=_metadata(entry))
        time.pass_by(minutes=4)
        version = _upload(author, resource, entry)
        if entry.fate in {"draft", "rejected"}:
            return resource
        if version.ingest != Ingest.READY:
            raise RuntimeError(f"{entry.package} was not taken: {version.findings}")
        time.pass_by(minutes=6)
        version = actions.submit_for_review(by=author, version=version)
    if entry.fate != "submitted":
        _review(entry, version, handed_in, units, people)
    return resource


def _review(
    entry: Resource, version: Version, handed_in: date, units: dict[str, OrgUnit], people: People
) -> None:
    reviewer = people.by_username["duyet"]
    with clock.on(min(handed_in + timedelta(days=2), today())):
        if entry.fate == "returned":
            actions.return_version(by=reviewer, version=version, reasons=_REASONS)
        else:
            actions.publish(by=reviewer, version=version, unit=units[entry.at], open_to_guests=entry.guests)


def _metadata(entry: Resource) -> Metadata:
    return Metadata(
        title=entry.title,
        description=entry.description,
        keywords=entry.keywords,
        type=entry.type,
        licence=entry.licence,
        subject=entry.subject,
        series=entry.series,
        grades=entry.grades,
    )


def _upload(author: User, resource: LearningResource, entry: Resource) -> Version:
    data = packages.build(entry.package)
    upload = actions.begin_upload(
        by=author, filename=entry.filename or packages.file_name(entry.package), size=len(data)
    )
    actions.append_part(by=author, upload=upload, offset=0, length=len(data), pieces=[data])
    return actions.submit_version(by=author, resource=resource, upload=upload)
