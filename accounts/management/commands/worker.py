"""Works through the background tasks until SIGTERM or Ctrl-C."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import autodiscover_modules

from accounts.work.worker import POLL_SECONDS, Worker


class Command(BaseCommand):
    help = "Runs background tasks: retries, takes over from dead workers, enqueues scheduled work."

    def add_arguments(self, parser: ArgumentParser) -> None:
        queues = settings.TASKS["default"]["QUEUES"]
        parser.add_argument(
            "--queue", action="append", choices=queues, help="only this queue; may be repeated"
        )
        parser.add_argument("--poll", type=float, default=POLL_SECONDS, help="seconds between two looks")
        parser.add_argument("--until-idle", action="store_true", help="run what is ready, then end")

    def handle(self, *, queue: list[str] | None, poll: float, until_idle: bool, **options: Any) -> None:
        autodiscover_modules("tasks")
        worker = Worker(queue or settings.TASKS["default"]["QUEUES"], poll)
        if until_idle:
            while sum(worker.run_until_idle(name) for name in worker.queues):
                pass
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: worker.ask_to_stop())
        worker.run()
