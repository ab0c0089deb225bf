"""Fills an empty database with the demo province; does nothing where it is already."""

from __future__ import annotations

import os
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cms.demo import load, sign_ins


class Command(BaseCommand):
    help = "Load the demo province (60 units, 1,761 people); nothing happens where it is loaded."
    stealth_options = ("quiet",)  # `make run` says how to sign in once it serves
    requires_system_checks: list[str] = []  # `make run` checks when it serves

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--small", action="store_true", help="8 units and 12 people, as with DEMO=small")
        parser.add_argument(
            "--scale", choices=["big"], help="around it a sector of 20,000 people and 1,000 courses"
        )

    def handle(self, *, small: bool, scale: str | None, quiet: bool = False, **options: Any) -> None:
        began = time.monotonic()
        try:
            loaded = load.load(small=small or os.environ.get("DEMO") == "small", say=self._say)
        except load.DemoRefusedError as error:
            raise CommandError(str(error)) from error
        if loaded and scale:
            load.load_big(say=self._say)
        if loaded:
            self._say(f"Demo data loaded in {time.monotonic() - began:.0f} s.")
        if not quiet:
            self._say("\n".join(sign_ins.lines(settings.VAR)))

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
