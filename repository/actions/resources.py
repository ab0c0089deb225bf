"""Creating and describing learning resources. Every change of the description is a revision."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from accounts.days import today
from accounts.models import OrgUnit, User
from accounts.permissions import require
from repository import errors
from repository.actions._rights import may_review, require_edit
from repository.metadata import FIRST_YEAR, Described, Metadata, cleaned, level_of, snapshot
from repository.models import (
    Curriculum,
    Grade,
    LearningResource,
    Level,
    Licence,
    MetadataRevision,
    Publication,
    ResourceType,
    Review,
    Subject,
    SubjectOffer,
    TextbookSeries,
    Version,
)
from repository.signals import resource_changed

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class _Terms:
    """The rows that the codes of a ``Metadata`` name."""

    type: ResourceType
    licence: Licence
    subject: Subject | None
    level: Level | None
    curriculum: Curriculum | None
    series: TextbookSeries | None
    grades: list[Grade]


@transaction.atomic
def create_resource(*, by: User, owner_unit: OrgUnit, metadata: Metadata) -> LearningResource:
    """A new resource of a unit, described but without a file yet. ``by`` becomes its author."""
    require(by, "resource.create", owner_unit)
    metadata = cleaned(metadata)
    if not metadata.title:
        raise errors.title_missing()
    terms = _resolve(metadata)
    resource = LearningResource(owner_unit=owner_unit, author=by)
    _assign(resource, metadata, terms)
    resource.save()
    resource.grades.set(terms.grades)
    _record(resource, by)
    return resource


@transaction.atomic
def save_metadata(*, by: User | None, resource: LearningResource, metadata: Metadata) -> LearningResource:
    """Changes the description and counts up the revision; the same again changes nothing.

    Publications go on showing what they were approved with. While a version waits for review
    only a reviewer may change it.
    """
    resource = LearningResource.objects.select_for_update(of=("self",)).get(pk=resource.pk)
    require_edit(by, resource)
    if resource.versions.filter(review=Review.SUBMITTED).exists() and not may_review(by, resource):
        raise errors.awaiting_review()
    metadata = cleaned(metadata)
    if not metadata.title:
        raise errors.title_missing()
    terms = _resolve(metadata)
    before = describe(resource)
    _assign(resource, metadata, terms)
    resource.grades.set(terms.grades)
    if snapshot(describe(resource)) == snapshot(before):
        return resource
    resource.revision += 1
    resource.save()
    _record(resource, by)
    resource_changed.send(sender=LearningResource, resource_ids=[resource.pk])
    return resource


@transaction.atomic
def discard(*, by: User | None, resource: LearningResource) -> None:
    """Deletes a lesson that was never published; ``restore`` brings it back until the sweep takes it."""
    resource = LearningResource.objects.select_for_update(of=("self",)).get(pk=resource.pk)
    require_edit(by, resource)
    if Publication.objects.filter(version__resource=resource).exists():
        raise errors.was_published()
    if resource.versions.filter(review=Review.SUBMITTED).exists():
        raise errors.awaiting_review()
    if resource.discarded_at is None:
        resource.discarded_at = timezone.now()
        resource.save(update_fields=["discarded_at"])


@transaction.atomic
def restore(*, by: User | None, resource: LearningResource) -> LearningResource:
    """Brings back a draft that was deleted. Twice is harmless."""
    resource = LearningResource.objects.select_for_update(of=("self",)).get(pk=resource.pk)
    require_edit(by, resource)
    resource.discarded_at = None
    resource.save(update_fields=["discarded_at", "changed_at"])
    return resource


def take_title(*, by: User | None, resource: LearningResource, version: Version) -> LearningResource:
    """Gives a resource the title that its package has, where the package has one."""
    if not version.title:
        return resource
    return save_metadata(
        by=by, resource=resource, metadata=replace(current_metadata(resource), title=version.title)
    )


def current_metadata(resource: LearningResource) -> Metadata:
    """A resource's description as codes, to be changed and saved again."""
    return Metadata(
        title=resource.title,
        description=resource.description,
        keywords=resource.keywords,
        type=resource.type.code,
        licence=resource.licence.code,
        subject=resource.subject.code if resource.subject else "",
        series=resource.series.code if resource.series else "",
        grades=tuple(grade.code for grade in resource.grades.all()),
        language=resource.language,
        year=resource.year,
    )


