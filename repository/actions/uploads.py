"""Receiving files in pieces that can be taken up again. Bytes first, synced; then the row says so.

No database transaction is open while bytes flow: on SQLite it would hold up everybody.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.utils import timezone

from accounts.errors import NotAllowed
from accounts.models import User
from accounts.permissions import holds
from repository import errors
from repository.actions._arriving import Aids, UploadLedger, Witness, hand_on, note_reached, witnessed
from repository.models import Blob, LearningResource, Upload, Version
from repository.storage import PartLostError, StorageAwayError, StorageBusyError, blobs

MB = 1024 * 1024
KEPT_DAYS = 7
_READ = 1 * MB


def clean_filename(name: str) -> str:
    """The last part of a path, in NFC, without control characters, at most 255 long."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    shown = "".join(char for char in last if char.isprintable()).strip()
    return shown[-255:] or "upload"


def used_bytes(user: User) -> int:
    """What a person's files take: her versions, and uploads that are on their way."""
    versions = Version.objects.filter(by=user, resource__discarded_at=None)
    kept = versions.aggregate(total=Sum("blob__size"))["total"] or 0
    coming = Upload.objects.filter(
        user=user,
        state__in=[Upload.State.ARRIVING, Upload.State.SETTLING, Upload.State.RECEIVED],
        expires_at__gt=timezone.now(),
    ).aggregate(total=Sum("size"))["total"]
    return kept + (coming or 0)


