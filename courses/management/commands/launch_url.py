"""``launch_url``: opens a lesson for a person from the command line, for support and tests. Audited."""

from __future__ import annotations

import getpass
import json
import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.errors import Refusal
from accounts.models import User
from courses.models import Attempt, Enrolment, RunPin
from courses.runtime.actions import Launch, open_session, start_attempt
from courses.runtime.models import SessionMode
from courses.runtime.uids import as_uid
from courses.training.actions import open_lesson
from repository.models import Version

SCHEMA = 1
audit = logging.getLogger("hoclieu.audit")


class Command(BaseCommand):
    """Exit 0: opened; 1: refused, with the reason; 2: the person, activity or version does not exist."""

    help = "A one-time address of the player for a person; good for two minutes. Every use is logged."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Django gives every command a --version of its own; here it names one of ours."""
        return super().create_parser(prog_name, subcommand, conflict_handler="resolve", **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--user", required=True, metavar="NAME", help="sign-in name of the learner")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--activity", metavar="UID", help="an activity of a class she is enrolled in")
        what.add_argument("--version", metavar="UID", help="a version; tracked outside any class", dest="of")
        parser.add_argument("--mode", choices=list(SessionMode.values), default=SessionMode.NORMAL)
        parser.add_argument("--sco", default="", help="identifier of the part; default: where to go on")
        parser.add_argument("--json", action="store_true", help="one JSON object instead of the address")

    def handle(self, **options: Any) -> None:
        user = User.objects.filter(username=options["user"], is_active=True).first()
        if user is None:
            raise CommandError(f"There is no active person {options['user']}.", returncode=2)
        device = f"launch_url by {getpass.getuser()}"
        try:
            if options["activity"]:
                launch = self._activity(user, options, device)
            else:
                launch = self._version(user, options, device)
        except Refusal as refusal:
            raise CommandError(str(refusal), returncode=1) from refusal
        audit.warning(
            "launch_url: %s opened session %s of %s in mode %s",
            getpass.getuser(),
            launch.session.uid,
            user.username,
            options["mode"],
        )
        answer = {
            "schema": SCHEMA,
            "url": launch.url,
            "attempt": str(launch.attempt.uid) if launch.attempt else None,
            "session": str(launch.session.uid),
        }
        self.stdout.write(json.dumps(answer) if options["json"] else launch.url)

    def _activity(self, user: User, options: dict[str, Any], device: str) -> Launch:
        uid = as_uid(options["activity"])
        enrolments = Enrolment.objects.of(user).filter(run__pins__activity__uid=uid)
        enrolment = enrolments.select_related("run").order_by("-enrolled_at").first()
        if enrolment is None:
            raise CommandError(f"{user.username} learns in no class with activity {uid}.", returncode=2)
        pin = RunPin.objects.select_related("activity", "version").get(
            run=enrolment.run_id, activity__uid=uid
        )
        if options["mode"] == SessionMode.NORMAL:
            return open_lesson(by=user, enrolment=enrolment, pin=pin, sco=options["sco"], device=device)
        attempt = None
        if options["mode"] == SessionMode.REVIEW:
            mine = Attempt.objects.standing().filter(enrolment=enrolment, activity=pin.activity)
            attempt = mine.order_by("-number").first()
        return open_session(
            by=user,
            attempt=attempt,
            version=pin.version,
            sco=options["sco"],
            mode=options["mode"],
            device=device,
        )

    def _version(self, user: User, options: dict[str, Any], device: str) -> Launch:
        version = Version.objects.filter(uid=as_uid(options["of"])).first()
        if version is None:
            raise CommandError(f"There is no version {options['of']}.", returncode=2)
        attempt = None
        if options["mode"] != SessionMode.BROWSE:
            attempt = start_attempt(by=user, user=user, version=version)
        return open_session(
            by=user, attempt=attempt, version=version, sco=options["sco"], mode=options["mode"], device=device
        )
