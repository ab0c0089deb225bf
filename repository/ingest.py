"""From a received file to a version that can be opened, or to the reasons why it cannot.

``run`` may be called by the request that received the file, by a task, by several at once and after
any of them was killed: whoever holds the lease works, and only the holder may write the verdict.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from repository import inner_texts, likeness, page_pictures, second_look
from repository.actions.sweep import note_unused, sweep_blob
from repository.actions.uploads import store_blob
from repository.findings import as_rows
from repository.judged import report_on
from repository.models import Blob, Ingest, Kind, Likeness, MediaMember, PackageIndex, Sco, Upload, Version
from repository.packages import index as package_index
from repository.packages.archive import Member, inflate
from repository.packages.index import Entry
from repository.packages.media import is_media
from repository.packages.report import Item, Report
from repository.storage import StorageAwayError, blobs

logger = logging.getLogger(__name__)
MB = 1024 * 1024
#: By which sound and video are known.
_HEAD = 4096
#: Of a part; with what tells two of one name apart it fits its column.
_LONGEST_IDENTIFIER = 380

# A lease outlasts the work on a slow machine; a dead process's work waits for as long.
LEASE_LEAST = timedelta(seconds=15)
BYTES_A_SECOND = 5 * MB
MOST_TRIES = 4
#: Recorded where checking itself failed every time, so that nothing waits for ever.
CHECK_FAILED = "check_failed"


def lease_for(size: int) -> timedelta:
    return LEASE_LEAST + timedelta(seconds=size // BYTES_A_SECOND)


def is_quick(upload: Upload) -> bool:
    """Whether an arrived file is judged at once: a small one, or sound or video, of which little is read."""
    if upload.size <= settings.INGEST_INLINE_MB * MB:
        return True
    try:
        with blobs().open(upload.blob.uid) as file:
            return is_media(file.read(_HEAD))
    except (FileNotFoundError, StorageAwayError):
        return False


def run(version_id: int) -> str:
    """Ingests a version unless that is done or somebody is at it; its ``ingest`` state afterwards."""
    version = _take(version_id)
    if version is None:
        return Version.objects.filter(pk=version_id).values_list("ingest", flat=True).first() or ""
    assert version.blob is not None and version.leased_until is not None  # noqa: S101 -- _take saw to it
    if version.ingest_tries > MOST_TRIES:
        _reject(version, [{"code": CHECK_FAILED, "params": {}, "path": "", "paths": []}])
        return Ingest.REJECTED
    try:
        with blobs().at_hand(version.blob.uid) as file:
            report = report_on(version.blob.uid, file, version.filename)
            if report.refused:
                _reject(version, as_rows(report))
                return Ingest.REJECTED
            members = [] if report.index is None else list(_store_media(file, report.index))
    except StorageAwayError:
        # The file is not to blame: that was no try. The task that was planted takes over.
        logger.warning("Version %s waits: storage is away.", version.uid)
        Version.objects.filter(pk=version.pk).update(ingest_tries=F("ingest_tries") - 1)
        return Ingest.CHECKING
    return _finish(version, report, members)


@transaction.atomic
def _take(version_id: int) -> Version | None:
    """Takes the lease, and plants the task that takes over should this process die."""
    version = (
        Version.objects.select_for_update(of=("self",)).select_related("blob").filter(pk=version_id).first()
    )
    now = timezone.now()
    if version is None or version.blob is None or version.ingest in (Ingest.READY, Ingest.REJECTED):
        return None
    if version.leased_until is not None and version.leased_until > now:
        return None
    version.ingest = Ingest.CHECKING
    version.leased_until = now + lease_for(version.blob.size)
    version.ingest_tries += 1
    version.save(update_fields=["ingest", "leased_until", "ingest_tries"])
    enqueue(version.pk, after=version.leased_until + timedelta(seconds=1))
    return version


def enqueue(version_id: int, after: datetime | None = None) -> None:
    """A task that calls ``run``, now or later; it commits with the caller's transaction."""
    from repository.tasks import ingest_version  # tasks import this module

    task = ingest_version if after is None else ingest_version.using(run_after=after)
    task.enqueue(version_id)


def take_up() -> int:
    """Enqueues what lies about: received or left by a dead process, with no living lease."""
    now = timezone.now()
    left = Version.objects.filter(
        Q(leased_until__lt=now) | Q(leased_until=None, created_at__lt=now - LEASE_LEAST),
        ingest__in=[Ingest.RECEIVED, Ingest.CHECKING],
    )
    ids = list(left.values_list("pk", flat=True)[:200])
    for pk in ids:
        enqueue(pk)
    return len(ids)


# Media members


def _store_media(file: Any, index: package_index.Index) -> Iterator[tuple[str, int]]:
    """Writes deflated audio and video members as blobs of their own; (path, blob id) of each."""
    for entry in index:  # type: ignore[attr-defined]
        if entry.is_media_member:
            yield entry.path, _store_member(file, entry)


def _store_member(file: Any, entry: Entry) -> int:
    own = Blob.objects.create(media_type=entry.media_type)
    member = Member(
        path=entry.path,
        header_offset=0,
        compressed=entry.compressed,
        size=entry.size,
        method=entry.method,
        crc=entry.crc,
        offset=entry.offset,
    )
    total = hashlib.sha256()
    with blobs().create(own.uid, entry.size) as writer:
        for piece in inflate(file, member):
            total.update(piece)
            writer.write(piece)
    try:
        blob = _stored(own, total.hexdigest(), entry.size)
    except IntegrityError:  # stored by another process in between
        blob = _stored(own, total.hexdigest(), entry.size)
    if blob.pk != own.pk:
        sweep_blob(blob_id=own.pk)
    return blob.pk


