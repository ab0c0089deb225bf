"""Blobs as objects of a private bucket, on any server that speaks S3.

``blobs/ab/<uid>`` holds what is finished; it appears whole or not at all and is never signed for writing.
``arriving/<uid>/…`` holds the ends of files on their way that are too short for a part.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, cast
from uuid import UUID

from repository.storage import copies, sending
from repository.storage.arriving import ArrivingPart
from repository.storage.away import told_plainly
from repository.storage.multipart import Multipart, MultipartWriter
from repository.storage.parts import Ledger
from repository.storage.place import Place
from repository.storage.ranged import RangedFile, size_of
from repository.storage.s3client import client
from repository.storage.sending import MOST_AT_ONCE, ObjectWriter
from repository.storage.spooled import SpooledFile

_BUFFER = 64 * 1024
#: Bytes that the server is asked to copy at once: it does fewer of them faster.
_COPIED = 64 * 1024 * 1024


class S3Storage:
    """The same interface as ``FolderStorage``; of ``folder`` only nameless working files are made in it."""

    def __init__(self, where: Place, folder: Path) -> None:
        self.where = where
        #: Where what goes elsewhere may be copied for those who read it next.
        self.copies_in: Path | None = folder
        self._folder = folder

    @property
    def _client(self) -> Any:
        return client(self.where)

    def key(self, uid: UUID) -> str:
        return f"blobs/{uid.hex[:2]}/{uid}"

    def exists(self, uid: UUID) -> bool:
        try:
            self.size(uid)
        except FileNotFoundError:
            return False
        return True

    def size(self, uid: UUID) -> int:
        """Bytes of a finished blob. Raises FileNotFoundError, StorageAwayError."""
        return size_of(self.where, self.key(uid))

    def open(self, uid: UUID) -> BinaryIO:
        """A finished blob for reading, seekable, with 8 MB at most in memory. Errors as ``size``."""
        return cast(BinaryIO, io.BufferedReader(RangedFile(self.where, self.key(uid)), _BUFFER))

    def at_hand(self, uid: UUID) -> BinaryIO:
        """A finished blob for work that reads it more than once: what was read stays on this host's disk.

        What has just arrived there is read from the copy that was kept of it.
        """
        size = self.size(uid)
        raw = copies.find(uid, size) or SpooledFile(self.where, self.key(uid), self._folder, size)
        return cast(BinaryIO, io.BufferedReader(raw, _BUFFER))

    def create(self, uid: UUID, size: int | None = None) -> MultipartWriter | ObjectWriter:
        """For a blob whose bytes come from one place in one go; of ``size`` bytes, where that is known.

        Then they are one request, which the server need not put together from parts: half the work for it.
        """
        if size is None or size > MOST_AT_ONCE:
            return MultipartWriter(self.where, self.key(uid))
        return ObjectWriter(self.where, self.key(uid), size)

    # Parts: a blob that arrives in several requests

    @contextlib.contextmanager
    def part(self, uid: UUID, ledger: Ledger) -> Iterator[ArrivingPart]:
        """What arrived so far, to add to. Nothing is locked: who records its ``kept`` first has won."""
        yield ArrivingPart(self.where, self.key(uid), self._arriving(uid), ledger)

    def finish(self, uid: UUID, ledger: Ledger) -> None:
        """Puts what arrived in its place for good. Running twice, also at once, is harmless."""
        if not self.exists(uid):
            try:
                ArrivingPart(self.where, self.key(uid), self._arriving(uid), ledger).put_together()
            except FileNotFoundError:
                if not self.exists(uid):  # else another process was quicker
                    raise
        self._drop_arriving(uid)

    def adopt(self, uid: UUID, key: str) -> None:
        """Makes a blob of another object of the bucket, copied there by the server.

        FileNotFoundError where that is not there. Running twice is harmless.
        """
        source = {"Bucket": self.where.bucket, "Key": key}
        from boto3.s3.transfer import TransferConfig  # not for processes that never copy

        parts = TransferConfig(multipart_threshold=_COPIED, multipart_chunksize=_COPIED)
        with told_plainly():
            self._client.copy(source, self.where.bucket, self.key(uid), Config=parts)

    def _arriving(self, uid: UUID) -> str:
        return f"arriving/{uid}/"

    def _drop_arriving(self, uid: UUID) -> None:
        for name in sending.names(self.where, self._arriving(uid)):
            sending.delete(self.where, name)

    def delete(self, uid: UUID) -> None:
        """Removes a blob and its parts. Only ``repository.actions.sweep`` may call this."""
        key = self.key(uid)
        copies.forget(uid)
        with told_plainly():
            for begun in self._begun(key):
                if begun["Key"] == key:
                    Multipart(self.where, key, begun["UploadId"]).abort()
            self._client.delete_object(Bucket=self.where.bucket, Key=key)
        self._drop_arriving(uid)

    # What nobody finished

    def sweep_stale(self, older_than: timedelta) -> int:
        """Gives up multipart uploads and ends begun before so long; how many. Not every server does it.

        ``older_than`` must be longer than an upload may take.
        """
        before = datetime.now(UTC) - older_than
        swept = 0
        with told_plainly():
            for begun in list(self._begun("")):
                if begun["Initiated"] < before:
                    Multipart(self.where, begun["Key"], begun["UploadId"]).abort()
                    swept += 1
            pages = self._client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.where.bucket, Prefix="arriving/"):
                for entry in page.get("Contents", []):
                    if entry["LastModified"] < before:
                        self._client.delete_object(Bucket=self.where.bucket, Key=entry["Key"])
                        swept += 1
        return swept

    def _begun(self, prefix: str) -> Iterator[dict[str, Any]]:
        """Multipart uploads that are not complete, with keys that begin so."""
        pages = self._client.get_paginator("list_multipart_uploads")
        for page in pages.paginate(Bucket=self.where.bucket, Prefix=prefix):
            yield from page.get("Uploads", [])
