"""Background work of the library: large ingestions, and sweeping up. Arguments are ids."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django_tasks import task

from accounts.work import schedule
from repository import ingest, inner_texts, notices, page_pictures, second_look
from repository.actions import direct, sweep
from repository.actions.uploads import KEPT_DAYS
from repository.storage import blobs, incoming

#: Longer than any upload may take.
STALE_AFTER = timedelta(days=KEPT_DAYS + 1)


@task(queue_name="slow")
def ingest_version(version_id: int) -> str:
    """Ingests a version unless that is done or somebody is at it."""
    return ingest.run(version_id)


@task(queue_name="slow")
def settle_upload(upload_id: int) -> str:
    """Puts a file that was sent to object storage directly in its place, unless that is done."""
    return direct.settle(upload_id)


@task()
def clear_incoming(uid: str, multipart: str) -> None:
    """Throws away once more what a direct upload that was given up left; nothing there is well too."""
    incoming.clear(UUID(uid), multipart)


@task()
def take_up_ingestions() -> int:
    return direct.take_up_settling() + ingest.take_up()


@task(queue_name="text")
def extract_text(version_id: int) -> str:
    """Reads the text inside a ready version unless that is done or somebody is at it."""
    return inner_texts.run(version_id)


@task()
def take_up_texts() -> int:
    return inner_texts.take_up()


@task(queue_name="text")
def draw_first_page(version_id: int) -> str:
    """Draws the first page of a ready package unless that is done or no browser is here."""
    return page_pictures.run(version_id)


@task(queue_name="text")
def look_again(version_id: int) -> int:
    """Looks a large package through to its end."""
    return second_look.run(version_id)


@task()
def tell_reviewers(unit_id: int) -> int:
    """Mail to the reviewers near a unit about what was submitted there."""
    return notices.tell_reviewers(unit_id)


@task()
def tell_author(event_id: int) -> int:
    """Mail to an author about a decision."""
    return notices.tell_author(event_id)


@task(queue_name="slow")
def sweep_storage() -> int:
    """Forgets expired uploads and drafts deleted long ago, then deletes the bytes that nothing needs."""
    sweep.sweep_uploads()
    sweep.sweep_discarded()
    return sweep.sweep_blobs() + direct.sweep_incoming()


@task(queue_name="slow")
def sweep_stale_parts() -> int:
    """Has object storage forget what was begun and never finished; not every server does so by itself."""
    return blobs().sweep_stale(STALE_AFTER)


schedule.every(take_up_ingestions, timedelta(minutes=1))
schedule.every(take_up_texts, timedelta(minutes=10))
schedule.every(sweep_storage, timedelta(minutes=10))
schedule.every(sweep_stale_parts, timedelta(days=1))
