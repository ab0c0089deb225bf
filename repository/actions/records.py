"""Taking over what another catalogue says of resources that it keeps: many at once, none of them half."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.days import today
from accounts.models import OrgUnit, User
from accounts.permissions import require
from repository import records
from repository.actions.resources import described
from repository.inner_texts import digest_of
from repository.metadata import Described, keyword_list, level_of, snapshot
from repository.models import (
    Curriculum,
    ExternalRecord,
    Grade,
    Ingest,
    InnerText,
    Kind,
    LearningResource,
    Level,
    Licence,
    MetadataRevision,
    Publication,
    ResourceType,
    Review,
    Subject,
    SubjectOffer,
    TextReading,
    Version,
)
from repository.records import Problem, Record, Understood
from repository.signals import resource_changed
from repository.text.clean import clean
from repository.text.parts import Bounds, cut

#: Where a record does not say: nothing may be done with what lies elsewhere but look at it there.
LICENCE, TYPE = "all-rights", "tham-khao"
CURRENT = "2018"


@dataclass(slots=True)
class Loaded:
    """How many records were new, changed or as before, and what of them was not understood."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)


class Catalogue:
    """The taxonomy and the units below one unit, read once for a whole load."""

    def __init__(self, unit: OrgUnit) -> None:
        self.subjects = {row.code: row for row in Subject.objects.select_related("curriculum")}
        self.levels = {row.code: row for row in Level.objects.all()}
        self.grades = {row.code: row for row in Grade.objects.select_related("level")}
        self.curricula = {row.code: row for row in Curriculum.objects.all()}
        self.types = {row.code: row for row in ResourceType.objects.all()}
        self.licence = Licence.objects.get(code=LICENCE)
        self.units: dict[str, OrgUnit] = {}
        for row in OrgUnit.objects.filter(above__ancestor=unit).distinct().named():
            self.units.setdefault(row.code, row)
            self.units.setdefault(records.key(str(row)), row)
        self.units[unit.code] = OrgUnit.objects.named().get(pk=unit.pk)
        self.terms = self._terms()

    def _terms(self) -> records.Terms:
        subjects: dict[tuple[str, str], str] = {}
        # "Toán" alone is that of the present curriculum.
        for row in sorted(self.subjects.values(), key=lambda one: one.curriculum.code != CURRENT):
            for name in (row.code, row.name):
                subjects.setdefault((row.curriculum.code, records.key(name)), row.code)
                subjects.setdefault(("", records.key(name)), row.code)
        grades = _keys(self.grades.values())
        grades |= {str(row.number): row.code for row in self.grades.values() if row.number}
        levels = _keys(self.levels.values())
        levels |= {records.key(row.short_name): row.code for row in self.levels.values() if row.short_name}
        offers: dict[str, set[str]] = {}
        for subject, grade in SubjectOffer.objects.values_list("subject__code", "grade__code"):
            offers.setdefault(subject, set()).add(grade)
        return records.Terms(
            subjects, levels, grades, _keys(self.curricula.values()), _keys(self.types.values()),
            {subject: frozenset(codes) for subject, codes in offers.items()},
        )  # fmt: skip

    def unit_of(self, record: Record, default: OrgUnit, problems: list[Problem]) -> OrgUnit:
        """The unit that a record names, if it is the load's own or below it."""
        found = self.units.get(record.unit) or self.units.get(records.key(record.unit))
        if record.unit and found is None:
            problems.append(Problem(record.line, "unit", "unknown", record.unit[:120]))
        return found or self.units[default.code]


def _keys(rows: Iterable[Any]) -> dict[str, str]:
    return {records.key(name): row.code for row in rows for name in (row.code, row.name)}


@transaction.atomic
def load_records(
    *, by: User, unit: OrgUnit, batch: Sequence[Record], catalogue: Catalogue, dry_run: bool = False
) -> Loaded:
    """Creates or brings up the resources of some records, published at ``unit``; all of them or none.

    A record that was loaded before is known by its id. What a person withdrew stays withdrawn.
    """
    require(by, "resource.review", unit)
    require(by, "resource.create", unit)
    # Two loads for one unit at once must not create the same record twice.
    OrgUnit.objects.select_for_update().get(pk=unit.pk)
    rows = ExternalRecord.objects.filter(unit=unit, external_id__in=[one.id for one in batch])
    known = {row.external_id: row for row in rows.select_related("resource")}
    loaded, drafts = Loaded(), []
    for record in batch:
        before = known.get(record.id)
        if before is not None and before.digest == record.digest:
            loaded.unchanged += 1
            continue
        draft = _draft(
            by=by, unit=unit, record=record, before=before, catalogue=catalogue, problems=loaded.problems
        )
        drafts.append(draft)
        loaded.created += before is None
        loaded.changed += before is not None
    if drafts and not dry_run:
        _write(by, unit, drafts)
    return loaded


@dataclass(slots=True)
class _Draft:
    """A record as it is about to be written."""

    record: Record
    resource: LearningResource
    grades: list[Grade]
    described: Described
    texts: list[str]
    before: ExternalRecord | None


