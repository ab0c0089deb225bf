"""The worker: claims tasks, runs them, and takes back those of workers that died."""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db import Error, close_old_connections, connection, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django_tasks.base import TaskContext, TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.errors import Refusal
from accounts.models.work import TaskWorker
from accounts.work import schedule
from accounts.work.retry import MAX_ATTEMPTS, pause_before

logger = logging.getLogger(__name__)
T = TypeVar("T")

POLL_SECONDS = 0.2
HEARTBEAT_SECONDS = 10
DEAD_AFTER = timedelta(seconds=60)
AFTER_TROUBLE_SECONDS = 1.0


def this_machine() -> str:
    """Names the space in which process numbers are unique: this boot and this container."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text() + str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        boot = os.uname().nodename
    return hashlib.sha256(boot.encode()).hexdigest()[:32]


def process_identity(pid: int) -> str:
    """The process number with the tick at which it began; '' where no such process runs."""
    try:
        # After the name in brackets, which may hold anything: state, …, and 20th the start in ticks.
        facts = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "" if facts[0] == "Z" else f"{pid}:{facts[19]}"


def dead_workers() -> list[str]:
    """Workers of this machine whose process is gone, and others that have been silent for a minute."""
    silent = timezone.now() - DEAD_AFTER
    here = this_machine()

    def is_dead(worker: TaskWorker) -> bool:
        if worker.machine == here:
            return process_identity(int(worker.process.split(":")[0])) != worker.process
        return worker.seen_at < silent

    return [worker.worker_id for worker in TaskWorker.objects.all() if is_dead(worker)]


@transaction.atomic
def reap(at_work: dict[str, set[UUID]] | None = None) -> int:
    """Queues the tasks of dead workers again, and forgets those workers; returns how many tasks.

    ``at_work``: what a living worker runs now. Whatever else stands as running with it was left when the
    database went away before the end of the task could be written.
    A task that was running in ``MAX_ATTEMPTS`` workers when they died is not tried once more: it is
    probably what kills them.
    """
    dead = set(dead_workers())
    living = set(TaskWorker.objects.exclude(worker_id__in=dead).values_list("worker_id", flat=True))
    known = at_work or {}
    lost = 0
    for task in DBTaskResult.objects.running().order_by("id").select_for_update(skip_locked=True):
        holder = task.worker_ids[-1] if task.worker_ids else ""
        if holder in living and (holder not in known or task.id in known[holder]):
            continue
        if len(task.worker_ids) >= MAX_ATTEMPTS:
            task.set_failed(RuntimeError("the worker died each time"))
        else:
            task.status = TaskResultStatus.READY
            task.started_at = None
            task.save(update_fields=["status", "started_at"])
        lost += 1
        logger.warning("Task %s was left behind; now %s.", task.id, task.status)
    TaskWorker.objects.filter(worker_id__in=dead).delete()
    return lost


class Worker:
    """Works through one or more queues until it is asked to stop; one thread for each queue."""

    def __init__(self, queues: list[str], poll: float = POLL_SECONDS) -> None:
        self.queues = queues
        self.poll = poll
        self.worker_id = get_random_string(32)
        self._stop = threading.Event()
        self._at_work: dict[str, UUID] = {}  # by queue; set before the claim is committed

    def ask_to_stop(self) -> None:
        """Lets running tasks end, takes no new ones."""
        self._stop.set()

    def run(self) -> None:
        """Blocks until asked to stop."""
        self._survive(self.beat)
        threads = [
            threading.Thread(target=self._work, args=(queue,), name=f"queue-{queue}") for queue in self.queues
        ]
        for thread in threads:
            thread.start()
        while not self._stop.wait(HEARTBEAT_SECONDS):
            self._survive(self.beat)
        for thread in threads:
            thread.join()
        self._survive(TaskWorker.objects.filter(worker_id=self.worker_id).delete)

    def beat(self) -> None:
        """Says that this worker lives, takes back lost tasks, enqueues what is due."""
        now = timezone.now()
        facts = {"machine": this_machine(), "process": process_identity(os.getpid()), "seen_at": now}
        TaskWorker.objects.update_or_create(
            worker_id=self.worker_id, defaults=facts, create_defaults={**facts, "started_at": now}
        )
        reap({self.worker_id: set(self._at_work.values())})
        schedule.enqueue_due(now)

    def run_until_idle(self, queue: str) -> int:
        """Runs what is ready now, in this thread; returns how many tasks. For tests and commands."""
        self.beat()
        count = 0
        while self._step(queue):
            count += 1
        TaskWorker.objects.filter(worker_id=self.worker_id).delete()
        return count

    def _work(self, queue: str) -> None:
        while not self._stop.is_set():
            worked = self._survive(lambda: self._fresh_step(queue))
            if not worked:
                self._stop.wait(self.poll if worked is False else AFTER_TROUBLE_SECONDS)
        connection.close()

    def _fresh_step(self, queue: str) -> bool:
        close_old_connections()
        return self._step(queue)

    def _step(self, queue: str) -> bool:
        try:
            task = self._claim(queue)
            if task is not None:
                self._run(task)
        finally:
            self._at_work.pop(queue, None)
        return task is not None

    def _survive(self, step: Callable[[], T]) -> T | None:
        """The database may be locked or away for a while: says so, and goes on. None: there was trouble."""
        try:
            return step()
        except Error:
            logger.exception("The worker could not reach the database; trying again.")
            with contextlib.suppress(Error):
                connection.close()
            return None

    def _claim(self, queue: str) -> DBTaskResult | None:
        ready = DBTaskResult.objects.ready().filter(queue_name=queue)
        if not ready.exists():  # a write lock five times a second would slow everybody on SQLite
            return None
        with transaction.atomic():
            task = ready.select_for_update(skip_locked=True).first()
            if task is not None:
                self._at_work[queue] = task.id
                task.claim(self.worker_id)
        return task

    def _run(self, row: DBTaskResult) -> None:
        try:
            task = row.task
            context: list[Any] = (
                [TaskContext(task_result=cast(Any, row.task_result))] if task.takes_context else []
            )
            value = task.call(*context, *row.args_kwargs["args"], **row.args_kwargs["kwargs"])
            row.set_successful(value)
        except Error as error:
            connection.close()
            self._failed(row, error)
        except Exception as error:  # noqa: BLE001 -- whatever a task raises is the task's failure, not the worker's
            self._failed(row, error)

    def _failed(self, row: DBTaskResult, error: Exception) -> None:
        pause = pause_before(len(row.worker_ids), is_verdict=isinstance(error, Refusal))
        row.set_failed(error)
        if pause is None:
            logger.error("Task %s (%s) failed for good: %s", row.id, row.task_path, error, exc_info=error)
            return
        logger.warning("Task %s (%s) failed, again in %s: %s", row.id, row.task_path, pause, error)
        row.status = TaskResultStatus.READY
        row.run_after = timezone.now() + pause
        row.save(update_fields=["status", "run_after"])
