"""Who works through the tasks, and which scheduled work was last begun."""

from django.db import models


class TaskWorker(models.Model):
    """A worker process while it lives; it says so every few seconds."""

    worker_id = models.CharField(max_length=64, unique=True)
    machine = models.CharField(max_length=64, help_text="where its process number means something")
    process = models.CharField(max_length=40, help_text="process number and when it began: never used twice")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.worker_id} ({self.process})"


class ScheduleMark(models.Model):
    """Up to when a piece of scheduled work has been enqueued."""

    name = models.CharField(max_length=120, unique=True)
    last_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.last_at:%Y-%m-%d %H:%M}"
