"""Refused commits in the history of their attempt: that there was one and why, never what it held.

A learner's own key suffices to be refused, so a session leaves few rows however often it is.
"""

from __future__ import annotations

import re
from uuid import UUID

from django.db import transaction

from courses.runtime.codes import Answer
from courses.runtime.models import CommitLog, RuntimeSession

#: Rows a session may leave, one a code
MOST = 5
#: How much of a body is searched for its key or session where the whole was too large or unreadable
HEAD_BYTES = 8 * 1024

_KEY = re.compile(rb'"key"\s*:\s*"([A-Za-z0-9_=-]{40,4000})"')
_SESSION = re.compile(rb'"session"\s*:\s*"([0-9A-Fa-f-]{32,36})"')


def key_in(body: bytes) -> str:
    """The write key a body names near its beginning, unchecked; "" without one."""
    found = _KEY.search(body[:HEAD_BYTES])
    return found[1].decode() if found else ""


def session_in(body: bytes) -> UUID | None:
    """The session a body names near its beginning, unchecked."""
    found = _SESSION.search(body[:HEAD_BYTES])
    try:
        return UUID(hex=found[1].decode()) if found else None
    except ValueError:
        return None


def note_refusal(*, session: UUID, answer: Answer, seq: int = 0) -> bool:
    """Writes down that a commit of this session was refused: the first of each code, ``MOST`` in all.

    The caller has checked the key, or that the session is the signed-in person's. False where nothing was
    written, as for a session without an attempt.
    """
    noted = CommitLog.objects.filter(session__uid=session, reason=CommitLog.Reason.REFUSED)
    if noted.filter(code=answer.code).exists() or noted.count() >= MOST:
        return False
    with transaction.atomic():
        # The session's row is the lock: commits that arrive together count each other.
        rows = RuntimeSession.objects.select_for_update(no_key=True)
        row = rows.filter(uid=session, attempt__isnull=False).first()
        if row is None or noted.filter(code=answer.code).exists() or noted.count() >= MOST:
            return False
        CommitLog.objects.create(
            session=row,
            attempt_id=row.attempt_id,
            sco_identifier=row.sco_identifier,
            seq=seq,
            reason=CommitLog.Reason.REFUSED,
            code=answer.code,
        )
    return True
