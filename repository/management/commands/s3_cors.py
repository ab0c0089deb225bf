"""The bucket's rule for uploads by pages of the site. Exit 0: it is there; 1: it is not; 2: no answer."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from repository.storage import cors


class Command(BaseCommand):
    help = "Puts the bucket's rule that lets pages of the site send large files to it; --check only looks."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="look only")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.S3_ENDPOINT:
            raise CommandError("HOCLIEU_S3_ENDPOINT is not set: there is no bucket.", returncode=2)
        try:
            if not options["check"]:
                cors.put()
            found = cors.rules()
        except OSError as error:
            raise CommandError(f"The bucket does not answer: {error}", returncode=2) from error
        fault = cors.fault(found)
        if options["json"]:
            answer = {"schema": 1, "bucket": settings.S3_BUCKET, "origin": settings.SITE_URL}
            self.stdout.write(json.dumps({**answer, "fault": fault, "rules": found}))
        else:
            words = {"missing": "is missing", "open": "lets other sites send too", "": "is there"}
            self.stdout.write(f"The rule of {settings.S3_BUCKET} for {settings.SITE_URL} {words[fault]}.")
        if fault:
            raise SystemExit(1)
