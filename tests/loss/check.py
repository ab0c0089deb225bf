"""What the player had shown as safe, and whether it is there. Pure.

The lesson's states follow each other step by step, and a snapshot is always whole: so what is found must be
exactly the state after one of its steps, and none before the last step that was shown as safe.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tests.loss.package import long_text
from tests.loss.plan import Step

#: A change needs a moment from the lesson's process to the line; nobody reads faster.
MARGIN_MS = 250
#: The words of the line that say that all is saved, or kept on this device.
SAVED, KEPT = "saved", "kept"
_WORDS = (("Đã lưu lúc", SAVED), ("Chưa gửi – sẽ gửi", KEPT), ("Mất mạng – bài vẫn học được", KEPT))


@dataclass(frozen=True, slots=True)
class Look:
    """What the line said at a moment, in milliseconds since 1970."""

    at: float
    text: str

    @property
    def safe(self) -> str:
        return next((word for begins, word in _WORDS if self.text.startswith(begins)), "")


@dataclass(frozen=True, slots=True)
class Done:
    """A step that the lesson says it has done, and when."""

    part: str
    n: int
    at: float


def shown_safe(looks: Sequence[Look], done: Iterable[Done]) -> dict[int, str]:
    """The steps over which the line said for a moment that all is safe, and its better word for each.

    ``looks`` are the changes of the line in their order and a last look at it; a word stood until the next.
    """
    steps = list(done)
    found: dict[int, str] = {}
    for look, following in pairwise(looks):
        if not look.safe:
            continue
        for step in steps:
            if step.at + MARGIN_MS <= following.at and found.get(step.n) != SAVED:
                found[step.n] = look.safe
    return found


def after(standard: str, steps: Sequence[Step]) -> dict[str, Any]:
    """What the lesson reads once these steps are done, and nothing more."""
    if not steps:
        return {"location": "", "suspend": "", "score": "", "answers": [], "objectives": 0}
    last = steps[-1]
    statuses = [step.status for step in steps if step.status]
    state: dict[str, Any] = {
        "location": f"trang-{last.n}",
        "suspend": long_text(last.n) if last.big else f"buoc={last.n}",
        "score": str(last.n % 101),
        "answers": [f"cau-{step.n}" for step in steps if step.answers],
        "objectives": 1,
    }
    if statuses:
        state["completion"] = statuses[-1]
    if standard != "scorm12" and "completed" in statuses:
        state["success"] = "passed"
    return state


def read_back(read: Mapping[str, str]) -> dict[str, Any]:
    """What the lesson's GetValue found, in the words of ``after``; answers are counted only."""
    return {**read, "answers": int(read["answers"] or 0), "objectives": int(read["objectives"] or 0)}


def _rows(value: Any) -> list[Any]:
    """A collection of the data model as a snapshot has it: a list, or an object by index."""
    if isinstance(value, Mapping):
        return [value[key] for key in sorted((key for key in value if str(key).isdigit()), key=int)]
    return list(value or [])


def in_document(standard: str, cmi: Mapping[str, Any]) -> dict[str, Any]:
    """What the server's document holds, in the words of ``after``."""
    core = cmi.get("core", {}) if standard == "scorm12" else cmi
    score = core.get("score") or {}
    return {
        "location": core.get("lesson_location" if standard == "scorm12" else "location") or "",
        "suspend": cmi.get("suspend_data") or "",
        "score": str(score.get("raw") or ("0" if score.get("raw") == 0 else "")),
        "completion": core.get("lesson_status" if standard == "scorm12" else "completion_status") or "",
        "success": cmi.get("success_status") or "",
        "answers": [row.get("id") for row in _rows(cmi.get("interactions"))],
        "objectives": len(_rows(cmi.get("objectives"))),
    }


def _differs(expected: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """The names of what differs; answers may be found as a bare count."""
    wrong = []
    for name, value in expected.items():
        got = found.get(name)
        counted = name == "answers" and isinstance(got, int)
        if got != (len(value) if counted else value):
            wrong.append(name)
    return wrong


def found_after(
    standard: str, steps: Sequence[Step], safe: Mapping[int, str], found: Mapping[str, Any]
) -> tuple[int, str]:
    """After how many steps ``found`` is the state, and "" where that is not before the last safe one.

    Else the number of the safe steps, and what is wrong.
    """
    last_safe = max((place for place, step in enumerate(steps, 1) if step.n in safe), default=0)
    for place in range(len(steps), last_safe - 1, -1):
        if not _differs(after(standard, steps[:place]), found):
            return place, ""
    step = steps[last_safe - 1] if last_safe else None
    shown = f"step {step.n} was shown as {safe[step.n]}" if step else "nothing was shown as safe"
    # The state that it most nearly is says best what is wrong with it.
    nearest = min(
        range(last_safe, len(steps) + 1),
        key=lambda place: len(_differs(after(standard, steps[:place]), found)),
    )
    wrong = _differs(after(standard, steps[:nearest]), found)
    got = {name: _cut(found.get(name)) for name in dict.fromkeys([*wrong, "location"])}
    return last_safe, f"{shown}, and what is found is the state after no step from there on: {got}"


def _cut(value: Any) -> Any:
    return f"{value[:24]}… ({len(value)})" if isinstance(value, str) and len(value) > 40 else value


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds of wall time: at least from arrival to death, at most from asking for it to being dead."""

    least: float = 0.0
    most: float = 0.0

    def __add__(self, other: Clock) -> Clock:
        return Clock(self.least + other.least, self.most + other.most)


#: Nobody loses more than this, whatever dies how often in a session.
MOST_SHORT = 5.0
#: Clocks of two processes.
MOST_OVER = 0.05


def time_is_wrong(clock: Clock, counted: float) -> str:
    """Empty where the time counted is never over the wall time and hardly short of it."""
    if counted > clock.most + MOST_OVER:
        return f"{counted:.2f} s count, {clock.most:.2f} s were spent"
    if counted < clock.least - MOST_SHORT:
        return f"{counted:.2f} s count of {clock.least:.2f} s spent"
    return ""
