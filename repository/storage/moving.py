"""Copying blobs from one storage to another: what is copied is hashed on the way, what is there is left."""

from __future__ import annotations

import hashlib
from uuid import UUID

from repository.storage.folder import FolderStorage
from repository.storage.s3 import S3Storage

_PIECE = 1024 * 1024
Storage = FolderStorage | S3Storage

COPIED, THERE, MISSING, DIFFERENT = "copied", "there", "missing", "different"


def copy_blob(source: Storage, target: Storage, uid: UUID, *, sha256: str, size: int, verify: bool) -> str:
    """What became of a blob: copied, there already, missing from the source, or different from its hash.

    A blob that differs is not in the target afterwards. ``verify``: one that is there is read and compared.
    """
    if _is_there(target, uid, sha256, size, verify=verify):
        return THERE
    try:
        with source.open(uid) as file, target.create(uid, size) as writer:
            total = hashlib.sha256()
            while piece := file.read(_PIECE):
                total.update(piece)
                writer.write(piece)
            if total.hexdigest() != sha256:
                raise ValueError(str(uid))
    except FileNotFoundError:
        return MISSING
    except ValueError:
        return DIFFERENT
    return COPIED


def _is_there(target: Storage, uid: UUID, sha256: str, size: int, *, verify: bool) -> bool:
    try:
        if target.size(uid) != size:
            return False
        if not verify:
            return True
        total = hashlib.sha256()
        with target.open(uid) as file:
            while piece := file.read(_PIECE):
                total.update(piece)
        return total.hexdigest() == sha256
    except FileNotFoundError:
        return False
