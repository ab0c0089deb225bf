"""Compares the search index with the database. Exit 0: they agree; 1: they do not; 2: no answer."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import engines
from search.documents import KINDS, RESOURCE
from search.engines.base import Drift


class Command(BaseCommand):
    help = "Compares the search index with the database; --repair mends what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--engine", default="", choices=engines.names())
        parser.add_argument("--repair", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        engine = engines.engine(options["engine"])
        try:
            drift = engine.check()
            if options["repair"]:
                engine.repair(drift)
        except engines.EngineUnavailableError as error:
            raise CommandError(f"The engine does not answer: {error}", returncode=2) from error
        if options["json"]:
            others = {what: _numbers(drift.of(what)) for what in KINDS if what != RESOURCE}
            answer = {**_numbers(drift.of(RESOURCE)), **others, "repaired": options["repair"]}
            self.stdout.write(json.dumps({"schema": 1, **answer}))
        else:
            for how in ("missing", "extra", "stale"):
                refs = ", ".join(f"{what} {number}" for what, number in getattr(drift, how))
                self.stdout.write(f"{how}: {refs or '–'}")
        if drift and not options["repair"]:
            raise SystemExit(1)


def _numbers(drift: Drift) -> dict[str, list[int]]:
    parts = {"missing": drift.missing, "extra": drift.extra, "stale": drift.stale}
    return {how: [number for _what, number in refs] for how, refs in parts.items()}
