"""Several worlds at once, each with its own site, database and computers: sessions mostly wait.

A world is a process. It plays its share of the sessions, and ends after the one at hand when told to stop.
"""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import TracebackType

from tests.browser import Browsers, chromium_here
from tests.live import start_live
from tests.loss.plan import Plan
from tests.loss.run import compare_with_command, play_all
from tests.loss.session import Outcome

#: How long the session at hand and what follows it may take once the world is told to stop.
LAST_SECONDS = 180


def play_in_one(plans: Sequence[Plan], ear: Connection) -> None:
    """A world: sends an Outcome for each session, and lines about what ``attempt_show`` says otherwise."""
    os.setpgrp()  # who interrupts the run in a terminal stops it through the ear
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with (
        suppress(BrokenPipeError),  # nobody listens any more
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch,
        start_live(Path(scratch), demo=False, names=("site", "content")) as live,
        Browsers(chromium_here()) as browsers,
    ):
        played = []
        for outcome in play_all(live, browsers, plans, Path(scratch)):
            played.append(outcome)
            ear.send(outcome)
            if ear.poll():
                break
        for wrong in compare_with_command(live, played):
            ear.send(wrong)


class Worlds:
    """Iterating gives outcomes as sessions end, and lines about whatever else is wrong."""

    def __init__(self, plans: Sequence[Plan], processes: int) -> None:
        shares = [plans[place::processes] for place in range(processes)]
        self._shares = [share for share in shares if share]
        self._worlds: dict[Connection, SpawnProcess] = {}

    def __enter__(self) -> Worlds:
        making = get_context("spawn")
        for share in self._shares:
            here, there = making.Pipe()
            world = making.Process(target=play_in_one, args=(share, there))
            world.start()
            there.close()
            self._worlds[here] = world
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for ear in self._worlds:
            ear.close()
        for world in self._worlds.values():
            world.join(LAST_SECONDS)
            world.kill()

    def stop(self) -> None:
        """No session begins any more; what is played is still told."""
        for ear in list(self._worlds):
            with suppress(OSError):
                ear.send("stop")

    def __iter__(self) -> Iterator[Outcome | str]:
        while self._worlds:
            for ear in wait(list(self._worlds)):
                assert isinstance(ear, Connection)
                try:
                    yield ear.recv()
                except (EOFError, OSError):
                    world = self._worlds.pop(ear)
                    world.join(LAST_SECONDS)
                    if world.exitcode:
                        yield f"a world ended with {world.exitcode}"
