"""Judging an arrived file before anything is made of it, so that its author sees the findings at once."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from repository import errors, ingest
from repository.actions.sweep import is_unreferenced, sweep_blob
from repository.actions.uploads import finish_upload
from repository.judged import report_on
from repository.models import Blob, Upload
from repository.packages.report import Report
from repository.storage import StorageAwayError, blobs


def preview_upload(*, by: User, upload: Upload) -> Report | None:
    """The report on an arrived file; None where it is so large that ingestion alone judges it, by task.

    A refused file is given up at once.
    """
    upload = finish_upload(by=by, upload=upload)
    if upload.state != Upload.State.RECEIVED:
        raise errors.upload_missing()
    if not ingest.is_quick(upload):
        return None
    try:
        with blobs().at_hand(upload.blob.uid) as file:
            report = report_on(upload.blob.uid, file, upload.filename)
    except StorageAwayError:
        raise errors.storage_away() from None
    if report.refused:
        _give_up(upload)
    return report


def _give_up(upload: Upload) -> None:
    with transaction.atomic():
        received = Upload.objects.filter(pk=upload.pk, state=Upload.State.RECEIVED)
        received.update(state=Upload.State.REFUSED)
        blob = Blob.objects.select_for_update().get(pk=upload.blob_id)
        refused = is_unreferenced(blob)
        if refused:
            blob.refused = True
            blob.save(update_fields=["refused"])
    if refused:
        sweep_blob(blob_id=blob.pk)
