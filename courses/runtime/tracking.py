"""Between a SCO's data model and what its activity tracks. Pure. Source: SCORM 2004 4th edition RTE 4.2."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from courses.runtime.durations import parse_interval
from courses.runtime.outcome import Terms, as_number
from courses.runtime.sequencing import Initial, Tracked, TrackedObjective


def tracked_of(document: Mapping[str, Any], terms: Terms, *, exit_word: str, seconds: float) -> Tracked:
    """``document`` is a kept snapshot ({"cmi": …, "adl": …}); ``exit_word`` how the SCO left, "" while it
    has not; ``seconds`` the time of its session. Status is what GetValue would say: thresholds decide."""
    cmi = _mapping(document.get("cmi"))
    score, progress = _mapping(cmi.get("score")), as_number(cmi.get("progress_measure"))
    scaled = as_number(score.get("scaled"))
    return Tracked(
        id="",
        success_status=_success(cmi, scaled, terms),
        completion_status=_completion(cmi, progress, terms),
        scaled=scaled,
        raw=as_number(score.get("raw")),
        min=as_number(score.get("min")),
        max=as_number(score.get("max")),
        progress_measure=progress,
        exit="" if exit_word == "normal" else exit_word,
        seconds=seconds,
        objectives=tuple(_objectives(cmi.get("objectives"))),
        data=dict(_stores(_mapping(document.get("adl")).get("data"))),
    )


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _said(word: Any) -> str:
    """Empty where the SCO never spoke: a snapshot leaves that out, its activity may stand for it (UP.4)."""
    return "" if word is None else str(word)


def _completion(cmi: Mapping[str, Any], progress: float | None, terms: Terms) -> str:
    """RTE table 4.2.4.1a: a threshold without a measure leaves it unknown."""
    if terms.completion_threshold is None:
        return _said(cmi.get("completion_status"))
    if progress is None:
        return "unknown"
    return "completed" if progress >= terms.completion_threshold else "incomplete"


def _success(cmi: Mapping[str, Any], scaled: float | None, terms: Terms) -> str:
    """RTE table 4.2.22.1a: a passing score without a score leaves it unknown."""
    if terms.passing_score is None:
        return _said(cmi.get("success_status"))
    if scaled is None:
        return "unknown"
    return "passed" if scaled >= terms.passing_score else "failed"


def _rows(value: Any) -> Iterator[Mapping[str, Any]]:
    """The entries of a collection, which is written as a list or as an object by index."""
    entries = list(value.values()) if isinstance(value, Mapping) else value
    if isinstance(entries, list):
        yield from (entry for entry in entries if isinstance(entry, Mapping))


def _objectives(value: Any) -> Iterator[TrackedObjective]:
    for row in _rows(value):
        score = _mapping(row.get("score"))
        if row.get("id"):
            yield TrackedObjective(
                id=str(row["id"]),
                success_status=_said(row.get("success_status")),
                completion_status=_said(row.get("completion_status")),
                scaled=as_number(score.get("scaled")),
                raw=as_number(score.get("raw")),
                min=as_number(score.get("min")),
                max=as_number(score.get("max")),
                progress_measure=as_number(row.get("progress_measure")),
            )


def _stores(value: Any) -> Iterator[tuple[str, str]]:
    """Shared data by target; a snapshot leaves out what was never written."""
    for row in _rows(value):
        store = row.get("store")
        if row.get("id") and isinstance(store, str):
            yield str(row["id"]), store


def reported_seconds(document: Mapping[str, Any]) -> float | None:
    """The session time that the SCO itself reported, None where it reported none."""
    return parse_interval(str(_mapping(document.get("cmi")).get("session_time") or ""))


def launched_with(initial: Initial) -> dict[str, Any]:
    """What a part finds at its start besides what it kept: ``objectives`` as in cmi, and the shared
    ``stores`` of adl.data; its own status begins unknown. As JSON, unknown values left out, figures as text.
    """
    return {
        "objectives": [{"id": found.id, **_status(found)} for found in initial.objectives],
        "stores": [
            # An emptied store reads as one that was never set (DDM of the published suite).
            {"id": found.id, "store": found.store} if found.store else {"id": found.id}
            for found in initial.data
        ],
        "access": {found.id: [found.read, found.write] for found in initial.data},
    }


def _status(found: TrackedObjective) -> dict[str, Any]:
    figures = {"scaled": found.scaled, "raw": found.raw, "min": found.min, "max": found.max}
    score = {name: figure(value) for name, value in figures.items() if value is not None}
    known: dict[str, Any] = {"score": score} if score else {}
    for name in ("success_status", "completion_status"):
        if (word := getattr(found, name)) not in {"", "unknown"}:
            known[name] = word
    if found.progress_measure is not None:
        known["progress_measure"] = figure(found.progress_measure)
    return known


def figure(value: float) -> str:
    """A figure as SCORM's real(10,7) writes it: at most seven decimals, none where there are none."""
    return f"{value:.7f}".rstrip("0").rstrip(".")
