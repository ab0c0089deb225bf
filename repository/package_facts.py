"""What a package is, in a few figures for its author: kind, program, parts, pages, files."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from repository.models import Kind, PackageIndex, Version
from repository.packages import contents
from repository.packages import index as package_index
from repository.packages.contents import Contents
from repository.packages.report import Report

#: Kinds with parts that report
_REPORTING = (Kind.SCORM12, Kind.SCORM2004, Kind.CMI5)
_EDITIONS = {"2nd": _("2nd edition"), "3rd": _("3rd edition"), "4th": _("4th edition")}


@dataclass(frozen=True, slots=True)
class Facts:
    """`parts` report to the platform; None where the kind knows of none."""

    kind: str
    edition: str
    tool: str
    parts: int | None
    contents: Contents
    files: int


def of_report(report: Report) -> Facts | None:
    """Facts of a file that has just been judged; None for what is no package."""
    if report.files < 1 or report.media_type or not report.kind:
        return None
    kind = Kind(report.kind).label if report.kind in Kind.values else report.kind.upper()
    parts = report.tracked_parts if report.kind in _REPORTING else None
    edition = str(_EDITIONS.get(report.edition, ""))
    return Facts(str(kind), edition, report.tool, parts, report.contents, report.files)


def of_version(version: Version) -> Facts | None:
    """Facts of a version that ingestion took; two queries. None for what is no package."""
    if version.kind not in (*_REPORTING, Kind.HTML5, Kind.H5P, Kind.IMSCC) or version.blob_id is None:
        return None
    kept = PackageIndex.objects.filter(blob=version.blob_id).first()
    if kept is None:
        return None
    paths = package_index.load(kept.document).paths
    tracked = version.kind in _REPORTING
    parts = version.scos.filter(scorm_type__in=["sco", "au"]).count() if tracked else None
    edition = str(_EDITIONS.get(version.edition, ""))
    return Facts(
        str(version.get_kind_display()), edition, version.tool, parts, contents.count(paths), kept.files
    )
