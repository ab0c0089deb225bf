"""Drawing a ready package's first page, once. Where no browser is, nothing is done and nothing is missed.

``run`` may be called at any time and by several at once: whoever holds the lease draws.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from repository.content.sources import source_of
from repository.models import Kind, PackageIndex, PagePicture, Version
from repository.models.resources import Ingest
from repository.packages import index as package_index
from repository.pictures import browser, cleaning
from repository.pictures.stage import staged
from repository.storage import StorageAwayError, blobs

logger = logging.getLogger(__name__)

#: Longer than drawing may take: whose lease has run out is dead.
LEASE = timedelta(minutes=2)
MOST_TRIES = 3
#: So long after its file came a page shows that the picture is on its way.
WAITED_FOR = timedelta(minutes=10)
DRAWN = frozenset({Kind.SCORM12, Kind.SCORM2004, Kind.HTML5})
ABSENT = "absent"


def address_of(version: Version) -> str:
    """Where the picture of a version is to be had; "" where none is worth showing.

    No query where the version was read with its ``page_picture``.
    """
    picture = getattr(version, "page_picture", None)
    drawn = picture is not None and picture.state == PagePicture.State.DONE
    return address(version.uid) if drawn else ""


def address(uid: UUID) -> str:
    """Where the picture of the version of that uid is to be had."""
    return reverse("repository:first_page", args=[uid])


def comes_soon(version: Version) -> bool:
    """Whether a page may wait for the picture: the file has just come, and nobody has given up drawing.

    No query, as ``address_of``. Whether a worker has a browser is not known here: so it ends by itself.
    """
    if version.ingest != Ingest.READY or version.kind not in DRAWN or not version.launch:
        return False
    if settings.PICTURE_BROWSER == browser.OFF or version.created_at < timezone.now() - WAITED_FOR:
        return False
    picture = getattr(version, "page_picture", None)
    return picture is None or picture.state == PagePicture.State.DRAWING


def enqueue(version_id: int) -> None:
    """A task that calls ``run``; it commits with the caller's transaction."""
    from repository.tasks import draw_first_page  # tasks import this module

    draw_first_page.enqueue(version_id)


def run(version_id: int) -> str:
    """Draws a version's first page unless that is done or somebody is at it; the state afterwards."""
    program = browser.find(settings.PICTURE_BROWSER)
    if not program:
        return ABSENT
    held = _take(version_id)
    if held is None:
        return PagePicture.objects.filter(pk=version_id).values_list("state", flat=True).first() or ""
    if held.tries > MOST_TRIES:
        return _keep(held, PagePicture.State.FAILED, "picture_gave_up")
    try:
        picture = cleaning.written_anew(_draw(program, held.version))
    except browser.NoPictureError as none:
        logger.info("No picture of version %s: %s", held.version.uid, none.code)
        return _keep(held, PagePicture.State.FAILED, none.code)
    except ValueError:
        return _keep(held, PagePicture.State.FAILED, "picture_broken")
    except StorageAwayError:
        # Nobody's fault, and the next try need not wait for the lease.
        PagePicture.objects.filter(pk=held.pk, at=held.at).delete()
        raise
    state = PagePicture.State.BLANK if picture.blank else PagePicture.State.DONE
    return _keep(held, state, "", picture.data)


@transaction.atomic
def _take(version_id: int) -> PagePicture | None:
    """The row with a lease of ours, or None where there is nothing to draw."""
    versions = Version.objects.select_for_update(of=("self",)).filter(pk=version_id, ingest=Ingest.READY)
    version = versions.select_related("blob").filter(kind__in=DRAWN, blob__isnull=False).first()
    if version is None or not version.launch:
        return None
    now = timezone.now()
    row, is_new = PagePicture.objects.get_or_create(version=version, defaults={"at": now})
    if not is_new:
        if row.state != PagePicture.State.DRAWING or row.at > now - LEASE:
            return None
        row.at, row.tries = now, row.tries + 1
        row.save(update_fields=["at", "tries"])
    row.version = version
    return row


def _draw(program: str, version: Version) -> bytes:
    assert version.blob is not None  # noqa: S101 -- _take saw to it
    kept = PackageIndex.objects.values_list("document", flat=True).get(blob=version.blob)
    source = source_of(blobs(), version.blob.uid, version.blob.size)
    with staged(package_index.load(kept), source, version.launch) as (port, address):
        return browser.shoot(program, address, proxy=port, folder=settings.WORK_DIR)


def _keep(held: PagePicture, state: str, code: str, data: bytes | None = None) -> str:
    """Writes what came of it, if the lease is still the one taken."""
    rows = PagePicture.objects.filter(pk=held.pk, at=held.at, state=PagePicture.State.DRAWING)
    kind = cleaning.MEDIA_TYPE if data else ""
    rows.update(state=state, code=code, data=data, media_type=kind, at=timezone.now())
    return state
