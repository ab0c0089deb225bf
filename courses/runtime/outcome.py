"""What a package reported, whatever standard it came from, and how several SCOs add up. Pure.

Words told apart: *completion* is whether the material was worked through, *success* whether it was
mastered; neither says that an activity or a course is completed (``courses.training``).
Sources: SCORM 1.2 RTE 3.4.4; SCORM 2004 4th edition RTE 4.2.4 (completion_status) and 4.2.22.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from courses.runtime.durations import parse_interval, parse_timespan

SCORM12, SCORM2004 = "scorm12", "scorm2004"
#: Lessons that know no SCORM; their snapshots use the words of SCORM 2004 (``courses.runtime.followed``).
HTML5, MEDIA, H5P = "html5", "media", "h5p"

# From least to most; a snapshot's best is the last of the list that the session reached.
COMPLETIONS = ("unknown", "not_attempted", "incomplete", "completed")
SUCCESSES = ("unknown", "failed", "passed")
COMPLETE = "completed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """``score`` and ``progress`` run from 0 to 1, None where unknown; ``seconds`` is time worked."""

    completion: str = "unknown"
    success: str = "unknown"
    score: float | None = None
    progress: float | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Terms:
    """What the manifest and the course say about one SCO; the SCO's own claims do not count.

    ``mastery`` is SCORM 1.2's mastery score in points of 100, the others run from 0 to 1
    (``passing_score`` from -1). ``failed_completes``: whether 1.2's "failed" has been worked through.
    ``asks`` and ``share`` say what a lesson without a report of its own is followed for (``Watch``).
    """

    mastery: float | None = None
    completion_threshold: float | None = None
    passing_score: float | None = None
    failed_completes: bool = True
    asks: str = ""
    share: float = 0.0

    @property
    def decide_completion(self) -> bool:
        return self.completion_threshold is not None

    @property
    def decide_success(self) -> bool:
        return self.mastery is not None or self.passing_score is not None


def better(first: str, second: str, order: Sequence[str]) -> str:
    """The further of two states; one that is not in ``order`` counts as its first."""
    if first == second:
        return first
    place, other = (order.index(name) if name in order else 0 for name in (first, second))
    return first if place >= other else second


def as_number(value: object) -> float | None:
    """A finite number from what a SCO wrote; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):  # JSON has whole numbers that no float holds
        return None
    return number if math.isfinite(number) else None