def _draft(
    *,
    by: User,
    unit: OrgUnit,
    record: Record,
    before: ExternalRecord | None,
    catalogue: Catalogue,
    problems: list[Problem],
) -> _Draft:
    meant, unknown = records.understand(record, catalogue.terms, today().year)
    problems += unknown
    owner = catalogue.unit_of(record, unit, problems)
    resource = before.resource if before else LearningResource(author=by)
    resource.revision += 1 if before else 0
    resource.owner_unit, resource.licence = owner, catalogue.licence
    resource.title, resource.year = record.title, meant.year
    resource.description = record.description
    resource.keywords = ", ".join(keyword_list(record.keywords))[:300]
    grades = [catalogue.grades[code] for code in meant.grades]
    _set_terms(resource, meant, grades, catalogue)
    author = {"uid": "", "name": record.author or by.full_name}
    words = described(resource, unit=owner, grades=grades, author=author)
    return _Draft(record, resource, grades, words, _texts(record, problems), before)


def _set_terms(
    resource: LearningResource, meant: Understood, grades: list[Grade], catalogue: Catalogue
) -> None:
    resource.type = catalogue.types.get(meant.type) or catalogue.types[TYPE]
    resource.subject = catalogue.subjects.get(meant.subject)
    own = resource.subject.curriculum.code if resource.subject else meant.curriculum
    resource.curriculum = catalogue.curricula.get(own)
    level = level_of(own, [grade.level.code for grade in grades]) or meant.level
    resource.level = catalogue.levels.get(level)


def _texts(record: Record, problems: list[Problem]) -> list[str]:
    """The text in pieces, at most as much as is read of a file."""
    text, most = clean(record.text), Bounds().text_bytes
    data = text.encode()
    if len(data) > most:
        problems.append(Problem(record.line, "text", "cut", str(len(data))))
        text = data[:most].decode("utf-8", "ignore")
    return cut(text)


def _write(by: User, unit: OrgUnit, drafts: list[_Draft]) -> None:
    new = [draft for draft in drafts if draft.before is None]
    old = [draft for draft in drafts if draft.before is not None]
    now = timezone.now()
    LearningResource.objects.bulk_create([draft.resource for draft in new])
    for draft in old:
        draft.resource.save()
    _write_grades(drafts)
    metadata = MetadataRevision.objects.bulk_create(
        MetadataRevision(
            resource=draft.resource, number=draft.resource.revision, data=snapshot(draft.described), by=by
        )
        for draft in drafts
    )
    versions = {version.resource_id: version for version in _versions(by, new)}
    versions |= {
        version.resource_id: version
        for version in Version.objects.filter(
            resource__in=[draft.resource for draft in old], kind=Kind.RECORD
        )
    }
    _publish(by=by, unit=unit, drafts=drafts, metadata=metadata, versions=versions, now=now)
    _write_texts(drafts, versions, now)
    ExternalRecord.objects.bulk_create(
        [
            ExternalRecord(
                resource=draft.resource,
                unit=unit,
                external_id=draft.record.id,
                author=draft.record.author,
                digest=draft.record.digest,
            )
            for draft in drafts
        ],
        update_conflicts=True,
        unique_fields=["resource"],
        update_fields=["author", "digest"],
    )
    resource_changed.send(sender=LearningResource, resource_ids=[draft.resource.pk for draft in drafts])


def _write_grades(drafts: list[_Draft]) -> None:
    through = LearningResource.grades.through.objects
    through.filter(learningresource__in=[draft.resource for draft in drafts if draft.before]).delete()
    through.bulk_create(
        LearningResource.grades.through(learningresource_id=draft.resource.pk, grade_id=grade.pk)
        for draft in drafts
        for grade in draft.grades
    )


def _versions(by: User, new: list[_Draft]) -> list[Version]:
    """A version without a file: that a resource is published is always said of a version."""
    return Version.objects.bulk_create(
        Version(
            resource=draft.resource, number=1, filename="", by=by, ingest=Ingest.READY, kind=Kind.RECORD,
            review=Review.APPROVED, title=draft.resource.title,
        )
        for draft in new
    )  # fmt: skip


def _publish(
    *,
    by: User,
    unit: OrgUnit,
    drafts: list[_Draft],
    metadata: list[MetadataRevision],
    versions: dict[int, Version],
    now: datetime,
) -> None:
    shown = Publication.objects.in_force().filter(unit=unit, version__in=list(versions.values()))
    still = set(shown.values_list("version_id", flat=True))
    old = {draft.resource.pk for draft in drafts if draft.before}
    changed = [version.pk for version in versions.values() if version.resource_id in old]
    shown.filter(version__in=changed).update(withdrawn_on=today(), withdrawn_at=now, withdrawn_by=by)
    Publication.objects.bulk_create(
        Publication(version=versions[row.resource_id], metadata=row, unit=unit, by=by, published_on=today())
        for row in metadata
        if row.resource_id not in old or versions[row.resource_id].pk in still
    )


def _write_texts(drafts: list[_Draft], versions: dict[int, Version], now: datetime) -> None:
    mine = [(versions[draft.resource.pk], draft) for draft in drafts if draft.resource.pk in versions]
    InnerText.objects.filter(version__in=[version for version, draft in mine if draft.before]).delete()
    InnerText.objects.bulk_create(
        (
            InnerText(version=version, position=position, text=text)
            for version, draft in mine
            for position, text in enumerate(draft.texts)
        ),
        batch_size=200,
    )
    TextReading.objects.bulk_create(
        [
            TextReading(
                version=version, state=TextReading.State.DONE, tries=1, at=now, parts=len(draft.texts),
                characters=sum(map(len, draft.texts)), digest=digest_of([("", text) for text in draft.texts]),
            )
            for version, draft in mine
        ],
        update_conflicts=True,
        unique_fields=["version"],
        update_fields=["state", "at", "parts", "characters", "digest"],
    )  # fmt: skip
