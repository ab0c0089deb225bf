"""Where the bytes of blobs lie: a folder, or object storage, behind one interface.

Keys are uids of ``Blob`` rows. Nothing here knows the database; ``repository.actions.sweep`` alone deletes.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from repository.storage.away import PartLostError, StorageAwayError, StorageBusyError
from repository.storage.folder import FolderStorage
from repository.storage.parts import Ledger
from repository.storage.s3 import S3Storage
from repository.storage.s3client import place

__all__ = [
    "FolderStorage",
    "Ledger",
    "PartLostError",
    "S3Storage",
    "StorageAwayError",
    "StorageBusyError",
    "blobs",
]


def blobs() -> FolderStorage | S3Storage:
    """The storage of this process, as the settings name it; made anew each time, for it is nothing."""
    if settings.S3_ENDPOINT:
        return S3Storage(place(), Path(settings.WORK_DIR))
    return FolderStorage(Path(settings.BLOBS_DIR))
