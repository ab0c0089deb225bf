"""A real worker killed in the middle of a task: the next one does the task again."""

import json
import time
from pathlib import Path

import pytest
from django_tasks_db.models import DBTaskResult

from tests.live import Live, start_live

pytestmark = pytest.mark.slow
TABLE = DBTaskResult._meta.db_table
STATUS = f"SELECT status, worker_ids FROM {TABLE} WHERE task_path LIKE '%waits'"  # noqa: S608


def wait_for(text: str, path: Path, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not (path.exists() and text in path.read_text()):
        assert time.monotonic() < deadline, f"no '{text}' in {path}"
        time.sleep(0.05)


def enqueue(live: Live, log: Path, until: Path) -> None:
    live.python(f"from tests.slow_tasks import waits; waits.enqueue({str(log)!r}, {str(until)!r})")
    wait_for("began", log)


def status(live: Live) -> tuple[str, int]:
    """How the one task stands, and how many workers began it."""
    ((word, workers),) = live.rows(STATUS)
    return word, len(json.loads(workers) if isinstance(workers, str) else workers)


def wait_for_status(live: Live, *expected: object) -> None:
    deadline = time.monotonic() + 20
    while status(live) != expected:
        assert time.monotonic() < deadline, status(live)
        time.sleep(0.05)


def words(log: Path) -> list[str]:
    return [line.split()[0] for line in log.read_text().splitlines()]


def test_a_killed_workers_task_is_done_by_the_next(tmp_path):
    log, until = tmp_path / "log", tmp_path / "until"
    with start_live(tmp_path, demo=False, names=("worker",)) as live:
        enqueue(live, log, until)
        live.kill("worker")
        assert words(log) == ["began"]
        assert status(live) == ("RUNNING", 1)
        until.touch()
        live.start("worker")
        wait_for_status(live, "SUCCESSFUL", 2)
    assert words(log) == ["began", "began", "ended"]


def test_sigterm_lets_the_running_task_end(tmp_path):
    log, until = tmp_path / "log", tmp_path / "until"
    with start_live(tmp_path, demo=False, names=("worker",)) as live:
        enqueue(live, log, until)
        worker = live.processes["worker"]
        worker.terminate()
        time.sleep(0.5)
        assert worker.poll() is None
        until.touch()
        assert worker.wait(20) == 0
        assert status(live) == ("SUCCESSFUL", 1)
    assert words(log) == ["began", "ended"]