def _section(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = data.get(name)
    return part if isinstance(part, Mapping) else {}


def _share(score: Mapping[str, Any], least: float | None, most: float | None) -> float | None:
    """(raw - min) / (max - min), held between 0 and 1; None without a raw score or with an empty range."""
    raw = as_number(score.get("raw"))
    low, high = as_number(score.get("min")), as_number(score.get("max"))
    low = least if low is None else low
    high = most if high is None else high
    if raw is None or low is None or high is None or high <= low:
        return None
    return min(max((raw - low) / (high - low), 0.0), 1.0)


def outcome12(cmi: Mapping[str, Any], terms: Terms = Terms()) -> Outcome:
    """The outcome of a SCORM 1.2 snapshot (the object under ``cmi``).

    A mastery score decides over the SCO's own verdict where there is a raw score (RTE 3.4.4,
    cmi.core.lesson_status), but only once the SCO says that it is done.
    """
    core = _section(cmi, "core")
    status = str(core.get("lesson_status") or "not attempted")
    score = _section(core, "score")
    raw = as_number(score.get("raw"))
    if status in {"passed", "completed", "failed"} and terms.mastery is not None and raw is not None:
        status = "passed" if raw >= terms.mastery else "failed"
    completion = {
        "passed": COMPLETE,
        "completed": COMPLETE,
        "failed": COMPLETE if terms.failed_completes else "incomplete",
        "not attempted": "not_attempted",
    }.get(status, "incomplete")
    return Outcome(
        completion=completion,
        success=status if status in {"passed", "failed"} else "unknown",
        score=_share(score, 0.0, 100.0),
        seconds=parse_timespan(str(core.get("session_time") or "")) or 0.0,
    )


def outcome2004(cmi: Mapping[str, Any], terms: Terms = Terms()) -> Outcome:
    """The outcome of a SCORM 2004 snapshot: as reported, then the thresholds, where there is a measure."""
    completion = str(cmi.get("completion_status") or "unknown").replace(" ", "_")
    success = str(cmi.get("success_status") or "unknown")
    score = _section(cmi, "score")
    scaled = as_number(score.get("scaled"))
    progress = as_number(cmi.get("progress_measure"))
    if terms.completion_threshold is not None and progress is not None:
        completion = COMPLETE if progress >= terms.completion_threshold else "incomplete"
    if terms.passing_score is not None and scaled is not None:
        success = "passed" if scaled >= terms.passing_score else "failed"
    return Outcome(
        completion=completion if completion in COMPLETIONS else "unknown",
        success=success if success in SUCCESSES else "unknown",
        score=_share(score, None, None) if scaled is None else min(max(scaled, 0.0), 1.0),
        progress=None if progress is None else min(max(progress, 0.0), 1.0),
        seconds=parse_interval(str(cmi.get("session_time") or "")) or 0.0,
    )


def outcome_of(standard: str, cmi: Mapping[str, Any], terms: Terms = Terms()) -> Outcome:
    return outcome12(cmi, terms) if standard == SCORM12 else outcome2004(cmi, terms)


def with_best(outcome: Outcome, completion: str, success: str) -> Outcome:
    """The outcome raised to the best that was reached before: a later "incomplete" takes nothing back."""
    completion = better(outcome.completion, completion, COMPLETIONS)
    success = better(outcome.success, success, SUCCESSES)
    if completion == outcome.completion and success == outcome.success:
        return outcome
    return replace(outcome, completion=completion, success=success)


def rollup(parts: Sequence[Outcome], *, completion: str = "all", score: str = "highest") -> Outcome:
    """One outcome for a package of several SCOs, in the order of its table of contents.

    ``completion``: all | any | last decides about completion and success; ``score``: highest |
    average | last. Without parts everything is unknown.
    """
    if not parts:
        return Outcome()
    deciding = [parts[-1]] if completion == "last" else list(parts)
    return Outcome(
        completion=_completion(deciding, any_will_do=completion == "any"),
        success=_success(deciding, any_will_do=completion == "any"),
        score=_score([part.score for part in parts], score),
        progress=_progress(parts),
        seconds=sum(part.seconds for part in parts),
    )


def _completion(parts: Sequence[Outcome], *, any_will_do: bool) -> str:
    done = [part.completion == COMPLETE for part in parts]
    if any(done) if any_will_do else all(done):
        return COMPLETE
    if all(part.completion == parts[0].completion for part in parts):
        return parts[0].completion
    return "incomplete"


def _success(parts: Sequence[Outcome], *, any_will_do: bool) -> str:
    """SCOs that know no success do not hinder the others, as an explanation beside a quiz does not."""
    known = [part.success for part in parts if part.success != "unknown"]
    if not known:
        return "unknown"
    if any_will_do:
        return "passed" if "passed" in known else "failed"
    if "failed" in known:
        return "failed"
    waiting = any(part.success == "unknown" and part.completion != COMPLETE for part in parts)
    return "unknown" if waiting else "passed"


def _score(scores: Sequence[float | None], way: str) -> float | None:
    known = [score for score in scores if score is not None]
    if not known:
        return None
    if way == "average":
        return sum(known) / len(known)
    return known[-1] if way == "last" else max(known)


def _progress(parts: Sequence[Outcome]) -> float | None:
    """The mean; a completed SCO counts as 1, one that reports nothing as 0."""
    if all(part.progress is None and part.completion != COMPLETE for part in parts):
        return None
    shares = [1.0 if part.completion == COMPLETE else part.progress or 0.0 for part in parts]
    return sum(shares) / len(shares)
