"""Background work of the library: large ingestions, and sweeping up. Arguments are ids."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task

from accounts.work import schedule
from repository import ingest
from repository.actions import sweep


@task(queue_name="slow")
def ingest_version(version_id: int) -> str:
    """Ingests a version unless that is done or somebody is at it."""
    return ingest.run(version_id)


@task()
def take_up_ingestions() -> int:
    return ingest.take_up()


@task(queue_name="slow")
def sweep_storage() -> int:
    """Forgets expired uploads, then deletes the bytes that nothing needs."""
    sweep.sweep_uploads()
    return sweep.sweep_blobs()


schedule.every(take_up_ingestions, timedelta(minutes=1))
schedule.every(sweep_storage, timedelta(minutes=10))
