"""The only place where stored bytes are deleted: the row locked, and nothing referring to it.

Refused files go at once, what fell out of use after 30 days, arriving orphans after a day; drafts that
were deleted go 30 days later, then their files.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, ProtectedError, Q, QuerySet
from django.utils import timezone

from repository.models import Blob, LearningResource, MediaMember, Publication, Upload, Version
from repository.storage import blobs

UNUSED_DAYS = 30
#: For so long a deleted draft can be brought back.
DISCARDED_DAYS = 30
ORPHAN_DAYS = 1
_AT_A_TIME = 500


def _waiting_uploads() -> QuerySet[Upload]:
    """Uploads whose bytes are still wanted."""
    return Upload.objects.filter(
        state__in=[Upload.State.ARRIVING, Upload.State.SETTLING, Upload.State.RECEIVED],
        expires_at__gt=timezone.now(),
    )


def _unreferenced() -> QuerySet[Blob]:
    return Blob.objects.exclude(
        Q(Exists(Version.objects.filter(blob=OuterRef("pk"))))
        | Q(Exists(MediaMember.objects.filter(blob=OuterRef("pk"))))
        | Q(Exists(_waiting_uploads().filter(blob=OuterRef("pk"))))
    )


def is_unreferenced(blob: Blob) -> bool:
    """Whether nothing refers to a blob now. Ask with its row locked."""
    return _unreferenced().filter(pk=blob.pk).exists()


def note_unused(some: QuerySet[Blob]) -> None:
    """Starts the clock of blobs to which nothing refers any more. Inside the change's transaction."""
    now = timezone.now()
    unused = _unreferenced().filter(pk__in=list(some.values_list("pk", flat=True)))
    Blob.objects.filter(pk__in=list(unused.values_list("pk", flat=True)), unused_since=None).update(
        unused_since=now
    )


@transaction.atomic
def sweep_blob(*, blob_id: int) -> bool:
    """Deletes one refused blob if nothing refers to it; whether it did. Twice is harmless.

    The file goes before the row: a row without a file is swept again, a file without a row is lost.
    """
    blob = Blob.objects.select_for_update().filter(pk=blob_id).first()
    if blob is None or not _unreferenced().filter(pk=blob_id).exists():
        return False
    members = Blob.objects.filter(member_of__package=blob)
    member_ids = list(members.values_list("pk", flat=True))
    MediaMember.objects.filter(package=blob).delete()
    Upload.objects.filter(blob=blob).delete()
    blobs().delete(blob.uid)
    refused = blob.refused
    blob.delete()
    for member_id in member_ids:
        if refused:
            Blob.objects.filter(pk=member_id).update(refused=True)
        note_unused(Blob.objects.filter(pk=member_id))
    return True


def sweep_blob_soon(*, blob_id: int) -> None:
    """After the commit, in this process; should that fail or die before, the scheduled sweep does it."""
    Blob.objects.filter(pk=blob_id, unused_since=None).update(unused_since=timezone.now())
    transaction.on_commit(lambda: sweep_blob(blob_id=blob_id), robust=True)


def sweep_blobs() -> int:
    """Deletes what is due; returns how many blobs. A batch at a time, each in its own transaction."""
    now = timezone.now()
    unreferenced = _unreferenced()
    # Noticed here for the first time: the clock starts now.
    unreferenced.filter(state=Blob.State.STORED, unused_since=None).update(unused_since=now)
    due = unreferenced.filter(
        Q(refused=True)
        | Q(state=Blob.State.STORED, unused_since__lt=now - timedelta(days=UNUSED_DAYS))
        | Q(state=Blob.State.ARRIVING, created_at__lt=now - timedelta(days=ORPHAN_DAYS))
    )
    ids = list(due.order_by("pk").values_list("pk", flat=True)[:_AT_A_TIME])
    return sum(sweep_blob(blob_id=pk) for pk in ids)


def sweep_uploads() -> int:
    """Forgets uploads that nobody took up again in time; returns how many. Their bytes follow."""
    now = timezone.now()
    expired = Upload.objects.filter(
        Q(state__in=[Upload.State.ARRIVING, Upload.State.RECEIVED])
        | Q(Q(leased_until=None) | Q(leased_until__lte=now), state=Upload.State.SETTLING),
        expires_at__lte=now,
    )
    ids = list(expired.order_by("pk").values_list("pk", flat=True)[:_AT_A_TIME])
    for pk in ids:
        _expire(pk)
    return len(ids)


@transaction.atomic
def _expire(upload_id: int) -> None:
    upload = Upload.objects.select_for_update().filter(pk=upload_id).first()
    if upload is None or upload.state == Upload.State.USED:
        return
    blob_id = upload.blob_id
    upload.delete()
    arriving = Blob.objects.filter(pk=blob_id, state=Blob.State.ARRIVING)
    if arriving.update(refused=True):
        sweep_blob_soon(blob_id=blob_id)
    else:
        note_unused(Blob.objects.filter(pk=blob_id))


def sweep_discarded() -> int:
    """Deletes drafts that nobody brought back in time; returns how many."""
    due = LearningResource.objects.filter(discarded_at__lte=timezone.now() - timedelta(days=DISCARDED_DAYS))
    ids = list(due.order_by("pk").values_list("pk", flat=True)[:_AT_A_TIME])
    return sum(_delete_draft(pk) for pk in ids)


@transaction.atomic
def _delete_draft(resource_id: int) -> bool:
    draft = LearningResource.objects.select_for_update(of=("self",)).filter(
        pk=resource_id, discarded_at__isnull=False
    )
    resource = draft.first()
    if resource is None or Publication.objects.filter(version__resource=resource).exists():
        return False
    blob_ids = list(resource.versions.exclude(blob=None).values_list("blob_id", flat=True))
    try:
        with transaction.atomic():
            resource.delete()
    except ProtectedError:  # a course shows files of it
        return False
    note_unused(Blob.objects.filter(pk__in=blob_ids))
    return True
