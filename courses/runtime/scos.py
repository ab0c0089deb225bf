"""The launchable parts of a version, and by which terms each is judged."""

from __future__ import annotations

from collections.abc import Sequence

from courses.runtime.outcome import Terms, as_number
from repository.models import Kind, Sco, Version

TRACKED = (Kind.SCORM12, Kind.SCORM2004, Kind.CMI5)
#: The identifier of the one part of a version without a table of contents
WHOLE = "whole"


def all_scos(version: Version) -> list[Sco]:
    """The table of contents; one entry for a version without one (an HTML5 package, a file)."""
    rows = list(version.scos.order_by("position"))
    if any(row.path for row in rows):
        return rows
    path, mark, rest = (
        version.launch.partition("?") if "?" in version.launch else version.launch.partition("#")
    )
    return [
        Sco(version=version, position=0, identifier=WHOLE, title=version.title, path=path, query=mark + rest)
    ]


def launchable(scos: Sequence[Sco]) -> list[Sco]:
    return [sco for sco in scos if sco.path]


def counted(scos: Sequence[Sco]) -> list[Sco]:
    """Those whose outcomes make the attempt's: the visible ones, or all where none is visible."""
    parts = launchable(scos)
    return [sco for sco in parts if sco.visible] or parts


def reports_itself(version: Version, sco: Sco) -> bool:
    """Whether the part speaks SCORM or cmi5; one that does not is complete when it has been opened."""
    return version.kind in TRACKED and sco.scorm_type != "asset"


def terms_of(sco: Sco, *, failed_completes: bool = True) -> Terms:
    facts = sco.facts or {}
    return Terms(
        mastery=as_number(facts.get("mastery_score")),
        completion_threshold=as_number(facts.get("completion_threshold")),
        passing_score=as_number(facts.get("scaled_passing_score")),
        failed_completes=failed_completes,
    )
