"""Builds the search index anew; the old one answers until the new one is whole."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import engines, wordbooks


class Command(BaseCommand):
    help = "Builds the search index anew from the database."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--engine", default="", choices=engines.names())

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        done = {}
        for name in [options["engine"]] if options["engine"] else engines.kept_up():
            try:
                done[name] = engines.engine(name).rebuild(self._progress)
            except engines.EngineUnavailableError as error:
                raise CommandError(f"The engine {name} does not answer: {error}", returncode=2) from error
        wordbooks.learn()
        told = " and ".join(
            f"{count} documents{f' ({name})' if len(done) > 1 else ''}" for name, count in done.items()
        )
        self.stdout.write(f"{told} in {time.monotonic() - started:.1f} s")

    def _progress(self, done: int, expected: int) -> None:
        self.stderr.write(f"{done} documents of about {expected} things")
