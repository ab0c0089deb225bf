"""The data model a SCO finds when it starts: what it kept, and over it what only the server decides. Pure.

Sources: SCORM 1.2 RTE 3.4.4, SCORM 2004 4th edition RTE 4.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from courses.runtime.durations import as_interval, as_timespan, parse_interval, parse_timespan
from courses.runtime.outcome import SCORM12, as_number

# What a SCO may set itself; nothing else of a kept document is given back.
_KEPT_12 = ("suspend_data", "comments", "objectives", "student_preference", "interactions")
_KEPT_12_CORE = ("lesson_location", "lesson_status", "score")
_KEPT_2004 = (
    "comments_from_learner", "completion_status", "interactions", "learner_preference", "location",
    "objectives", "progress_measure", "score", "success_status", "suspend_data",
)  # fmt: skip
NORMAL = "normal"


@dataclass(frozen=True, slots=True)
class LaunchFacts:
    """``document`` is the kept snapshot ({"cmi": …, "adl": …}) or empty; ``total_seconds`` the time of
    earlier sessions. The limits are as the manifest writes them, "" where it is silent."""

    standard: str
    learner_id: str
    learner_name: str
    mode: str = NORMAL
    entry: str = "ab-initio"
    total_seconds: float = 0.0
    document: Mapping[str, Any] = field(default_factory=dict)
    launch_data: str = ""
    mastery_score: str = ""
    max_time_allowed: str = ""
    time_limit_action: str = ""
    completion_threshold: str = ""
    scaled_passing_score: str = ""
    # What the activity tree hands to a sequenced part: status and score to begin a try with, objectives,
    # and the shared stores, None where there is no tree
    primary: Mapping[str, Any] = field(default_factory=dict)
    objectives: Sequence[Mapping[str, Any]] = ()
    stores: Sequence[Mapping[str, Any]] | None = None


def entry_of(*, commits: int, exit_word: str) -> str:
    """ab-initio before anything was saved; resume after a suspend or a window closed without a word."""
    if not commits:
        return "ab-initio"
    return "resume" if exit_word in {"", "suspend", "logout"} else ""


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", None, {}, [])}


def launch_data(facts: LaunchFacts) -> dict[str, Any]:
    """What the player loads before the SCO starts: {"cmi": …} and, where it was kept, {"adl": …}."""
    cmi = facts.document.get("cmi")
    kept = cmi if isinstance(cmi, Mapping) else {}
    data: dict[str, Any] = {
        "cmi": _data12(facts, kept) if facts.standard == SCORM12 else _data2004(facts, kept)
    }
    adl = facts.document.get("adl")
    if facts.stores is not None:
        data["adl"] = {"data": [dict(store) for store in facts.stores]}
    elif isinstance(adl, Mapping) and isinstance(adl.get("data"), Mapping):
        data["adl"] = {"data": adl["data"]}
    return data


def _data12(facts: LaunchFacts, kept: Mapping[str, Any]) -> dict[str, Any]:
    core = kept.get("core")
    own = core if isinstance(core, Mapping) else {}
    return _filled(
        {
            **{name: kept.get(name) for name in _KEPT_12},
            "core": _filled(
                {
                    **{name: own.get(name) for name in _KEPT_12_CORE},
                    "student_id": facts.learner_id,
                    "student_name": facts.learner_name,
                    "credit": "credit" if facts.mode == NORMAL else "no-credit",
                    "lesson_mode": facts.mode,
                    "entry": facts.entry,
                    "total_time": as_timespan(facts.total_seconds),
                }
            ),
            "launch_data": facts.launch_data,
            "student_data": _limits12(facts),
        }
    )


_ACTIONS = ("exit,message", "exit,no message", "continue,message", "continue,no message")


def _limits12(facts: LaunchFacts) -> dict[str, Any]:
    """What the manifest limits, written as 1.2 wants it (CMIDecimal, CMITimespan, four actions).

    Left out where it is neither: content reads these figures and would fail over a slip of its own manifest.
    """
    mastery = as_number(facts.mastery_score.strip())
    most = facts.max_time_allowed.strip()
    length = parse_timespan(most)
    as_duration = parse_interval(most) if length is None else None
    action = ",".join(" ".join(word.split()) for word in facts.time_limit_action.lower().split(","))
    return _filled(
        {
            "mastery_score": facts.mastery_score.strip()
            if mastery is not None and 0 <= mastery <= 100
            else "",
            "max_time_allowed": as_timespan(as_duration) if as_duration else most if length else "",
            "time_limit_action": action if action in _ACTIONS else "",
        }
    )


def _objectives(kept: Any, given: Sequence[Mapping[str, Any]]) -> Any:
    """The objectives that the SCO kept, with what the activity tree knows of them by now: what they share
    may have changed since (SN 3.10.3)."""
    rows = list(kept.values()) if isinstance(kept, Mapping) else kept
    if not isinstance(rows, list) or not rows or not given:
        return kept or [dict(row) for row in given]
    known = {row["id"]: row for row in given}
    return [_with(row, known.get(row.get("id"), {})) for row in rows if isinstance(row, Mapping)]


def _with(row: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    score = row.get("score")
    figures = {**(score if isinstance(score, Mapping) else {}), **known.get("score", {})}
    return {**row, **known, **({"score": figures} if figures else {})}


def _data2004(facts: LaunchFacts, kept: Mapping[str, Any]) -> dict[str, Any]:
    return _filled(
        {
            **({} if kept else facts.primary),
            **{name: value for name in _KEPT_2004 if (value := kept.get(name)) is not None},
            "objectives": _objectives(kept.get("objectives"), facts.objectives),
            "learner_id": facts.learner_id,
            "learner_name": facts.learner_name,
            "credit": "credit" if facts.mode == NORMAL else "no-credit",
            "mode": facts.mode,
            "entry": facts.entry,
            "total_time": as_interval(facts.total_seconds),
            "launch_data": facts.launch_data,
            "max_time_allowed": facts.max_time_allowed,
            "time_limit_action": facts.time_limit_action,
            "completion_threshold": facts.completion_threshold,
            "scaled_passing_score": facts.scaled_passing_score,
        }
    )
