"""Says which part is up and which is away; for repairs, and for whatever watches containers and services."""

from __future__ import annotations

import json
import sys
import time
from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand

from cms import readiness, supervisor

WEB = {"site": ("LISTEN_SITE", "SITE_URL"), "content": ("LISTEN_CONTENT", "CONTENT_URL")}


class Command(BaseCommand):
    help = (
        "Which part is up: database, cache, storage, search, worker, disk; also site or content of this host."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "names", nargs="*", choices=[[], *readiness.PARTS, *WEB], help="these alone", metavar="part"
        )
        parser.add_argument("--wait", type=float, default=0, metavar="SECONDS", help="until all are up")
        parser.add_argument("--json", action="store_true")

    def handle(self, *, names: list[str], wait: float, **options: Any) -> None:
        deadline = time.monotonic() + wait
        while True:
            states = {name: self._look(name) for name in names or readiness.PARTS}
            good = all(readiness.is_good(state) for state in states.values())
            if good or time.monotonic() >= deadline:
                break
            time.sleep(0.5)
        if options["json"]:
            self.stdout.write(json.dumps({"schema": 1, "ready": good, "parts": states}))
        else:
            for name, state in states.items():
                hint = readiness.HINTS.get((name, state), "")
                self.stdout.write(f"{name:<10} {state}{hint and f'  ({hint})'}")
        if not good:
            sys.exit(1)

    def _look(self, name: str) -> str:
        if name not in WEB:
            return readiness.look([name])[name]
        (host, port), url = (getattr(settings, each) for each in WEB[name])
        here = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 -- where to ask, not to listen
        is_up = supervisor.answers(f"http://{here}:{port}/health/", urlsplit(url).netloc, seconds=3)
        return readiness.UP if is_up else readiness.AWAY
