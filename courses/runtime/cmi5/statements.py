"""Judging the statements of a cmi5 unit: what is said, and whether it may be said now. Pure.

What contradicts the launch, the order or itself is refused; what is merely left out (a duration, a
category) is taken: a slip of form must not cost a learner her work.
Sources: cmi5 specification, 1st edition, 9.1 to 9.7 and 10.2.2; xAPI 1.0.3, part two, 2.2.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from courses.runtime.cmi5 import vocabulary as words
from courses.runtime.cmi5.refusals import forbidden, malformed
from courses.runtime.outcome import as_number

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_TIMESTAMP = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?(Z|[+-]\d\d(:?\d\d)?)?", re.IGNORECASE
)
_LONGEST_VERB = 500
#: What a server adds itself; two statements that differ in nothing else are the same (xAPI 2.1.2)
_ADDED = frozenset({"stored", "timestamp", "authority", "version", "id"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What was agreed on at the launch. ``account`` is (homePage, name); ``mode`` normal, browse or review;
    ``mastery`` from 0 to 1 or None."""

    account: tuple[str, str]
    registration: str
    session: str
    activity: str
    mode: str = "normal"
    mastery: float | None = None


@dataclass(slots=True)
class SoFar:
    """What was said: in this session, and (``ever_*``) under this registration."""

    initialized: bool = False
    terminated: bool = False
    passed: bool = False
    failed: bool = False
    ever_completed: bool = False
    ever_passed: bool = False
    ever_failed: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """A statement that may stand. ``defined``: in the words of the standard; ``score`` -1 to 1, ``progress``
    0 to 1, None where it says nothing."""

    uid: uuid.UUID
    verb: str
    defined: bool
    score: float | None
    progress: float | None
    fingerprint: str


def read_id(value: object) -> uuid.UUID:
    """The id of a statement. Raises StatementRefused where it is none."""
    try:
        return uuid.UUID(value) if isinstance(value, str) else uuid.UUID("")
    except ValueError:
        raise malformed("id must be a UUID") from None


def fingerprint(statement: Mapping[str, Any]) -> str:
    """A text that is the same for statements that say the same."""
    said = {name: value for name, value in statement.items() if name not in _ADDED}
    return uuid.uuid5(uuid.NAMESPACE_OID, json.dumps(said, sort_keys=True, ensure_ascii=True)).hex


def judge(statement: Any, facts: Facts, so_far: SoFar) -> Said:
    """What a statement says; ``so_far`` then includes it. Raises StatementRefused."""
    data = _object(statement, "a statement")
    verb = _check_form(data)
    _check_whose(data, facts)
    defined = words.CATEGORY in _categories(data)
    result = _object(data.get("result", {}), "result")
    if verb in words.OF_PLATFORM:
        raise forbidden("statement_verb", "only the platform says this")
    _check_order(verb, defined, so_far)
    if defined:
        _check_defined(data, verb, result, facts, so_far)
        _advance(so_far, verb)
    return Said(
        uid=read_id(data.get("id")),
        verb=verb,
        defined=defined,
        score=_scaled(result) if defined and verb in {words.PASSED, words.FAILED} else None,
        progress=_progress(result),
        fingerprint=fingerprint(data),
    )


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise malformed(f"{name} must be an object")
    return value


def _check_form(data: Mapping[str, Any]) -> str:
    """xAPI's own demands, as far as anything here reads them; the verb."""
    for name in ("actor", "verb", "object"):
        _object(data.get(name), name)
    verb = data["verb"].get("id")
    if not isinstance(verb, str) or len(verb) > _LONGEST_VERB or not _IRI.fullmatch(verb):
        raise malformed("verb.id must be an IRI")
    stamp = data.get("timestamp")
    if stamp is not None and (not isinstance(stamp, str) or not _TIMESTAMP.fullmatch(stamp)):
        raise malformed("timestamp must be an ISO 8601 instant")
    return verb


def account_of(agent: Any) -> tuple[str, str] | None:
    """(homePage, name) of an agent; None where it has no account."""
    account = agent.get("account") if isinstance(agent, dict) else None
    if not isinstance(account, dict) or agent.get("objectType", "Agent") != "Agent":
        return None
    home, name = account.get("homePage"), account.get("name")
    return (home, name) if isinstance(home, str) and isinstance(name, str) else None


def _check_whose(data: Mapping[str, Any], facts: Facts) -> None:
    """8.1.3, 8.1.4, 9.6.3.1: the learner, registration and session of the launch."""
    if account_of(data["actor"]) != facts.account:
        raise forbidden("statement_actor", "actor is not the one of the launch")
    context = _object(data.get("context", {}), "context")
    if str(context.get("registration", "")).lower() != facts.registration:
        raise forbidden("statement_registration", "context.registration is not the one of the launch")
    extensions = _object(context.get("extensions", {}), "context.extensions")
    if extensions.get(words.SESSION_ID) != facts.session:
        raise forbidden("statement_session", f"context.extensions[{words.SESSION_ID}] is not this session's")


