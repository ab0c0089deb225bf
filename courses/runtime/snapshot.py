"""Reads what a player, a beacon or the outbox sends: one snapshot of a SCO, or a heartbeat. Pure."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, NoReturn
from uuid import UUID

from courses.runtime import codes
from courses.runtime.codes import CommitRefused
from courses.runtime.outcome import COMPLETIONS, SCORM12, SUCCESSES

MOST_BYTES = 1024 * 1024
#: SCORM 2004 RTE 4.2.23; SCORM 1.2's 4,096 is raised to the same on purpose
MOST_SUSPEND_DATA = 64_000
_MOST_SEQ = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """``cmi`` is None for a heartbeat. ``seconds`` is the time of the whole session so far, as the player
    measured it; ``best_*`` the furthest that the session has reached. ``age``: how many seconds ago the
    session gave its last sign of life, where the outbox brings it late."""

    session: UUID
    key: str
    sco: str
    seq: int
    seconds: float
    final: bool
    best_completion: str
    best_success: str
    cmi: dict[str, Any] | None
    adl: dict[str, Any] | None = None
    age: float = 0.0

    def document(self) -> str:
        """What is stored: the data model as JSON, without blanks."""
        kept: dict[str, Any] = {"cmi": self.cmi}
        if self.adl:
            kept["adl"] = self.adl
        return _ENCODER.encode(kept)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


#: Made once: a save has no time to make them anew.
_DECODER = json.JSONDecoder(parse_constant=_no_constant)
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def clean_text(text: str) -> str:
    """Without NUL and lone surrogates, which no database takes."""
    text = text.replace("\0", "")
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def clean(value: Any) -> Any:
    """The value with every text in it cleaned (``clean_text``)."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_text(key): clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [clean(item) for item in value]
    return value


def read_json(body: bytes) -> dict[str, Any]:
    """The object in a request's body, cleaned. Raises CommitRefused: too large, not JSON, not an object."""
    if len(body) > MOST_BYTES:
        raise CommitRefused(codes.TOO_LARGE)
    try:
        text = body.decode()
        data = _DECODER.decode(text)
        if "\\u0000" in text or "\\ud" in text or "\\uD" in text or "\0" in text:
            data = clean(data)
    except (ValueError, RecursionError) as error:
        raise CommitRefused(codes.NOT_JSON) from error
    if not isinstance(data, dict):
        raise CommitRefused(codes.MALFORMED)
    return data


def parse_snapshot(data: dict[str, Any], standard: str = "") -> Snapshot:
    """Checks types and sizes. Raises CommitRefused; nothing in the text of the answer repeats the input.

    Without ``standard`` suspend data is looked for where either standard has it.
    """
    try:
        session = UUID(hex=str(data["session"]))
    except (KeyError, ValueError) as error:
        raise CommitRefused(codes.MALFORMED) from error
    cmi, adl = data.get("cmi"), data.get("adl")
    seq, seconds = data.get("seq", 0), data.get("seconds", 0)
    key, sco = data.get("key", ""), data.get("sco", "")
    best = data.get("best") or {}
    well_formed = (
        (cmi is None or isinstance(cmi, dict))
        and (adl is None or isinstance(adl, dict))
        and isinstance(seq, int)
        and not isinstance(seq, bool)
        and (0 < seq <= _MOST_SEQ or (cmi is None and seq == 0))
        and isinstance(seconds, int | float)
        and not isinstance(seconds, bool)
        and _is_finite(seconds)
        and isinstance(key, str)
        and isinstance(sco, str)
        and isinstance(best, dict)
    )
    if not well_formed:
        raise CommitRefused(codes.MALFORMED)
    if cmi is not None:
        _check_suspend_data(cmi, standard)
    completion, success = best.get("completion"), best.get("success")
    return Snapshot(
        session=session,
        key=key,
        sco=sco,
        seq=seq,
        seconds=float(min(max(seconds, 0.0), 1e9)),
        final=data.get("final") is True,
        best_completion=completion if completion in COMPLETIONS else "unknown",
        best_success=success if success in SUCCESSES else "unknown",
        cmi=cmi,
        adl=adl,
        age=_age(data.get("age")),
    )


def _is_finite(value: int | float) -> bool:
    """A whole number of JSON may be longer than any float, and is finite all the same."""
    return isinstance(value, int) or math.isfinite(value)


def _age(value: Any) -> float:
    """Seconds, 0 for what is no such figure: it only ever shortens what is claimed."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
        return 0.0
    return float(min(max(value, 0.0), 1e9))


def _check_suspend_data(cmi: dict[str, Any], standard: str) -> None:
    """Counts as JavaScript does: characters beyond the first plane are two."""
    text = cmi.get("suspend_data", "")
    if not isinstance(text, str):
        raise CommitRefused(codes.MALFORMED)
    if len(text) > MOST_SUSPEND_DATA or (
        len(text) * 2 > MOST_SUSPEND_DATA and len(text.encode("utf-16-le")) // 2 > MOST_SUSPEND_DATA
    ):
        raise CommitRefused(codes.SUSPEND_DATA)
    core = cmi.get("core")
    if standard == SCORM12 and not isinstance(core, dict):
        raise CommitRefused(codes.MALFORMED)


def location_of(standard: str, cmi: dict[str, Any]) -> str:
    """Where the learner is, as the SCO noted it; at most 1,000 characters."""
    if standard == SCORM12:
        core = cmi.get("core")
        place = core.get("lesson_location") if isinstance(core, dict) else ""
    else:
        place = cmi.get("location")
    return str(place or "")[:1000]


def exit_of(standard: str, cmi: dict[str, Any]) -> str:
    """How the SCO left, one of the words both standards use; "normal" where it left without a word."""
    if standard == SCORM12:
        core = cmi.get("core")
        word = core.get("exit") if isinstance(core, dict) else ""
    else:
        word = cmi.get("exit")
    return word if word in {"suspend", "logout", "time-out"} else "normal"
