"""Opening sessions and making commits in tests."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from courses.runtime.actions import Launch, open_session, start_attempt
from courses.runtime.codes import Answer
from courses.runtime.commits import record_commit
from courses.runtime.keys import write_key
from courses.runtime.leases import lease_of, sco_of
from courses.runtime.models import Attempt, RuntimeSession, ScoState
from courses.runtime.snapshot import parse_snapshot
from courses.runtime.watch import Watch
from tests.courses.runtime.stage import Stage


def begin(stage: Stage) -> Attempt:
    return start_attempt(
        by=stage.learner,
        user=stage.learner,
        version=stage.version,
        enrolment=stage.enrolment,
        activity=stage.activity,
    )


def launch(stage: Stage, *, watch: Watch | None = None, ago: float = 3600, **options: Any) -> Launch:
    """A session of the learner, opened ``ago`` seconds before now so that time may count."""
    options.setdefault("open_until", timezone.now() + timedelta(days=30))
    opened = open_session(by=stage.learner, attempt=begin(stage), watch=watch, **options)
    at = timezone.now() - timedelta(seconds=ago)
    RuntimeSession.objects.filter(pk=opened.session.pk).update(opened_at=at)
    opened.session.refresh_from_db()
    return opened


def cmi12(status: str = "incomplete", *, raw: str = "", place: str = "3", **core: Any) -> dict[str, Any]:
    return {
        "suspend_data": "trang=" + place,
        "core": {
            "lesson_status": status,
            "lesson_location": place,
            "score": {"raw": raw, "min": "", "max": "100"},
            "session_time": "",
            "exit": "",
            **core,
        },
    }


def body(opened: Launch, seq: int = 1, cmi: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """What the player would send."""
    session = opened.session
    return {
        "session": str(session.uid),
        "key": write_key(lease_of(session, sco_of(session))),
        "sco": session.sco_identifier,
        "seq": seq,
        "seconds": 10 * seq,
        "cmi": cmi12() if cmi is None else cmi,
        **more,
    }


def heartbeat(opened: Launch, seconds: float) -> dict[str, Any]:
    return body(opened, 0) | {"cmi": None, "seconds": seconds}


def commit(opened: Launch, seq: int = 1, cmi: dict[str, Any] | None = None, **more: Any) -> Answer:
    """Straight to ``record_commit``, past HTTP."""
    lease = lease_of(opened.session, sco_of(opened.session))
    return record_commit(lease=lease, snapshot=parse_snapshot(body(opened, seq, cmi, **more)))


def beat(opened: Launch, seconds: float) -> Answer:
    lease = lease_of(opened.session, sco_of(opened.session))
    return record_commit(lease=lease, snapshot=parse_snapshot(heartbeat(opened, seconds)))


def post(client: Client, data: Any, **headers: str) -> Any:
    """A commit over HTTP to the content origin, as a beacon sends it."""
    text = data if isinstance(data, bytes | str) else json.dumps(data)
    return client.post("/commit/", text, content_type="text/plain;charset=UTF-8", headers=headers)


def state_of(opened: Launch) -> ScoState:
    return ScoState.objects.get(
        attempt=opened.session.attempt_id, sco_identifier=opened.session.sco_identifier
    )


def rows() -> list[dict[str, Any]]:
    """Every state as it stands, to show that nothing changed."""
    return list(ScoState.objects.order_by("pk").values())


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
