"""What is indexed: a learning resource as one of its publications shows it, a course, a page, news.

A resource published with several texts (a school's newer version beside the one the Sở approved)
has a document for each; ``superseded_at`` lists the units whose people see a newer one instead, so
that everybody finds a resource at most once and only with a text that was approved for her.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from itertools import groupby, islice
from typing import Any

from django.db.models import Sum
from django.utils import timezone

from accounts.days import today
from accounts.models import OrgUnit, UnitAncestry
from accounts.querysets import on_day
from repository.models import Publication, ResourceUse
from repository.ratings import averages
from search.queries import abbreviations_in
from search.thesaurus import licence_word

BATCH = 500
DESCRIPTION_CHARS = 5_000
INNER_CHARS = 80_000
USE_DAYS = 90
#: Databases differ in the last places of an average; the index shall not.
RATING_PLACES = 2

RESOURCE, COURSE, PAGE, NEWS = "resource", "course", "page", "news"
KINDS = (RESOURCE, COURSE, PAGE, NEWS)

#: What a document is of: one of KINDS, and the number that this has among its kind.
Ref = tuple[str, int]
#: One document: what, number, version, revision. Courses, pages and news have neither of the latter.
Key = tuple[str, int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One resource as one version and metadata revision show it. Terms by code and by name.

    ``what`` is one of KINDS, ``resource`` the number among its kind, ``path`` the address of a page.
    ``units`` are the ids of the units it is published to (of a course: its own number, see ``scope``);
    ``unit_path`` the codes of the owner unit and of all above it, the nearest first; ``published``
    seconds since 1970; ``year`` the one in which it was made; ``uses`` how often it was used in the
    last USE_DAYS days; ``rating`` its mean stars, 0 without any, and ``rated`` by how many people;
    ``inner`` the text inside its files, at most INNER_CHARS characters: what an engine finds comes
    back without it; ``inner_mark`` changes with that text and stands for it where documents are compared.
    """

    resource: int
    uid: str
    title: str
    what: str = RESOURCE
    version: int = 0
    revision: int = 0
    path: str = ""
    description: str = ""
    keywords: str = ""
    author: str = ""
    unit: str = ""
    unit_path: tuple[str, ...] = ()
    subject: str = ""
    subject_name: str = ""
    subject_group: str = ""
    subject_sign: str = ""
    level: str = ""
    level_name: str = ""
    grades: tuple[str, ...] = ()
    grade_names: tuple[str, ...] = ()
    grade_numbers: tuple[int, ...] = ()
    curriculum: str = ""
    type: str = ""
    type_name: str = ""
    licence: str = ""
    series: str = ""
    series_name: str = ""
    language: str = "vi"
    kind: str = ""
    year: int = 0
    published: int = 0
    uses: int = 0
    rating: float = 0.0
    rated: int = 0
    inner: str = ""
    inner_mark: str = ""
    guests: bool = False
    units: tuple[int, ...] = ()
    superseded_at: tuple[int, ...] = ()

    @property
    def key(self) -> Key:
        return (self.what, self.resource, self.version, self.revision)

    @property
    def ref(self) -> Ref:
        return (self.what, self.resource)

    def to_json(self) -> str:
        """All but ``uses``, which change daily without the document being another, and the text inside."""
        return json.dumps({name: getattr(self, name) for name in _FIELDS}, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str, inner: str = "") -> Document:
        data = json.loads(text)
        for name in _TUPLES:
            data[name] = tuple(data[name])
        return cls(**data, inner=inner)

    def digest(self) -> str:
        """Changes when anything that is indexed changes, ``uses`` apart."""
        inside = self.inner_mark or self.inner
        return hashlib.sha256(f"{self.to_json()}\n{inside}".encode()).hexdigest()[:32]


_TUPLES = ("unit_path", "grades", "grade_names", "grade_numbers", "units", "superseded_at")
_FIELDS = tuple(sorted({each.name for each in fields(Document)} - {"uses", "inner", "inner_mark"}))


def searchable_text(document: Document) -> dict[str, str]:
    """The words by which a document is found, for each field of ``ranking.WEIGHTS``."""
    grades = [f"lớp {n} khối {n}" for n in document.grade_numbers]
    facts = [
        document.subject_name,
        *(grades or document.grade_names),
        abbreviations_in(document.subject_name),
        document.type_name,
        document.level_name,
        abbreviations_in(document.level_name),
        document.series_name,
        licence_word(document.licence),
    ]
    return {
        "title": document.title,
        "keywords": document.keywords,
        "description": document.description,
        "facts": " ".join(filter(None, facts)),
        "people": f"{document.author} {document.unit}",
        "inner": document.inner,
    }


# Reading them from the database


def published(resource_ids: Iterable[int] | None = None) -> Iterator[Document]:
    """The documents of what is published now: of all resources, or of some."""
    if resource_ids is None:
        resource_ids = (
            Publication.objects.in_force()
            .order_by("version__resource_id")
            .values_list("version__resource_id", flat=True)
            .distinct()
            .iterator(chunk_size=2_000)
        )
    rest = iter(resource_ids)
    while batch := list(islice(rest, BATCH)):
        yield from _of_batch(batch)


