"""An attempt that goes on at a newer version: tracks carried along part by part, and back again.

The attempt before is left exactly as it is, with its documents and its history; what it still receives is
saved in it as ever. Nothing of it counts twice: time and score are added up where they were earned.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils import timezone

from courses.runtime.commits import SUPERSEDED
from courses.runtime.models import Attempt, RuntimeSession, ScoState, SessionMode, SessionPart
from courses.runtime.outcome import COMPLETIONS, SUCCESSES, better
from courses.runtime.scos import all_scos, launchable
from courses.runtime.states import keep_rolled_up, outcome_of_attempt
from courses.runtime.treecarrying import carry_tree
from repository.models import Kind, Version

STATUS, WHOLE = "status", "whole"

# What a part that begins at its first page anew still finds: what it reached and how it is to look, not where
# it was nor what it kept for itself.
_REACHED_12 = ("objectives", "student_preference", "comments")
_REACHED_2004 = (
    "completion_status", "success_status", "progress_measure", "score", "objectives", "learner_preference",
    "comments_from_learner",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Carried:
    """The part ``new`` goes on with the track of ``old``; ``whole``: with bookmark and kept data too."""

    new: str
    old: str
    whole: bool


def whole_tracks(older: Version, newer: Version) -> bool:
    """Whether bookmarks and kept data can come along at all: both must speak the same standard, and keep them
    in the track; cmi5 units keep theirs in a store of their own."""
    return older.kind == newer.kind and newer.kind != Kind.CMI5


def carry(*, former: Attempt, version: Version, parts: Sequence[Carried]) -> Attempt:
    """A new attempt at ``version`` that goes on from ``former``, whose row the caller has locked.

    Not opened by anybody yet; its rolled-up outcome is kept, nobody is told of it.
    """
    mine = Attempt.objects.filter(
        user=former.user_id, enrolment=former.enrolment_id, activity=former.activity_id
    )
    successor = Attempt.objects.create(
        user_id=former.user_id,
        version=version,
        enrolment_id=former.enrolment_id,
        activity_id=former.activity_id,
        number=(mine.aggregate(last=Max("number"))["last"] or 0) + 1,
        terms=former.terms,
        moved_from=former,
    )
    _write(former, successor, parts)
    return successor


def carry_again(successor: Attempt) -> None:
    """Takes over once more what the former attempt has reached, while the successor was never opened.

    A window that stood open when the attempt moved goes on saving into the former one.
    """
    if successor.moved_from_id is None or successor.revision:
        return
    kept = successor.states.exclude(former=None)
    rows = kept.values_list("sco_identifier", "former__sco_identifier", "carried")
    parts = [Carried(new, old, carried == WHOLE) for new, old, carried in rows]
    lock = Attempt.objects.select_for_update(of=("self",)).select_related("version")
    former = lock.get(pk=successor.moved_from_id)
    carry_again(former)
    successor.states.all().delete()  # nobody has opened it: it holds nothing but copies
    _write(former, successor, parts)


def _write(former: Attempt, successor: Attempt, parts: Sequence[Carried]) -> None:
    states = {state.sco_identifier: state for state in former.states.all()}
    same_kind = whole_tracks(former.version, successor.version)
    names = {sco.identifier for sco in launchable(all_scos(successor.version))}
    ScoState.objects.bulk_create(
        _state(successor, part, states[part.old], same_kind=same_kind)
        for part in parts
        if part.new in names and part.old in states
    )
    whole = [part.new for part in parts if part.whole]
    if same_kind:
        carry_tree(former, successor, {part.new: part.old for part in parts}, whole)
    keep_rolled_up(successor, outcome_of_attempt(successor))


def _state(successor: Attempt, part: Carried, old: ScoState, *, same_kind: bool) -> ScoState:
    whole = part.whole and same_kind
    return ScoState(
        attempt=successor,
        sco_identifier=part.new,
        document=old.document if whole else _reached(old.document) if same_kind else "{}",
        entry=old.entry if whole else "ab-initio",
        exit=old.exit if whole else "",
        completion=old.completion,
        success=old.success,
        score=old.score,
        progress=old.progress,
        location=old.location if whole else "",
        # Without commits a part begins as one that was never opened.
        commits=old.commits if whole else 0,
        open_until=old.open_until,
        former=old,
        carried=WHOLE if whole else STATUS,
        before_seconds=old.told_seconds,
    )


def _reached(document: str) -> str:
    """The document without bookmark, kept data and answers: status, score and preferences alone."""
    kept = json.loads(document)
    cmi = kept.get("cmi") if isinstance(kept, dict) else None
    if not isinstance(cmi, Mapping):
        return "{}"
    core = cmi.get("core")
    reached: dict[str, Any]
    if isinstance(core, Mapping):
        reached = {name: cmi[name] for name in _REACHED_12 if name in cmi}
        reached["core"] = {name: core[name] for name in ("lesson_status", "score") if name in core}
    else:
        reached = {name: cmi[name] for name in _REACHED_2004 if name in cmi}
    return json.dumps({"cmi": reached}, ensure_ascii=False, separators=(",", ":"))


def take_back(successor: Attempt, now: datetime | None = None) -> None:
    """The attempt it went on from stands again, on its own tracks; this one and all in it is kept.

    What was completed, passed or scored meanwhile counts there too. The caller has locked both rows.
    """
    successor.set_aside_at = now or timezone.now()
    successor.save(update_fields=["set_aside_at"])
    raise_former(successor)


def raise_former(successor: Attempt) -> None:
    """What the successor's parts reached (completion, success, score) counts for those they went on from."""
    former = successor.moved_from
    if former is None:
        return
    states = ScoState.objects.filter(attempt=successor).exclude(former=None).select_related("former")
    for state in states.defer("document", "former__document"):
        before: ScoState = state.former  # type: ignore[assignment]
        completion = better(before.completion, state.completion, COMPLETIONS)
        success = better(before.success, state.success, SUCCESSES)
        score = max(before.score, state.score)
        if (completion, success, score) != (before.completion, before.success, before.score):
            ScoState.objects.filter(pk=before.pk).update(completion=completion, success=success, score=score)
    keep_rolled_up(former, outcome_of_attempt(former))