def _categories(data: Mapping[str, Any]) -> set[str]:
    activities = _object(data["context"].get("contextActivities", {}), "context.contextActivities")
    category = activities.get("category", [])
    listed = category if isinstance(category, list) else [category]
    return {str(one.get("id")) for one in listed if isinstance(one, dict)}


def _check_order(verb: str, defined: bool, so_far: SoFar) -> None:
    """9.3: initialized comes first, terminated last, whatever stands between."""
    if so_far.terminated:
        raise forbidden("statement_after_end", "the session was terminated")
    first = defined and verb == words.INITIALIZED
    if not so_far.initialized and not first:
        raise forbidden("statement_before_start", "initialized must be the first statement")
    if so_far.initialized and first:
        raise forbidden("statement_twice", "the session was initialized already")


def _check_defined(
    data: Mapping[str, Any], verb: str, result: Mapping[str, Any], facts: Facts, so_far: SoFar
) -> None:
    if verb not in words.OF_UNITS:
        raise forbidden("statement_verb", "not a verb of cmi5")
    if data["object"].get("id") != facts.activity:
        raise forbidden("statement_object", "object.id is not the activityId of the launch")
    if verb in {words.COMPLETED, words.PASSED, words.FAILED}:
        if facts.mode != "normal":
            raise forbidden("statement_mode", f"launchMode {words.MODES[facts.mode]} records no outcome")
        _check_outcome(verb, result, facts)
        _check_once(verb, so_far)


def _check_outcome(verb: str, result: Mapping[str, Any], facts: Facts) -> None:
    """9.5 and 9.3.4: the result says what the verb says, and the score stands on the right side."""
    wanted = {words.COMPLETED: ("completion", True), words.PASSED: ("success", True)}
    name, value = wanted.get(verb, ("success", False))
    if result.get(name, value) is not value:
        raise forbidden("statement_result", f"result.{name} contradicts the verb")
    scaled = _scaled(result)
    if verb == words.COMPLETED or scaled is None or facts.mastery is None:
        return
    if (scaled >= facts.mastery) != (verb == words.PASSED):
        raise forbidden("statement_score", "result.score.scaled stands on the other side of masteryScore")


def _check_once(verb: str, so_far: SoFar) -> None:
    """9.3: completed and passed once in a registration; passed or failed once in a session, not both."""
    if verb == words.COMPLETED and so_far.ever_completed:
        raise forbidden("statement_twice", "completed was said already")
    if verb == words.PASSED and so_far.ever_passed:
        raise forbidden("statement_twice", "passed was said already")
    if verb in {words.PASSED, words.FAILED} and (so_far.passed or so_far.failed):
        raise forbidden("statement_twice", "passed or failed was said already in this session")


def _advance(so_far: SoFar, verb: str) -> None:
    so_far.initialized |= verb == words.INITIALIZED
    so_far.terminated |= verb == words.TERMINATED
    so_far.passed |= verb == words.PASSED
    so_far.failed |= verb == words.FAILED
    so_far.ever_completed |= verb == words.COMPLETED
    so_far.ever_passed |= verb == words.PASSED
    so_far.ever_failed |= verb == words.FAILED


def _number(value: Any) -> float | None:
    return None if isinstance(value, str) else as_number(value)


def _scaled(result: Mapping[str, Any]) -> float | None:
    score = _object(result.get("score", {}), "result.score")
    if "scaled" not in score:
        raw, low, high = (_number(score.get(name)) for name in ("raw", "min", "max"))
        if raw is None or low is None or high is None or high <= low:
            return None
        return min(max((raw - low) / (high - low), 0.0), 1.0)
    scaled = _number(score["scaled"])
    if scaled is None or not -1 <= scaled <= 1:
        raise malformed("result.score.scaled must lie between -1 and 1")
    return scaled


def _progress(result: Mapping[str, Any]) -> float | None:
    """9.5.5.1: a percentage."""
    extensions = _object(result.get("extensions", {}), "result.extensions")
    percent = _number(extensions.get(words.PROGRESS))
    return None if percent is None else min(max(percent / 100, 0.0), 1.0)


def is_satisfied(move_on: str, *, completed: bool, passed: bool, waived: bool = False) -> bool:
    """13.1.4 (moveOn): whether a unit is satisfied. A waived one is (9.3.7)."""
    if waived:
        return True
    return {
        "Passed": passed,
        "Completed": completed,
        "CompletedAndPassed": completed and passed,
        "CompletedOrPassed": completed or passed,
    }.get(move_on, True)