def count_published() -> int:
    """How many resources are published."""
    return Publication.objects.in_force().values("version__resource").distinct().count()


def _of_batch(resource_ids: list[int]) -> Iterator[Document]:
    rows = list(
        Publication.objects.in_force()
        .filter(version__resource__in=resource_ids)
        .select_related("version__resource", "metadata")
        .order_by("version__resource_id", "-version__number", "-published_at", "-pk")
    )
    paths = unit_paths({row.version.resource.owner_unit_id for row in rows})
    uses, stars = uses_of(resource_ids), averages(resource_ids)
    for resource, group in groupby(rows, key=lambda row: row.version.resource_id):
        rating, rated = stars.get(resource, (0.0, 0))
        for document in _of_resource(list(group), paths):
            yield replace(
                document, uses=uses.get(resource, 0), rating=round(rating, RATING_PLACES), rated=rated
            )


def uses_of(resource_ids: Iterable[int] | None = None) -> dict[int, int]:
    """How often resources were used in the last USE_DAYS days; those never used are absent."""
    recent = ResourceUse.objects.filter(day__gt=today() - timedelta(days=USE_DAYS))
    if resource_ids is not None:
        recent = recent.filter(resource__in=list(resource_ids))
    return dict(recent.order_by().values_list("resource").annotate(Sum("count")))


@dataclass(frozen=True, slots=True)
class UnitPath:
    """What a document says of the unit that owns it: its name, its code and those above it, nearest first."""

    name: str
    codes: tuple[str, ...]


def unit_paths(unit_ids: set[int]) -> dict[int, UnitPath]:
    """Today's name of units and the codes of all above them."""
    codes: dict[int, list[str]] = defaultdict(list)
    above = UnitAncestry.objects.filter(on_day(), descendant__in=unit_ids).order_by("depth")
    for unit_id, code in above.values_list("descendant_id", "ancestor__code"):
        codes[unit_id].append(code)
    names = dict(OrgUnit.objects.filter(pk__in=unit_ids).named().values_list("pk", "name"))
    return {unit_id: UnitPath(names.get(unit_id) or "", tuple(codes[unit_id])) for unit_id in unit_ids}


def _of_resource(rows: list[Publication], paths: dict[int, UnitPath]) -> Iterator[Document]:
    """``rows`` are one resource's publications in force, the newest version first."""
    shown: dict[tuple[int, int], list[Publication]] = {}
    for row in rows:
        shown.setdefault((row.version_id, row.metadata_id), []).append(row)
    newer: set[int] = set()
    for group in shown.values():
        units = {row.unit_id for row in group}
        yield _document(group, paths[group[0].version.resource.owner_unit_id], units, newer)
        if any(row.open_to_guests for row in group):
            return  # everybody sees this one
        newer |= units


def _document(group: list[Publication], path: UnitPath, units: set[int], newer: set[int]) -> Document:
    newest = group[0]
    resource, data = newest.version.resource, newest.metadata.data
    grades: list[dict[str, Any]] = data.get("grades") or []
    published_at = max(row.published_at for row in group)
    return Document(
        resource=resource.pk,
        uid=str(resource.uid),
        version=newest.version_id,
        revision=newest.metadata_id,
        title=data["title"],
        description=(data.get("description") or "")[:DESCRIPTION_CHARS],
        keywords=", ".join(data.get("keywords") or []),
        author=_term(data, "author", "name"),
        unit=path.name or _term(data, "unit", "name"),
        unit_path=path.codes or (_term(data, "unit", "code"),),
        subject=_term(data, "subject", "code"),
        subject_name=_term(data, "subject", "name"),
        subject_group=_term(data, "subject", "group"),
        subject_sign=_term(data, "subject", "sign"),
        level=_term(data, "level", "code"),
        level_name=_term(data, "level", "name"),
        grades=tuple(g["code"] for g in grades),
        grade_names=tuple(g["name"] for g in grades),
        grade_numbers=tuple(g["number"] for g in grades if g.get("number")),
        curriculum=_term(data, "curriculum", "code"),
        type=_term(data, "type", "code"),
        type_name=_term(data, "type", "name"),
        licence=_term(data, "licence", "code"),
        series=_term(data, "series", "code"),
        series_name=_term(data, "series", "name"),
        language=data.get("language") or "vi",
        kind=newest.version.kind,
        year=data.get("year") or resource.year or timezone.localdate(published_at).year,
        published=int(published_at.timestamp()),
        guests=any(row.open_to_guests for row in group),
        units=tuple(sorted(units)),
        superseded_at=tuple(sorted(newer)),
    )


def _term(data: dict[str, Any], name: str, part: str) -> str:
    return str((data.get(name) or {}).get(part) or "")
