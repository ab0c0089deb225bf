"""Attempts and runtime sessions: starting, opening, closing, moving their end. Commits are in ``commits``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import NotAllowed, Refusal
from accounts.models import User
from courses.runtime import codes
from courses.runtime.carrying import WHOLE, bank, carry_again, leave_others
from courses.runtime.commits import SUPERSEDED, announce
from courses.runtime.keys import new_ticket, ticket_hash
from courses.runtime.launchdata import entry_of
from courses.runtime.locks import Wait, locked_parts, why_locked
from courses.runtime.models import (
    NEVER,
    Attempt,
    CommitLog,
    RuntimeSession,
    ScoState,
    SessionMode,
)
from courses.runtime.outcome import COMPLETE
from courses.runtime.scos import all_scos, counted, launchable, opening_completes
from courses.runtime.states import due_in
from courses.runtime.watch import Watch
from repository.models import Ingest, Sco, Version

if TYPE_CHECKING:
    # Names only: the runtime works with any row that an attempt may point at.
    from courses.models import Activity, Enrolment

TICKET_FOR = timedelta(minutes=2)
# Browsing and looking back write nothing; their session ends by itself.
LOOKING_FOR = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Launch:
    """``url`` opens the player on the content origin, once, within two minutes."""

    url: str
    ticket: str
    session: RuntimeSession
    sco: Sco
    attempt: Attempt | None = None


@transaction.atomic
def start_attempt(
    *,
    by: User | None,
    user: User,
    version: Version,
    enrolment: Enrolment | None = None,
    activity: Activity | None = None,
    anew: bool = False,
) -> Attempt:
    """The learner's latest attempt at an activity, or a first one; with ``anew`` one more.

    The caller has checked that she may learn it. An attempt keeps the version it began with; where it was
    moved to a newer one, its windows that are still open write no more from now on.
    """
    if by is not None and by.pk != user.pk:
        raise NotAllowed("attempt.start")
    # The user's row is the lock: two tabs that start at once get the same attempt.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    mine = Attempt.objects.filter(user=user, enrolment=enrolment, activity=activity)
    if enrolment is None:
        mine = mine.filter(version=version)
    rows = list(mine.select_related("version").order_by("-number"))
    latest = next((row for row in rows if row.set_aside_at is None), None)
    if latest is not None and not anew:
        if len(rows) > 1:
            leave_others(latest, rows)
            carry_again(latest)
        return latest
    return Attempt.objects.create(
        user=user,
        version=version,
        enrolment=enrolment,
        activity=activity,
        number=rows[0].number + 1 if rows else 1,
    )


@transaction.atomic
def open_session(
    *,
    by: User | None,
    attempt: Attempt | None = None,
    version: Version | None = None,
    sco: str = "",
    mode: str = SessionMode.NORMAL,
    watch: Watch | None = None,
    open_until: datetime | None = None,
    device: str = "",
    restore: int | None = None,
) -> Launch:
    """Opens one SCO. In normal mode the last launch wins: older sessions of the attempt write no more.

    ``sco`` is an identifier, "" for where the learner should go on. ``open_until`` is when writing ends.
    ``restore`` names a kept snapshot (a ``CommitLog``) of an older window to go on from.
    Without an attempt a version is looked at, by a guest too (``by`` None).
    Raises Refusal ``launch_not_ready``, ``launch_unknown_part``, ``launch_locked_part``, ``launch_closed``;
    NotAllowed for another's attempt.
    """
    now = timezone.now()
    if attempt is not None:
        attempt = _own(attempt, by)
        version = attempt.version
    if version is None or version.ingest != Ingest.READY:
        raise not_ready()
    contents = all_scos(version)
    scos = launchable(contents)
    writes = attempt if mode == SessionMode.NORMAL else None
    locked = locked_parts(contents, writes) if writes is not None else {}
    chosen = _choose(scos, sco, attempt, locked)
    ticket = new_ticket()
    session = RuntimeSession(
        attempt=attempt,
        user=by,
        version=version,
        sco_identifier=chosen.identifier,
        mode=mode,
        ticket_hash=ticket_hash(ticket),
        ticket_until=now + TICKET_FOR,
        open_until=_until(writes, open_until, now),
        device=device[:200],
    )
    if writes is not None:
        _take_over(writes, session, scos, watch or Watch(), now)
    session.revision = attempt.revision if attempt else 0
    session.save()
    if writes is not None:
        _begin(writes, chosen, restore)
    return Launch(f"{settings.CONTENT_URL}/play/{ticket}/", ticket, session, chosen, attempt)


def _own(attempt: Attempt, by: User | None) -> Attempt:
    """The attempt, locked, if it is the person's."""
    attempts = Attempt.objects.select_for_update(of=("self",)).select_related("version")
    if by is None or attempt.user_id != by.pk:
        raise NotAllowed("attempt.open")
    return attempts.get(pk=attempt.pk)


