"""A large package looked through to its end, by task: what the request that took it had no time to read.

The verdict stays; hints are added that hold only of the whole, as calls that never set completion.
"""

from __future__ import annotations

import logging

from django.conf import settings
from django.db import transaction

from repository.findings import as_rows
from repository.models import Ingest, Version
from repository.packages.check import check_upload
from repository.packages.doctor import THOROUGH
from repository.packages.limits import Limits
from repository.storage import blobs

logger = logging.getLogger(__name__)


def enqueue(version_id: int) -> None:
    """A task that calls ``run``; it commits with the caller's transaction."""
    from repository.tasks import look_again  # tasks import this module

    look_again.enqueue(version_id)


def run(version_id: int) -> int:
    """How many findings the version has now, -1 where there is nothing to look at. Safe to run twice."""
    ready = Version.objects.filter(pk=version_id, ingest=Ingest.READY, blob__isnull=False)
    version = ready.select_related("blob").first()
    if version is None or version.blob is None:
        return -1
    with blobs().at_hand(version.blob.uid) as file:
        report = check_upload(
            file, filename=version.filename, limits=Limits.from_settings(settings), budget=THOROUGH
        )
    if report.refused:  # by limits that are stricter than they were: what was taken stays taken
        logger.info("Version %s would not be taken today; its findings stay.", version.uid)
        return len(version.findings)
    rows = as_rows(report)
    with transaction.atomic():
        ready.select_for_update(of=("self",)).update(findings=rows, repaired=report.repaired)
    return len(rows)
