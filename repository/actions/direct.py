"""Receiving files that browsers send to object storage themselves, in signed parts.

Nothing the browser says is believed: what is there, and how large, is asked of the storage; the bytes
are copied there to a key that is never signed, and only then hashed. Each step may be cut short and
done again; what nobody takes up is swept.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from repository import errors, ingest
from repository.actions.uploads import KEPT_DAYS, MB, begin_upload, hash_of, store_blob
from repository.models import Blob, Upload
from repository.storage import blobs, incoming
from repository.storage.away import StorageAwayError
from repository.storage.incoming import Part
from repository.storage.presign import part_bytes, part_count, part_length

logger = logging.getLogger(__name__)

PART_BYTES = 8 * MB
#: Addresses asked for at once, and how long each of them opens anything.
MOST_AT_ONCE = 50
SIGNED_SECONDS = 900
_FORGOTTEN = timedelta(minutes=5)
_PART_UNDER_WAY = timedelta(seconds=15)
_ORPHANED = timedelta(days=1)


@contextmanager
def _storage() -> Iterator[None]:
    """Where a person waits for it, storage that is away is a refusal; in a task, a fault to be retried."""
    try:
        yield
    except StorageAwayError:
        raise errors.storage_away() from None


@dataclass(frozen=True, slots=True)
class DirectState:
    """Where an upload stands, and which of its parts the storage has."""

    upload: Upload
    parts: tuple[Part, ...]


def begin_direct(*, by: User, filename: str, size: int) -> Upload:
    """Announces a file of ``size`` bytes that comes in parts. Refuses as ``begin_upload`` does."""
    if not incoming.offered():
        raise errors.direct_not_offered()
    upload = begin_upload(by=by, filename=filename, size=size)
    try:
        with _storage():
            upload.multipart = incoming.begin(upload.uid)
    except errors.Away:
        _forget(upload.pk)  # or her quota would carry what never began
        raise
    upload.way = Upload.Way.DIRECT
    upload.part_bytes = part_bytes(size, PART_BYTES)
    upload.save(update_fields=["way", "multipart", "part_bytes"])
    return upload


def sign_parts(*, by: User, upload: Upload, numbers: Sequence[int]) -> list[tuple[int, str]]:
    """Addresses for these parts of her own upload: (number, address). Each takes exactly its length."""
    _require_own(by, upload)
    if upload.state != Upload.State.ARRIVING:
        raise errors.upload_complete()
    if len(numbers) > MOST_AT_ONCE:
        raise errors.part_unknown()
    _note_progress(upload)
    now = timezone.now()
    try:
        lengths = {n: part_length(n, size=upload.size, part=upload.part_bytes) for n in numbers}
    except ValueError:
        raise errors.part_unknown() from None
    return [
        (
            number,
            incoming.signed(
                upload.uid, upload.multipart, number=number, length=length, at=now, seconds=SIGNED_SECONDS
            ),
        )
        for number, length in lengths.items()
    ]


def direct_state(*, by: User, upload: Upload) -> DirectState:
    """Which parts the storage has: for going on after a lost line or a closed page."""
    _require_own(by, upload)
    if upload.state != Upload.State.ARRIVING:
        return DirectState(upload, ())
    with _storage():
        there = _parts_there(upload)
    if there is None:
        return DirectState(_take_whole(upload), ())
    _note_reached(upload, there)
    return DirectState(upload, tuple(there))


def _note_progress(upload: Upload) -> None:
    """For the lists that show what was begun; nothing else depends on it."""
    with suppress(StorageAwayError):
        _note_reached(upload, _parts_there(upload) or [])


def _note_reached(upload: Upload, there: Sequence[Part]) -> None:
    upload.offset = sum(part.size for part in there)
    Upload.objects.filter(pk=upload.pk, state=Upload.State.ARRIVING).update(offset=upload.offset)


def _require_own(by: User, upload: Upload) -> None:
    if upload.user_id != by.pk or upload.way != Upload.Way.DIRECT:
        raise errors.upload_missing()


def _parts_there(upload: Upload) -> list[Part] | None:
    """Those of the announced lengths; None where the storage has forgotten the multipart upload."""
    listed = incoming.parts(upload.uid, upload.multipart)
    if listed is None:
        return None
    count = part_count(upload.size, upload.part_bytes)
    return [
        part
        for part in listed
        if 1 <= part.number <= count
        and part.size == part_length(part.number, size=upload.size, part=upload.part_bytes)
    ]


def complete_direct(*, by: User, upload: Upload, etags: Mapping[int, str]) -> Upload:
    """Puts the parts together and settles the file: now, or by task where it is large.

    ``etags``: what the browser was told of each part; a part that is not there with it must come
    again. Raises Conflict. Twice is harmless.
    """
    _require_own(by, upload)
    if upload.state == Upload.State.ARRIVING:
        upload = _put_together(upload, etags)
    return settle_here(by=by, upload=upload)


def _put_together(upload: Upload, etags: Mapping[int, str]) -> Upload:
    with _storage():
        there = _parts_there(upload)
    if there is not None:
        good = {part.number for part in there if etags.get(part.number) == part.etag}
        count = part_count(upload.size, upload.part_bytes)
        missing = [number for number in range(1, count + 1) if number not in good]
        if missing:
            raise errors.parts_missing(missing)
        with _storage():
            incoming.complete(upload.uid, upload.multipart, there)
    return _take_whole(upload)


def _take_whole(upload: Upload) -> Upload:
    """From the completed object on: it has the announced size, or all is given up."""
    with _storage():
        size = incoming.whole_size(upload.uid)
    upload.refresh_from_db(fields=["state", "leased_until"])
    if upload.state != Upload.State.ARRIVING:
        return upload  # another request was first
    if size != upload.size:
        if size is not None:
            logger.warning("Upload %s: %s bytes came, %s were announced.", upload.uid, size, upload.size)
        abandon(upload)
        raise errors.upload_missing()
    return _to_be_settled(upload)


@transaction.atomic
def _to_be_settled(upload: Upload) -> Upload:
    """With the task that settles it, or that takes over should the request die."""
    now = timezone.now()
    row = Upload.objects.select_for_update(of=("self",)).get(pk=upload.pk)
    if row.state == Upload.State.ARRIVING:
        row.state, row.offset = Upload.State.SETTLING, row.size
        row.expires_at = max(row.expires_at, now + timedelta(days=KEPT_DAYS))
        row.leased_until = now
        row.save(update_fields=["state", "offset", "expires_at", "leased_until"])
        _enqueue(row, None if _is_large(row) else now + ingest.lease_for(row.size))
    return row


def _enqueue(upload: Upload, after: datetime | None = None) -> None:
    from repository.tasks import settle_upload  # tasks import this module

    task = settle_upload if after is None else settle_upload.using(run_after=after)
    task.enqueue(upload.pk)


def _is_large(upload: Upload) -> bool:
    return upload.size > settings.INGEST_INLINE_MB * MB


def settle_here(*, by: User, upload: Upload) -> Upload:
    """Settles a small file in the request; a large one is left to the task. Its row afterwards."""
    _require_own(by, upload)
    if upload.state == Upload.State.SETTLING and not _is_large(upload):
        with _storage():
            settle(upload.pk)
    try:
        upload.refresh_from_db()
    except Upload.DoesNotExist:
        raise errors.upload_missing() from None
    return upload


# Settling: from incoming/ to a blob


def settle(upload_id: int) -> str:
    """Copies, hashes and records a complete file unless that is done or somebody is at it; its state.

    May be called by the request, by a task, by several at once and after any of them was killed.
    """
    upload = _take(upload_id)
    if upload is None:
        return Upload.objects.filter(pk=upload_id).values_list("state", flat=True).first() or ""
    own = upload.blob
    try:
        storage = blobs()
        if not storage.exists(own.uid):
            storage.adopt(own.uid, incoming.key_of(upload.uid))
        incoming.clear(upload.uid, "")
        digest = hash_of(own)
    except FileNotFoundError:
        logger.warning("Upload %s: its bytes are no longer in storage.", upload.uid)
        _let_go(upload)
        _forget(upload.pk)
        return ""
    except BaseException:
        _let_go(upload)
        raise
    try:
        recorded = _record(upload, own, digest)
    except IntegrityError:  # the same bytes were stored by somebody else between our look and our write
        recorded = _record(upload, own, digest)
    if not recorded or upload.blob_id != own.pk:
        _give_up_copy(own)
    return Upload.State.RECEIVED if recorded else ""


@transaction.atomic
def _take(upload_id: int) -> Upload | None:
    upload = (
        Upload.objects.select_for_update(of=("self",)).select_related("blob").filter(pk=upload_id).first()
    )
    now = timezone.now()
    if upload is None or upload.state != Upload.State.SETTLING or upload.expires_at <= now:
        return None
    if upload.leased_until is not None and upload.leased_until > now:
        return None
    upload.leased_until = now + ingest.lease_for(upload.size)
    upload.save(update_fields=["leased_until"])
    return upload


def _let_go(upload: Upload) -> None:
    """The next try need not wait for the lease to run out."""
    mine = Upload.objects.filter(pk=upload.pk, leased_until=upload.leased_until)
    mine.update(leased_until=timezone.now())


@transaction.atomic
def _record(upload: Upload, own: Blob, digest: str) -> bool:
    """Whether the file could be recorded: not where it was given up or settled in the meantime."""
    row = (
        Upload.objects.select_for_update(of=("self",))
        .filter(pk=upload.pk, state=Upload.State.SETTLING, leased_until=upload.leased_until)
        .first()
    )
    if row is None or row.expires_at <= timezone.now():
        return False
    upload.blob = store_blob(own, digest, upload.size)
    row.blob, row.state, row.leased_until, row.multipart = upload.blob, Upload.State.RECEIVED, None, ""
    row.save(update_fields=["blob", "state", "leased_until", "multipart"])
    return True


def _give_up_copy(own: Blob) -> None:
    """Of a copy that is not needed, or whose row went away while it was made."""
    from repository.actions.sweep import sweep_blob  # sweep knows uploads, not the other way round

    if Blob.objects.filter(pk=own.pk).exists():
        sweep_blob(blob_id=own.pk)
    else:
        blobs().delete(own.uid)


# Giving up


def abandon(upload: Upload) -> None:
    """Gives up a direct upload: its row, then what lies in storage. Who settles it just now goes first."""
    if not _forget(upload.pk):
        return
    try:
        incoming.clear(upload.uid, upload.multipart)
    except OSError as error:  # away, or at odds with a part that is arriving
        logger.warning("Upload %s was given up; its parts are cleared later: %s", upload.uid, error)
    # A part that was under way may have arrived behind this; S3 asks for giving up once more.
    from repository.tasks import clear_incoming  # tasks import this module

    later = clear_incoming.using(run_after=timezone.now() + _PART_UNDER_WAY)
    later.enqueue(str(upload.uid), upload.multipart)


@transaction.atomic
def _forget(upload_id: int) -> bool:
    """Deletes the row; whether it did. One that is being settled only expires: the sweep follows."""
    from repository.actions.sweep import sweep_blob_soon  # as above

    upload = Upload.objects.select_for_update(of=("self",)).filter(pk=upload_id).first()
    if upload is None or upload.state == Upload.State.USED:
        return False
    now = timezone.now()
    if upload.state == Upload.State.SETTLING and upload.leased_until and upload.leased_until > now:
        Upload.objects.filter(pk=upload.pk).update(expires_at=now)
        return False
    upload.delete()
    Blob.objects.filter(pk=upload.blob_id).update(refused=True)
    sweep_blob_soon(blob_id=upload.blob_id)
    return True


def take_up_settling() -> int:
    """Enqueues complete files that nobody settles: those of dead processes and lost tasks."""
    left = Upload.objects.filter(
        state=Upload.State.SETTLING,
        leased_until__lt=timezone.now() - _FORGOTTEN,
        expires_at__gt=timezone.now(),
    )
    found = list(left[:200])
    for upload in found:
        _let_go(upload)  # as a mark: not again before another five minutes
        _enqueue(upload)
    return len(found)


def sweep_incoming() -> int:
    """Removes what lies below ``incoming/`` for a day and belongs to no upload; returns how much."""
    if not settings.S3_ENDPOINT:
        return 0
    removed = 0
    for name, multipart in incoming.left_over(timezone.now() - _ORPHANED):
        if not _is_wanted(name, multipart):
            incoming.remove(name, multipart)
            removed += 1
    return removed


def _is_wanted(name: str, multipart: str) -> bool:
    try:
        uid = UUID(name)
    except ValueError:
        return False
    upload = Upload.objects.filter(
        uid=uid, way=Upload.Way.DIRECT, state__in=[Upload.State.ARRIVING, Upload.State.SETTLING]
    ).first()
    return upload is not None and multipart in ("", upload.multipart)