def not_ready() -> Refusal:
    return Refusal("launch_not_ready", _("This lesson is not ready yet. Try again in a moment."))


def _until(writes: Attempt | None, open_until: datetime | None, now: datetime) -> datetime:
    """When writing ends; looking ends by itself."""
    until = (open_until or now + LOOKING_FOR) if writes is not None else now + LOOKING_FOR
    if until <= now:
        raise Refusal(
            "launch_closed", _("The class has closed. The lesson can be looked at but no longer recorded.")
        )
    return until


def _choose(scos: Sequence[Sco], identifier: str, attempt: Attempt | None, locked: Mapping[str, Wait]) -> Sco:
    by_name = {sco.identifier: sco for sco in scos}
    if identifier:
        if identifier not in by_name:
            raise Refusal(
                "launch_unknown_part", _("The lesson has no such part. Choose one from its contents.")
            )
        if identifier in locked:
            reason = why_locked(locked[identifier])
            raise Refusal("launch_locked_part", _("This part is still locked. %(reason)s."), reason=reason)
        return by_name[identifier]
    if not scos:
        raise not_ready()
    return where_to_go_on(scos, attempt, locked)


def where_to_go_on(scos: Sequence[Sco], attempt: Attempt | None, locked: Collection[str] = ()) -> Sco:
    """The part last worked in while it is not complete, else the first incomplete one, else the first.

    Parts in ``locked`` are passed over; the caller sees to it that one is open.
    """
    scos = [sco for sco in scos if sco.identifier not in locked]
    if attempt is None or len(scos) == 1:
        return scos[0]
    done = set(attempt.states.filter(completion=COMPLETE).values_list("sco_identifier", flat=True))
    last = (
        attempt.sessions.filter(mode=SessionMode.NORMAL)
        .order_by("-opened_at", "-pk")
        .values_list("sco_identifier", flat=True)
        .first()
    )
    for sco in scos:
        if sco.identifier == last and last not in done:
            return sco
    return next((sco for sco in counted(scos) if sco.identifier not in done), scos[0])


def _take_over(
    attempt: Attempt, session: RuntimeSession, scos: Sequence[Sco], watch: Watch, now: datetime
) -> None:
    """Raises the revision, banks the time of the session before, and lets only the new one write."""
    attempt.revision += 1
    attempt.terms = watch.terms()
    attempt.save(update_fields=["revision", "terms"])
    states = list(ScoState.objects.select_for_update().filter(attempt=attempt).order_by("pk"))
    bank(states)
    known = {state.sco_identifier for state in states}
    ScoState.objects.bulk_create(
        ScoState(attempt=attempt, sco_identifier=sco.identifier, open_until=session.open_until)
        for sco in scos
        if sco.identifier not in known
    )
    RuntimeSession.objects.filter(attempt=attempt, mode=SessionMode.NORMAL, closed_at=None).update(
        closed_at=now, close_reason=SUPERSEDED
    )
    banked = sum(state.banked_seconds for state in states)
    # The progress of several parts is a mean: each change is looked at while a rule waits for it.
    several = len(counted(scos)) > 1 and watch.progress_due is not None
    ScoState.objects.filter(attempt=attempt).update(
        session=session.uid,
        seq=0,
        session_seconds=0,
        open_until=session.open_until,
        seconds_due=due_in(watch.seconds_due, banked),
        progress_due=-2.0 if several else NEVER if watch.progress_due is None else watch.progress_due,
        score_watched=watch.score_watched,
    )


