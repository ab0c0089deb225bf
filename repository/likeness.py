"""Comparing a version with the one before it: is it the same lesson, or was another one's file taken?"""

from __future__ import annotations

from collections.abc import Iterable

from repository.models import Ingest, Kind, LearningResource, Likeness, PackageIndex, Version
from repository.packages import index as package_index
from repository.packages.index import Index
from repository.packages.likeness import Facts, can_be_told, matches
from repository.packages.report import Report

#: Packages tell enough of themselves to be compared; a picture, a document or a film does not.
COMPARED = frozenset({Kind.SCORM12, Kind.SCORM2004, Kind.CMI5, Kind.HTML5, Kind.H5P, Kind.IMSCC})
_MADE = ("text/html", "application/xhtml", "image/", "audio/", "video/", "application/pdf")


def of_version(version: Version) -> Facts:
    """Two queries."""
    parts = version.scos.filter(visible=True).exclude(path="").values_list("identifier", "title")
    kept = PackageIndex.objects.filter(blob=version.blob_id).values_list("document", flat=True).first()
    files = package_index.load(kept) if kept is not None else None
    return _facts((version.title, _stem(version.filename)), parts, files)


def of_report(report: Report, filename: str) -> Facts:
    """Of a file that has just been judged."""
    parts = [(item.identifier, item.title) for item in report.items if item.path and item.visible]
    return _facts((report.title, _stem(filename)), parts, report.index)


def _facts(titles: tuple[str, ...], parts: Iterable[tuple[str, str]], files: Index | None) -> Facts:
    rows = list(parts)
    return Facts(
        titles=tuple(title for title in titles if title),
        identifiers=frozenset(identifier for identifier, _title in rows),
        parts=frozenset(title for _identifier, title in rows),
        files=frozenset(
            (entry.size, entry.crc)
            for entry in (files or ())  # type: ignore[attr-defined]
            if entry.size and entry.media_type.startswith(_MADE)
        ),
    )


def _stem(filename: str) -> str:
    return filename.rpartition(".")[0] or filename


def before(resource: LearningResource, number: int | None = None) -> Version | None:
    """The latest version of a resource that could be opened, before the one of that number.

    One that is unlike itself, and that nobody answered for, is no measure: it was a slip.
    """
    ready = resource.versions.filter(ingest=Ingest.READY, kind__in=COMPARED, blob__isnull=False)
    ready = ready.exclude(likeness=Likeness.UNLIKE)
    if number is not None:
        ready = ready.filter(number__lt=number)
    return ready.order_by("-number").first()


def is_another(resource: LearningResource, former: Version, kind: str, newer: Facts) -> bool:
    """Whether nothing of a package is that of the former version, so that it seems to be another lesson."""
    if kind not in COMPARED:
        return False
    older = of_version(former)
    known = Facts((*older.titles, resource.title), older.identifiers, older.parts, older.files)
    return can_be_told(newer) and not matches(known, newer)
