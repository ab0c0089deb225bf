"""A real worker killed in the middle of a task: the next one does the task again."""

import time
from pathlib import Path

import pytest
from django_tasks_db.models import DBTaskResult

from tests.live import start_live

ENQUEUE = "from tests.slow_tasks import slow; slow.enqueue({path!r}, {seconds})"
TABLE = DBTaskResult._meta.db_table
STATUS = f"SELECT status, json_array_length(worker_ids) FROM {TABLE} WHERE task_path LIKE '%slow'"  # noqa: S608


def wait_for(text: str, path: Path, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not (path.exists() and text in path.read_text()):
        assert time.monotonic() < deadline, f"no '{text}' in {path}"
        time.sleep(0.05)


@pytest.mark.slow
def test_a_killed_workers_task_is_done_by_the_next(tmp_path):
    log = tmp_path / "log"
    with start_live(tmp_path, demo=False, names=("worker",)) as live:
        live.python(ENQUEUE.format(path=str(log), seconds=1.5))
        wait_for("began", log)
        live.kill("worker")
        assert "ended" not in log.read_text()
        assert live.rows(STATUS) == [("RUNNING", 1)]
        live.start("worker")
        wait_for("ended", log)
        time.sleep(0.5)
        assert live.rows(STATUS) == [("SUCCESSFUL", 2)]
    assert [line.split()[0] for line in log.read_text().splitlines()] == ["began", "began", "ended"]


@pytest.mark.slow
def test_sigterm_lets_the_running_task_end(tmp_path):
    log = tmp_path / "log"
    with start_live(tmp_path, demo=False, names=("worker",)) as live:
        live.python(ENQUEUE.format(path=str(log), seconds=1.5))
        wait_for("began", log)
        live.stop()
        assert "ended" in log.read_text()
        assert live.rows(STATUS) == [("SUCCESSFUL", 1)]
