"""Several real workers on one PostgreSQL: each task is done once, and one that is killed leaves nothing."""

from __future__ import annotations

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django_tasks_db.models import DBTaskResult

from cms import supervisor
from tests.live import Live, prepare_live

pytestmark = [pytest.mark.slow, pytest.mark.postgres]
TASKS = 60
WORKERS = 3
TABLE = DBTaskResult._meta.db_table
STATES = f"SELECT status, count(*) FROM {TABLE} WHERE task_path LIKE '%slow_tasks%' GROUP BY 1"  # noqa: S608


@pytest.fixture
def live(tmp_path: Path, postgres_url: str):
    with prepare_live(tmp_path, demo=False, postgres_server=postgres_url) as prepared:
        yield prepared


def start_worker(live: Live, number: int) -> subprocess.Popen[bytes]:
    child = live.children["worker"]
    with (live.var / f"worker-{number}.log").open("ab") as log:
        return supervisor.start(
            supervisor.Child(f"worker-{number}", child.command, {**live.env, **child.env}),
            stdout=log.fileno(),
        )


def until(true: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.2)


def test_each_task_is_done_once_and_a_killed_workers_task_again(live: Live, tmp_path: Path) -> None:
    log, waiting, go = tmp_path / "log", tmp_path / "waiting", tmp_path / "go"
    log.touch()
    live.python(
        "from tests.slow_tasks import notes, waits\n"
        f"waits.enqueue({str(waiting)!r}, {str(go)!r})\n"
        f"for number in range({TASKS}): notes.enqueue({str(log)!r}, number)"
    )
    workers = [start_worker(live, number) for number in range(WORKERS)]
    try:
        until(lambda: len(log.read_text().splitlines()) >= TASKS)
        done = Counter(line.split()[0] for line in log.read_text().splitlines())
        assert done == {str(number): 1 for number in range(TASKS)}
        assert len({line.split()[1] for line in log.read_text().splitlines()}) >= 2  # processes that shared
        # The one that waits is killed in the middle of it: another takes it over.
        until(waiting.exists)
        holder = int(waiting.read_text().split()[1])
        victim = next(worker for worker in workers if worker.pid == holder)
        supervisor.signal_group(victim, signal.SIGKILL)
        victim.wait()
        go.touch()
        until(lambda: waiting.read_text().count("ended") == 1)
        until(lambda: dict(live.rows(STATES)) == {"SUCCESSFUL": TASKS + 1}, 10)
        assert waiting.read_text().count("began") == 2
    finally:
        supervisor.stop(workers, grace=5)