def _begin(attempt: Attempt, sco: Sco, restore: int | None) -> None:
    """Readies the state of the part that is opened; one that reports nothing itself is complete with this."""
    state = ScoState.objects.get(attempt=attempt, sco_identifier=sco.identifier)
    state.entry = entry_of(commits=state.commits, exit_word=state.exit)
    state.exit = ""
    if restore is not None:
        _restore(attempt, state, restore)
    if opening_completes(attempt.version, sco, attempt.terms):
        state.completion = COMPLETE
    state.save(update_fields=["entry", "exit", "document", "location", "commits", "completion"])
    announce(attempt, always=attempt.revision == 1)


def _restore(attempt: Attempt, state: ScoState, restore: int) -> None:
    mine = Q(attempt=attempt, sco_identifier=state.sco_identifier)
    if attempt.moved_from_id is not None and state.former is not None and state.carried == WHOLE:
        mine |= Q(attempt=attempt.moved_from_id, sco_identifier=state.former.sco_identifier)
    kept = CommitLog.objects.filter(mine, pk=restore, reason=CommitLog.Reason.SUPERSEDED).first()
    if kept is None or not kept.document:
        return
    state.document = kept.document
    state.commits = max(state.commits, 1)
    state.entry = "resume"
    kept.code = "restored"
    kept.save(update_fields=["code"])


@transaction.atomic
def dismiss_kept(*, by: User, kept: CommitLog) -> bool:
    """The learner goes on without a kept snapshot of an older window: it stays in the history, unoffered.

    False where it is not on offer. Raises NotAllowed for another's attempt.
    """
    if kept.attempt is None or kept.attempt.user_id != by.pk:
        raise NotAllowed("attempt.dismiss")
    offered = CommitLog.objects.filter(pk=kept.pk, reason=CommitLog.Reason.SUPERSEDED)
    return bool(offered.filter(code__in=[codes.SUPERSEDED.code, "dismissed"]).update(code="dismissed"))


@transaction.atomic
def close_sessions(
    *,
    reason: str,
    enrolment_ids: Iterable[int] = (),
    version_ids: Iterable[int] = (),
    user_ids: Iterable[int] = (),
) -> int:
    """Ends the writing of every open session of these, now, in the caller's transaction. Returns how many.

    What such a session still sends is kept in the attempt's history (``commit_closed``).
    """
    now = timezone.now()
    whose = Q(attempt__enrolment__in=list(enrolment_ids)) | Q(version__in=list(version_ids))
    whose |= Q(user__in=list(user_ids))
    sessions = RuntimeSession.objects.filter(whose, open_until__gt=now)
    ScoState.objects.filter(session__in=sessions.values("uid"), open_until__gt=now).update(open_until=now)
    closed = sessions.filter(closed_at=None).update(
        closed_at=now, close_reason=reason[:20], open_until=now, ticket_hash=""
    )
    sessions.update(open_until=now)
    return closed


@transaction.atomic
def reschedule_sessions(*, enrolment_ids: Iterable[int], open_until: datetime) -> int:
    """Moves the end of writing of the open sessions of these enrolments: the class ends on another day."""
    sessions = RuntimeSession.objects.filter(
        attempt__enrolment__in=list(enrolment_ids), mode=SessionMode.NORMAL, closed_at=None
    )
    ScoState.objects.filter(session__in=sessions.values("uid")).update(open_until=open_until)
    return sessions.update(open_until=open_until)


def open_player(*, ticket: str) -> RuntimeSession | None:
    """Uses up a ticket. None where it is unknown, used or older than two minutes."""
    now = timezone.now()
    hashed = ticket_hash(ticket)
    rows = RuntimeSession.objects.filter(ticket_hash=hashed, ticket_until__gt=now, open_until__gt=now)
    session = rows.select_related("version", "user", "attempt").first()
    # Conditional, so that of two requests with one ticket one gets the player.
    if session is None or not rows.filter(pk=session.pk).update(ticket_hash=""):
        return None
    return session


def session_of(*, by: User, uid: UUID) -> RuntimeSession | None:
    """A person's own runtime session."""
    return RuntimeSession.objects.select_related("version", "attempt").filter(uid=uid, user=by).first()
