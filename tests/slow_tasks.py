"""Tasks that only tests enqueue; worker processes of the tests import them from here."""

from __future__ import annotations

import os
import time
from pathlib import Path

from django_tasks import task

from accounts.errors import Refusal


def _note(path: str, word: str) -> None:
    with Path(path).open("a") as file:
        file.write(f"{word} {os.getpid()}\n")


@task()
def waits(path: str, until: str) -> str:
    """Notes that it began, waits for the file ``until`` (a minute at most), notes that it ended."""
    _note(path, "began")
    deadline = time.monotonic() + 60
    while not Path(until).exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    _note(path, "ended")
    return "done"


@task()
def fails_until(path: str, runs: int) -> str:
    """Raises until it has been run ``runs`` times."""
    _note(path, "ran")
    if len(Path(path).read_text().splitlines()) < runs:
        raise ConnectionError("not yet")
    return "done"


@task()
def refuses(path: str) -> None:
    _note(path, "ran")
    raise Refusal("for_tests", "never")


@task()
def round_trip(day: str = "") -> str:
    return day


@task()
def notes(path: str, number: int) -> None:
    """Notes its number and takes a moment, so that several workers share them."""
    _note(path, str(number))
    time.sleep(0.05)
