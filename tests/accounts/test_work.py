"""Retry, reaper and schedule, in this process."""

import os
from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.models import ScheduleMark, TaskWorker
from accounts.tasks import forget_old_tasks, turn_day
from accounts.work import schedule, worker
from accounts.work.retry import MAX_ATTEMPTS, pause_before
from tests import slow_tasks

pytestmark = pytest.mark.django_db


def run_all() -> int:
    return worker.Worker(["default"]).run_until_idle("default")


@pytest.fixture(autouse=True)
def nothing_scheduled(monkeypatch):
    monkeypatch.setattr(schedule, "_entries", {})


def test_pauses_grow_and_end():
    pauses = [pause_before(attempts, is_verdict=False) for attempts in range(1, MAX_ATTEMPTS + 1)]
    assert pauses == [*(timedelta(seconds=s) for s in (2, 8, 32, 128, 512)), None]
    assert pause_before(1, is_verdict=True) is None


def test_a_failing_task_is_tried_again_after_its_pause(tmp_path):
    slow_tasks.fails_until.enqueue(str(tmp_path / "log"), 2)
    assert run_all() == 1
    row = DBTaskResult.objects.get()
    assert row.status == TaskResultStatus.READY
    assert "not yet" in row.traceback
    assert timedelta(0) < row.run_after - timezone.now() <= timedelta(seconds=2)
    assert run_all() == 0
    DBTaskResult.objects.update(run_after=timezone.now())
    assert run_all() == 1
    row.refresh_from_db()
    assert (row.status, row.return_value, len(row.worker_ids)) == (TaskResultStatus.SUCCESSFUL, "done", 2)


def test_a_task_is_given_up_in_the_end(tmp_path):
    slow_tasks.fails_until.enqueue(str(tmp_path / "log"), 99)
    for _ in range(MAX_ATTEMPTS):
        assert run_all() == 1
        DBTaskResult.objects.update(run_after=timezone.now())
    assert run_all() == 0
    assert DBTaskResult.objects.get().status == TaskResultStatus.FAILED


def test_a_refusal_is_not_tried_again(tmp_path):
    slow_tasks.refuses.enqueue(str(tmp_path / "log"))
    run_all()
    assert DBTaskResult.objects.get().status == TaskResultStatus.FAILED
    assert (tmp_path / "log").read_text().count("ran") == 1


def a_worker(name: str, *, machine: str, process: str, silent: timedelta = timedelta(0)) -> None:
    now = timezone.now()
    TaskWorker.objects.create(
        worker_id=name, machine=machine, process=process, started_at=now, seen_at=now - silent
    )


def a_running_task(worker_id: str, attempts: int = 1) -> DBTaskResult:
    slow_tasks.round_trip.enqueue()
    row = DBTaskResult.objects.latest("enqueued_at")
    for _ in range(attempts):
        row.claim(worker_id)
    return row


def test_reaper_knows_the_dead_from_the_living():
    here = worker.this_machine()
    mine = worker.process_identity(os.getpid())
    a_worker("living", machine=here, process=mine, silent=timedelta(hours=1))
    a_worker("far", machine="other", process="1:1", silent=timedelta(seconds=30))
    a_worker("silent", machine="other", process="1:1", silent=timedelta(seconds=90))
    a_worker("reused", machine=here, process=f"{os.getpid()}:1")
    rows = {name: a_running_task(name) for name in ("living", "far", "silent", "reused", "unknown")}
    assert worker.reap() == 3
    for name, row in rows.items():
        row.refresh_from_db()
        lost = name in {"silent", "reused", "unknown"}
        assert row.status == (TaskResultStatus.READY if lost else TaskResultStatus.RUNNING), name
    assert set(TaskWorker.objects.values_list("worker_id", flat=True)) == {"living", "far"}
    assert worker.reap() == 0


def test_a_task_whose_end_could_not_be_written_is_queued_again():
    """The database went away at the end of a task; its worker lives on and does others."""
    me = worker.Worker(["default"])
    a_worker(me.worker_id, machine=worker.this_machine(), process=worker.process_identity(os.getpid()))
    running, left = a_running_task(me.worker_id), a_running_task(me.worker_id)
    me._at_work["default"] = running.id
    me.beat()
    running.refresh_from_db()
    left.refresh_from_db()
    assert (running.status, left.status) == (TaskResultStatus.RUNNING, TaskResultStatus.READY)


def test_a_task_that_kills_its_workers_is_given_up():
    row = a_running_task("gone", attempts=MAX_ATTEMPTS)
    worker.reap()
    row.refresh_from_db()
    assert row.status == TaskResultStatus.FAILED


def enqueued() -> list[str]:
    return [row.args_kwargs["args"][0] for row in DBTaskResult.objects.order_by("enqueued_at")]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A local time of September 2026 (UTC+7)."""
    return datetime(2026, 9, day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


def test_daily_work_runs_once_a_day_and_catches_up():
    schedule.daily(slow_tasks.round_trip, at=time(0, 5))
    assert schedule.enqueue_due(at(1, 0, 10)) == 1
    assert schedule.enqueue_due(at(1, 23, 59)) == 0
    assert schedule.enqueue_due(at(2, 0, 4)) == 0
    assert schedule.enqueue_due(at(4, 12)) == 3
    assert enqueued() == ["2026-09-01", "2026-09-02", "2026-09-03", "2026-09-04"]


def test_repeated_work_runs_once_after_an_outage():
    schedule.every(slow_tasks.round_trip, timedelta(hours=1))
    assert schedule.enqueue_due(at(1, 8)) == 1
    assert schedule.enqueue_due(at(1, 8, 59)) == 0
    assert schedule.enqueue_due(at(2, 8)) == 1
    assert schedule.enqueue_due(at(2, 8, 1)) == 0
    assert ScheduleMark.objects.count() == 1


def test_a_rolled_back_action_enqueues_nothing():
    from django.db import transaction

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        slow_tasks.round_trip.enqueue()
        raise ZeroDivisionError
    assert not DBTaskResult.objects.exists()


def test_the_turn_of_the_day_is_announced():
    from datetime import date

    from accounts.signals import day_turned

    heard = []

    def listen(day, **_):
        heard.append(day)

    day_turned.connect(listen)
    try:
        turn_day.enqueue("2026-09-01")
        assert run_all() == 1
    finally:
        day_turned.disconnect(listen)
    assert heard == [date(2026, 9, 1)]


def test_old_results_are_forgotten():
    slow_tasks.round_trip.enqueue()
    slow_tasks.round_trip.enqueue()
    old, _ = DBTaskResult.objects.order_by("enqueued_at")
    DBTaskResult.objects.update(status=TaskResultStatus.SUCCESSFUL, finished_at=timezone.now())
    DBTaskResult.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=8))
    assert forget_old_tasks.call() == 1
    assert not DBTaskResult.objects.filter(pk=old.pk).exists()