def check_room(*, by: User, size: int) -> None:
    """Right, size and quota, in that order. Raises NotAllowed or a Refusal."""
    may_edit = holds(by, "resource.create") or LearningResource.objects.filter(author=by).exists()
    if not by.is_active or not may_edit:
        raise NotAllowed("resource.create")
    if size <= 0:
        raise errors.empty_file()
    if size > settings.UPLOAD_MAX_MB * MB:
        raise errors.package_too_large(-(-size // MB), settings.UPLOAD_MAX_MB)
    free = settings.UPLOAD_QUOTA_MB * MB - used_bytes(by)
    if size > free:
        raise errors.over_quota(f"{settings.UPLOAD_QUOTA_MB / 1024:g}", max(0, free // MB))


@transaction.atomic
def begin_upload(*, by: User, filename: str, size: int) -> Upload:
    """Announces a file of ``size`` bytes. Everything that can be refused without it is refused here."""
    User.objects.select_for_update().get(pk=by.pk)  # two announcements at once share one quota
    check_room(by=by, size=size)
    return Upload.objects.create(
        user=by,
        blob=Blob.objects.create(),
        filename=clean_filename(filename),
        size=size,
        expires_at=timezone.now() + timedelta(days=KEPT_DAYS),
    )


def find_upload(*, by: User, uid: UUID) -> Upload:
    """An upload of this person that has not expired. Raises Missing: existence is secret."""
    upload = (
        Upload.objects.select_related("blob")
        .filter(user=by, uid=uid, expires_at__gt=timezone.now())
        .exclude(state=Upload.State.REFUSED)
        .first()
    )
    if upload is None:
        raise errors.upload_missing()
    return upload


def append_part(*, by: User, upload: Upload, offset: int, length: int, pieces: Iterable[bytes]) -> Upload:
    """Adds ``length`` bytes at ``offset``, which must be where the upload stands.

    Where the source breaks off, what came is kept and its error raised anew. Raises Conflict
    (wrong offset), TooLarge, Locked.
    """
    if upload.user_id != by.pk:
        raise errors.upload_missing()
    if length > settings.UPLOAD_CHUNK_MB * MB:
        raise errors.part_too_large(settings.UPLOAD_CHUNK_MB)
    storage = blobs()
    try:
        with storage.part(upload.blob.uid, UploadLedger(upload)) as part:
            upload.refresh_from_db(fields=["offset", "state", "arrived", "numbers"])
            if upload.state != Upload.State.ARRIVING or upload.offset != offset:
                raise errors.upload_offset(upload.offset)
            if offset + length > upload.size:
                raise errors.package_too_large(-(-(offset + length) // MB), -(-upload.size // MB))
            witness = _witness(upload, offset)
            try:
                part.append(offset, witness.over(_bounded(pieces, length)), length)
            finally:
                noted = note_reached(upload, part)
                if noted:
                    witness.keep(upload.offset)
    except StorageBusyError:
        raise errors.upload_busy() from None
    except StorageAwayError:
        raise errors.storage_away() from None
    except PartLostError as lost:  # another storage than when it began: the browser sends from there
        Upload.objects.filter(pk=upload.pk, offset=offset).update(offset=lost.reached)
        raise errors.upload_offset(lost.reached) from None
    if not noted:
        upload.refresh_from_db(fields=["offset", "state", "arrived"])
        raise errors.upload_offset(upload.offset)
    return upload


def _witness(upload: Upload, offset: int) -> Witness:
    """Of what comes to this process from ``offset`` on."""
    judged_here = upload.size <= settings.INGEST_INLINE_MB * MB
    return Witness(upload.uid, offset, judged_here=judged_here, copies_in=blobs().copies_in)


def _bounded(pieces: Iterable[bytes], length: int) -> Iterator[bytes]:
    left = length
    for piece in pieces:
        yield piece[:left]
        left -= len(piece)
        if left <= 0:
            return


def finish_upload(*, by: User, upload: Upload) -> Upload:
    """Hashes a file that has arrived completely and puts it in its place. Twice is harmless.

    The same bytes as a stored blob's are given up for that blob.
    """
    if upload.user_id != by.pk:
        raise errors.upload_missing()
    if upload.way == Upload.Way.DIRECT:
        return _finish_direct(by, upload)
    if upload.state != Upload.State.ARRIVING:
        return upload
    if upload.offset != upload.size:
        raise errors.upload_incomplete()
    upload.refresh_from_db(fields=["arrived", "numbers"])
    try:
        blobs().finish(upload.blob.uid, UploadLedger(upload))
        return _keep_witnessed(upload)
    except StorageBusyError:
        raise errors.upload_busy() from None
    except StorageAwayError:
        raise errors.storage_away() from None


def _keep_witnessed(upload: Upload) -> Upload:
    """As ``_keep``, with what is known of the bytes; where other processes took part, they are read again."""
    digest, aids = witnessed(upload.uid, upload.size) or (hash_of(upload.blob), Aids())
    upload = _keep(upload, digest)
    hand_on(upload.blob.uid, aids)
    return upload


def _keep(upload: Upload, digest: str) -> Upload:
    """Records that all is in its place; where the same bytes are stored already, those are used."""
    own = upload.blob
    try:
        _store(upload, own, digest)
    except IntegrityError:  # the same bytes were stored by somebody else between our look and our write
        _store(upload, own, digest)
    if upload.blob_id != own.pk:
        from repository.actions.sweep import sweep_blob  # sweep knows uploads, not the other way round

        sweep_blob(blob_id=own.pk)
    return upload


def receive_file(*, by: User, filename: str, size: int, file: BinaryIO) -> Upload:
    """The whole way at once for a file that is here already: a form without script, a command."""
    upload = begin_upload(by=by, filename=filename, size=size)
    witness = _witness(upload, 0)
    try:
        with blobs().create(upload.blob.uid, size) as writer:
            for piece in witness.over(_pieces(file, size)):
                writer.write(piece)
    except StorageAwayError:
        raise errors.storage_away() from None
    Upload.objects.filter(pk=upload.pk).update(offset=size)
    upload.offset = size
    witness.keep(size)
    return _keep_witnessed(upload)


def _pieces(file: BinaryIO, size: int) -> Iterator[bytes]:
    """The first ``size`` bytes of a file; a Refusal where there are fewer."""
    left = size
    while left:
        piece = file.read(min(_READ, left))
        if not piece:
            raise errors.upload_incomplete()
        left -= len(piece)
        yield piece


def _finish_direct(by: User, upload: Upload) -> Upload:
    from repository.actions.direct import settle_here  # the direct way knows this one

    upload = settle_here(by=by, upload=upload)
    if upload.state == Upload.State.ARRIVING:
        raise errors.upload_incomplete()
    if upload.state == Upload.State.SETTLING:  # a large one, or another request is at it
        raise errors.upload_busy()
    return upload


def hash_of(blob: Blob) -> str:
    """SHA-256 of what is in storage, as hexadecimal digits."""
    total = hashlib.sha256()
    with blobs().open(blob.uid) as file:
        while data := file.read(_READ):
            total.update(data)
    return total.hexdigest()


@transaction.atomic
def _store(upload: Upload, own: Blob, digest: str) -> None:
    blob = store_blob(own, digest, upload.size)
    upload.blob = blob
    upload.state = Upload.State.RECEIVED
    upload.save(update_fields=["blob", "state"])


def store_blob(own: Blob, digest: str, size: int) -> Blob:
    """Marks a blob as stored, or gives it up for the one that has the same bytes; the one to use.

    Inside a transaction; the blob that is used stays locked until its end. IntegrityError where
    another transaction stored the same bytes first: do it again.
    """
    same = Blob.objects.select_for_update().filter(sha256=digest).exclude(pk=own.pk).first()
    if same is not None and not blobs().exists(same.uid):
        # A sweep that died between file and row: the row must not lend its name to new bytes.
        Blob.objects.filter(pk=same.pk).update(sha256=None, refused=True)
        same = None
    if same is not None:
        Blob.objects.filter(pk=own.pk).update(refused=True, unused_since=timezone.now())
        same.refused, same.unused_since = False, None
        same.save(update_fields=["refused", "unused_since"])
        return same
    own.sha256, own.size, own.state = digest, size, Blob.State.STORED
    own.save(update_fields=["sha256", "size", "state"])
    return own


@transaction.atomic
def cancel_upload(*, by: User, upload: Upload) -> None:
    """Gives up a file that is on its way; its bytes go at once."""
    upload = Upload.objects.select_for_update(of=("self",)).select_related("blob").get(pk=upload.pk)
    if upload.user_id != by.pk or upload.state == Upload.State.USED:
        raise errors.upload_missing()
    if upload.way == Upload.Way.DIRECT:
        from repository.actions.direct import abandon  # as above

        transaction.on_commit(lambda: abandon(upload))
        return
    blob_id = upload.blob_id
    upload.delete()
    from repository.actions.sweep import sweep_blob_soon  # as above

    Blob.objects.filter(pk=blob_id).update(refused=True)
    sweep_blob_soon(blob_id=blob_id)