def leave_others(standing: Attempt, others: Iterable[Attempt]) -> None:
    """Opening one attempt ends the writing of windows of the activity's others, as the last launch wins.

    Their late snapshots are kept and their time still counts. Called before ``standing`` is opened.
    """
    by_pk = {other.pk: other for other in others if other.pk != standing.pk}
    writing = RuntimeSession.objects.filter(attempt__in=by_pk, mode=SessionMode.NORMAL, closed_at=None)
    now = timezone.now()
    for pk in sorted(set(writing.values_list("attempt_id", flat=True))):
        other = Attempt.objects.select_for_update(of=("self",)).select_related("moved_from").get(pk=pk)
        states = list(ScoState.objects.select_for_update().filter(attempt=other).order_by("pk"))
        bank(states)
        ScoState.objects.filter(attempt=other).update(session=None, seq=0, session_seconds=0)
        RuntimeSession.objects.filter(attempt=other, mode=SessionMode.NORMAL, closed_at=None).update(
            closed_at=now, close_reason=SUPERSEDED
        )
        if other.set_aside_at is not None:
            raise_former(other)


def bank(states: Iterable[ScoState]) -> None:
    """Moves the current session's time to the banked one and notes how far that session got."""
    worked = [state for state in states if state.session and (state.seq or state.session_seconds)]
    rows = {
        row.uid: row for row in RuntimeSession.objects.filter(uid__in={state.session for state in worked})
    }
    for state in worked:
        if state.session in rows:
            SessionPart.objects.create(
                session=rows[state.session], state=state, seq=state.seq, seconds=state.session_seconds
            )
        state.banked_seconds += state.session_seconds
        state.save(update_fields=["banked_seconds"])
