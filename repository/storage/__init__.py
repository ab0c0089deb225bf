"""Where the bytes of blobs lie: a folder, or object storage, behind one interface.

Keys are uids of ``Blob`` rows. Nothing here knows the database; ``repository.actions.sweep`` alone deletes.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from repository.storage.folder import FolderStorage, StorageBusyError

__all__ = ["FolderStorage", "StorageBusyError", "blobs"]


def blobs() -> FolderStorage:
    """The storage of this process, as the settings name it; made anew each time, for it is nothing."""
    return FolderStorage(Path(settings.BLOBS_DIR))