def describe(resource: LearningResource) -> Described:
    """A resource with the names of all it refers to, as they are today."""
    return described(
        resource,
        unit=OrgUnit.objects.named().get(pk=resource.owner_unit_id),
        grades=resource.grades.all(),
        author={"uid": str(resource.author.uid), "name": resource.author.full_name},
    )


def described(
    resource: LearningResource, *, unit: OrgUnit, grades: Iterable[Grade], author: dict[str, str]
) -> Described:
    """The same of one that is not written yet: its named unit, its grades and its author are given."""
    return Described(
        title=resource.title,
        description=resource.description,
        keywords=resource.keywords,
        language=resource.language,
        year=resource.year,
        type=_term(resource.type) or {},
        licence=_term(resource.licence, "url", "summary", "allows_download") or {},
        subject=_term(resource.subject, "group", "sign"),
        level=_term(resource.level, "short_name"),
        curriculum=_term(resource.curriculum),
        series=_term(resource.series),
        grades=[{"code": g.code, "name": g.name, "number": g.number} for g in grades],
        unit={"code": unit.code, "name": str(unit)},
        author=author,
    )


def _term(term: Any, *more: str) -> dict[str, Any] | None:
    if term is None:
        return None
    return {"code": term.code, "name": term.name, **{name: getattr(term, name) for name in more}}


def _record(resource: LearningResource, by: User | None) -> None:
    MetadataRevision.objects.create(
        resource=resource, number=resource.revision, data=snapshot(describe(resource)), by=by
    )


def _one(model: type[Row], field: str, code: str) -> Row:
    row = model._default_manager.filter(code=code).first()
    if row is None:
        raise errors.term_unknown(field, code)
    return row


def _resolve(metadata: Metadata) -> _Terms:
    """The rows behind the codes; refuses unknown ones and grades in which the subject is not taught."""
    if metadata.year is not None and not FIRST_YEAR <= metadata.year <= today().year + 1:
        raise errors.year_unlikely(FIRST_YEAR, today().year + 1)
    subject = None
    if metadata.subject:
        subject = Subject.objects.select_related("curriculum").filter(code=metadata.subject).first()
        if subject is None:
            raise errors.term_unknown("subject", metadata.subject)
    grades = list(Grade.objects.select_related("level").filter(code__in=metadata.grades))
    unknown = set(metadata.grades) - {grade.code for grade in grades}
    if unknown:
        raise errors.term_unknown("grade", min(unknown))
    if subject is not None and grades:
        _check_offers(subject, grades)
    curriculum = subject.curriculum if subject else None
    level = level_of(curriculum.code if curriculum else "", [grade.level.code for grade in grades])
    return _Terms(
        type=_one(ResourceType, "type", metadata.type),
        licence=_one(Licence, "licence", metadata.licence),
        subject=subject,
        level=Level.objects.filter(code=level).first() if level else None,
        curriculum=curriculum,
        series=_one(TextbookSeries, "series", metadata.series) if metadata.series else None,
        grades=grades,
    )


def _check_offers(subject: Subject, grades: list[Grade]) -> None:
    offered = set(SubjectOffer.objects.filter(subject=subject).values_list("grade_id", flat=True))
    for grade in grades:
        if offered and grade.pk not in offered:
            raise errors.grade_not_offered(subject.name, grade.name)


def _assign(resource: LearningResource, metadata: Metadata, terms: _Terms) -> None:
    resource.title = metadata.title
    resource.description = metadata.description
    resource.keywords = metadata.keywords
    resource.language = metadata.language
    resource.year = metadata.year or resource.year or today().year
    for name in ("type", "licence", "subject", "level", "curriculum", "series"):
        setattr(resource, name, getattr(terms, name))
