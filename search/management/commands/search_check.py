"""Compares the search index with the database. Exit 0: they agree; 1: they do not; 2: no answer."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import engines


class Command(BaseCommand):
    help = "Compares the search index with the database; --repair mends what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--engine", default=engines.DEFAULT, choices=engines.names())
        parser.add_argument("--repair", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        engine = engines.engine(options["engine"])
        try:
            drift = engine.check()
            if drift and options["repair"]:
                engine.refresh(drift.resources)
        except engines.EngineUnavailableError as error:
            raise CommandError(f"The engine does not answer: {error}", returncode=2) from error
        if options["json"]:
            found = {"missing": drift.missing, "extra": drift.extra, "stale": drift.stale}
            self.stdout.write(json.dumps({"schema": 1, **found, "repaired": options["repair"]}))
        else:
            for what in ("missing", "extra", "stale"):
                self.stdout.write(f"{what}: {', '.join(map(str, getattr(drift, what))) or '–'}")
        if drift and not options["repair"]:
            raise SystemExit(1)
