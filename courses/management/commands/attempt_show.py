"""``attempt_show``: everything the server holds of an attempt, for support and scripts."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from courses.runtime.cmi5.models import Statement
from courses.runtime.models import Attempt
from courses.runtime.states import outcome_of_attempt
from courses.runtime.uids import as_uid

SCHEMA = 1
SESSION = ("uid", "sco_identifier", "mode", "revision", "opened_at", "closed_at", "close_reason", "device")
COMMIT = (
    *("session__uid", "sco_identifier", "seq", "reason", "code"),
    *("completion", "success", "score", "seconds", "late", "at"),
)


class Command(BaseCommand):
    """Exit 0: shown; 2: there is no such attempt."""

    help = "What a learner did in a package: outcome, time, each SCO's data model, sessions, commits kept."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("uid", help="uid of the attempt")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of lines")

    def handle(self, **options: Any) -> None:
        rows = Attempt.objects.select_related("version", "user")
        attempt = rows.filter(uid=as_uid(options["uid"])).first()
        if attempt is None:
            raise CommandError(f"There is no attempt {options['uid']}.", returncode=2)
        shown = show(attempt)
        if options["json"]:
            self.stdout.write(json.dumps(shown, ensure_ascii=False, default=str))
            return
        outcome = shown["outcome"]
        self.stdout.write(f"{attempt.user.username}  version {attempt.version.uid}  attempt {attempt.number}")
        self.stdout.write(f"  {outcome['completion']}, {outcome['success']}, score {outcome['score']}")
        self.stdout.write(f"  {shown['total_seconds']:.0f} s in {len(shown['sessions'])} sessions")
        for item in shown["items"]:
            self.stdout.write(f"  {item['id']}: {item['completion']}, at '{item['location']}'")


def show(attempt: Attempt) -> dict[str, Any]:
    """The answer as architecture's table of commands names its parts, and a little more."""
    outcome = outcome_of_attempt(attempt)
    states = attempt.states.order_by("pk")
    return {
        "schema": SCHEMA,
        "attempt": str(attempt.uid),
        "user": attempt.user.username,
        "version": str(attempt.version.uid),
        "number": attempt.number,
        "revision": attempt.revision,
        "outcome": {
            "completion": outcome.completion,
            "success": outcome.success,
            "score": outcome.score,
            "progress": outcome.progress,
        },
        "total_seconds": outcome.seconds,
        "items": [
            {
                "id": state.sco_identifier,
                "cmi": json.loads(state.document).get("cmi") or {},
                "revision": state.revision,
                "entry": state.entry,
                "exit": state.exit,
                "completion": state.completion,
                "success": state.success,
                "score": None if state.score < 0 else state.score,
                "progress": None if state.progress < 0 else state.progress,
                "location": state.location,
                "seconds": state.total_seconds,
                "seq": state.seq,
                "commits": state.commits,
            }
            for state in states
        ],
        "sessions": list(attempt.sessions.order_by("opened_at").values(*SESSION)),
        "commits": list(attempt.commits_kept.order_by("at", "pk").values(*COMMIT)),
        "statements": [_said(row) for row in attempt.statements.order_by("stored_at", "pk")],
    }


def _said(row: Statement) -> dict[str, Any]:
    """A statement of a cmi5 unit in short: the last word of its verb, who said it, its score."""
    return {
        "id": str(row.uid),
        "item": row.sco_identifier,
        "verb": row.verb.rpartition("/")[2],
        "by": "platform" if row.by_platform else "unit",
        "score": row.score,
        "at": row.stored_at,
    }
