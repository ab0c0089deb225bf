"""The launchable parts of a version, and by which terms each is judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from courses.runtime.outcome import HTML5, MEDIA, Terms, as_number
from repository.models import Kind, Sco, Version

TRACKED = (Kind.SCORM12, Kind.SCORM2004, Kind.CMI5, Kind.H5P)
#: Report nothing themselves; where the rule asks for more than opening them, the player follows them.
FOLLOWED: dict[str, str] = {Kind.HTML5: HTML5, Kind.VIDEO: MEDIA, Kind.AUDIO: MEDIA}
#: The identifier of the one part of a version without a table of contents
WHOLE = "whole"


def all_scos(version: Version) -> list[Sco]:
    """The table of contents; one entry for a version without one (an HTML5 package, a file)."""
    rows = list(version.scos.order_by("position"))
    if any(row.path for row in rows):
        return rows
    # A video or sound is its own file.
    launch = version.launch or (version.filename if version.kind in FOLLOWED else "")
    path, mark, rest = launch.partition("?") if "?" in launch else launch.partition("#")
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


def opening_completes(version: Version, sco: Sco, kept: Mapping[str, Any]) -> bool:
    """Whether a part is worked through with being opened; ``kept`` are the attempt's terms."""
    if reports_itself(version, sco):
        return False
    return not (version.kind in FOLLOWED and kept.get("asks"))


def standard_of(version: Version, sco: Sco) -> str:
    """In whose words a part reports; html5 for one of a SCORM package that reports nothing."""
    if reports_itself(version, sco):
        return version.kind
    return FOLLOWED.get(version.kind, HTML5)


def terms_of(sco: Sco, *, failed_completes: bool = True) -> Terms:
    facts = sco.facts or {}
    return Terms(
        mastery=as_number(facts.get("mastery_score")),
        completion_threshold=as_number(facts.get("completion_threshold")),
        passing_score=as_number(facts.get("scaled_passing_score")),
        failed_completes=failed_completes,
    )


def terms_in(version: Version, sco: Sco, kept: Mapping[str, Any]) -> Terms:
    """By which terms a part is judged in an attempt; ``kept`` are the attempt's (``Watch.terms``)."""
    terms = terms_of(sco, failed_completes=kept.get("failed_completes", True))
    if version.kind not in FOLLOWED:
        return terms
    return replace(terms, asks=kept.get("asks", ""), share=kept.get("share", 0.0))