@transaction.atomic
def _stored(own: Blob, digest: str, size: int) -> Blob:
    return store_blob(own, digest, size)


# Verdicts


def _holder(version: Version) -> Version | None:
    """The row, locked, if the lease is still the one that was taken."""
    row = (
        Version.objects.select_for_update(of=("self",))
        .select_related("blob")
        .filter(pk=version.pk, ingest=Ingest.CHECKING, leased_until=version.leased_until)
        .first()
    )
    if row is None:
        logger.warning("Version %s was ingested by another process in the meantime.", version.uid)
    return row


def _reject(version: Version, found: list[dict[str, Any]]) -> None:
    """Records why, lets go of the bytes, and has them swept if nobody else uses them."""
    blob_id = version.blob_id
    with transaction.atomic():
        row = _holder(version)
        if row is None:
            return
        row.ingest, row.leased_until, row.findings, row.blob = Ingest.REJECTED, None, found, None
        row.save(update_fields=["ingest", "leased_until", "findings", "blob"])
        Upload.objects.filter(blob_id=blob_id, user_id=row.by_id).update(state=Upload.State.REFUSED)
        refused = not Version.objects.filter(blob_id=blob_id).exists()
        if refused:
            Blob.objects.filter(pk=blob_id).update(refused=True, unused_since=timezone.now())
    if refused and blob_id is not None:
        sweep_blob(blob_id=blob_id)


def _finish(version: Version, report: Report, members: list[tuple[str, int]]) -> str:
    """Writes everything that was found out, in one transaction."""
    with transaction.atomic():
        row = _holder(version)
        if row is None:
            return Version.objects.values_list("ingest", flat=True).get(pk=version.pk)
        _write_index(row, report, members)
        _write_items(row, report.items)
        row.ingest, row.leased_until = Ingest.READY, None
        row.kind = report.kind if report.kind in Kind.values else ""
        row.edition, row.tool = report.edition[:20], report.tool[:60]
        row.title, row.launch = report.title[:300], report.launch
        row.seconds = report.seconds or None
        row.findings, row.repaired = as_rows(report), report.repaired
        row.likeness = _likeness(row, report)
        row.save()
        if report.media_type:
            Blob.objects.filter(pk=row.blob_id).update(media_type=report.media_type)
        inner_texts.enqueue(row.pk)
        if row.kind in page_pictures.DRAWN:
            page_pictures.enqueue(row.pk)
        if not report.read_whole:
            second_look.enqueue(row.pk)
    return Ingest.READY


def _likeness(version: Version, report: Report) -> str:
    """Of the next version of a lesson: whether it seems to be another one's file."""
    former = likeness.before(version.resource, version.number) if version.number > 1 else None
    if former is None:
        return Likeness.ALIKE
    newer = likeness.of_report(report, version.filename)
    other = likeness.is_another(version.resource, former, report.kind, newer)
    return Likeness.UNLIKE if other else Likeness.ALIKE


def _write_index(version: Version, report: Report, members: list[tuple[str, int]]) -> None:
    blob = version.blob
    assert blob is not None  # noqa: S101 -- _holder found it being checked
    if report.index is not None:
        PackageIndex.objects.update_or_create(
            blob=blob,
            defaults={
                "document": package_index.dump(report.index),
                "files": report.files,
                "unpacked_bytes": report.unpacked_bytes,
            },
        )
    known = dict(MediaMember.objects.filter(package=blob).values_list("path", "blob_id"))
    MediaMember.objects.bulk_create(
        MediaMember(package=blob, path=path, blob_id=member) for path, member in members if path not in known
    )
    note_unused(Blob.objects.filter(pk__in=[member for _path, member in members]))


def _write_items(version: Version, items: list[Item]) -> None:
    version.scos.all().delete()
    seen: set[str] = set()
    rows = []
    for position, item in enumerate(items):
        identifier = (item.identifier or f"item-{position}")[:_LONGEST_IDENTIFIER]
        if identifier in seen:  # twice the same identifier: told apart by place
            identifier = f"{identifier}#{position}"
        seen.add(identifier)
        rows.append(
            Sco(
                version=version,
                position=position,
                depth=item.depth,
                identifier=identifier,
                parent_identifier=item.parent[:_LONGEST_IDENTIFIER],
                title=(item.title or identifier)[:400],
                path=item.path,
                query=item.query,
                scorm_type=item.scorm_type,
                visible=item.visible,
                facts=_facts(item),
            )
        )
    Sco.objects.bulk_create(rows)


def _facts(item: Item) -> dict[str, Any]:
    """The manifest's figures under the names the runtime reads, without those it is silent about."""
    figures = {
        "prerequisites": item.prerequisites,
        "mastery_score": item.mastery_score,
        "max_time_allowed": item.max_time_allowed,
        "time_limit_action": item.time_limit_action,
        "launch_data": item.data_from_lms,
        "completion_threshold": item.completion_threshold,
        "scaled_passing_score": item.scaled_passing_score,
        "hide_lms_ui": list(item.hide_lms_ui),
    }
    return {**item.extra, **{name: value for name, value in figures.items() if value}}
