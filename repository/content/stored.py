"""What a content process remembers: who may read a version, where its files lie, open packages.

The database is asked once a minute a version and once a package; a file after that costs no query.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hmac import compare_digest
from uuid import UUID

from django.conf import settings
from django.db import Error

from accounts.outages import database_is_away
from repository.content import keys
from repository.content.sources import Source, source_of
from repository.models import Blob, MediaMember, PackageIndex, Version
from repository.models.resources import Ingest
from repository.packages import index
from repository.storage import blobs

#: How long a version's `access_key` is believed; a withdrawal for cause takes effect within this.
RECHECK_SECONDS = 60
#: While the database is away a version that is known is believed on, and asked for again this often.
AWAY_SECONDS = 10
#: All indexes a process holds together, in files (about 400 bytes each), and open packages.
MOST_FILES = 200_000
MOST_PACKAGES = 200
MOST_VERSIONS = 5_000


@dataclass(slots=True)
class Package:
    """An open package: its index, its bytes, and its media members stored on their own."""

    index: index.Index
    source: Source
    media: dict[str, Source] = field(default_factory=dict)
    media_missing: bool = False
    believed_until: float = 0.0


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """What the content origin needs to know of a version."""

    uid: str
    kind: str
    title: str
    filename: str
    launch: str
    access_key: str
    blob_id: int
    blob_uid: UUID
    media_type: str
    blob_size: int
    sha256: str


class _Remembered:
    """A version with the keys that open it, believed for a while."""

    __slots__ = ("believed_until", "keys", "month", "version")

    def __init__(self, version: StoredVersion) -> None:
        self.version = version
        self.believed_until = time.monotonic() + RECHECK_SECONDS
        self.month = -1
        self.keys: tuple[str, str] = ("", "")

    def opens(self, key: str) -> bool:
        month = keys.month_number(datetime.now(UTC))
        if month != self.month:
            self.keys = keys.keys_in_force(
                settings.SECRET_KEY, self.version.uid, self.version.access_key, month
            )
            self.month = month
        this, last = self.keys
        given = key.encode()
        return compare_digest(given, this.encode()) or compare_digest(given, last.encode())


_versions: OrderedDict[str, _Remembered] = OrderedDict()
_packages: OrderedDict[UUID, Package] = OrderedDict()
_singles: OrderedDict[UUID, Source] = OrderedDict()
_lock = threading.Lock()


def forget() -> None:
    """Drop everything remembered (tests; after the storage was changed from outside)."""
    with _lock:
        _versions.clear()
        _packages.clear()
        _singles.clear()


def find_version(uid: str, key: str) -> StoredVersion | None:
    """The ready version that `key` opens now, else None: a wrong key and no version look the same."""
    remembered = _versions.get(uid)
    if remembered is None or remembered.believed_until < time.monotonic():
        try:
            version = _load_version(uid)
        except Error as error:
            if remembered is None or not database_is_away(error):
                raise
            remembered.believed_until = time.monotonic() + AWAY_SECONDS
            return remembered.version if remembered.opens(key) else None
        with _lock:
            if version is None:
                _versions.pop(uid, None)
                return None
            remembered = _Remembered(version)
            _versions[uid] = remembered
            _versions.move_to_end(uid)
            while len(_versions) > MOST_VERSIONS:
                _versions.popitem(last=False)
    return remembered.version if remembered.opens(key) else None


def _load_version(uid: str) -> StoredVersion | None:
    try:
        UUID(uid)
    except ValueError:
        return None
    row = (
        Version.objects.filter(uid=uid, ingest=Ingest.READY, blob__isnull=False)
        .values_list(
            "kind",
            "title",
            "filename",
            "launch",
            "access_key",
            "blob_id",
            "blob__uid",
            "blob__media_type",
            "blob__size",
            "blob__sha256",
        )
        .first()
    )
    return StoredVersion(uid, *row[:9], row[9] or "") if row else None


def open_package(version: StoredVersion) -> Package | None:
    """The package of a version; None where it has no index (a PDF, a picture)."""
    package = _packages.get(version.blob_uid)
    if package is not None and (not package.media_missing or package.believed_until > time.monotonic()):
        _used(version.blob_uid)
        return package
    package = _load_package(version)
    if package is None:
        return None
    with _lock:
        _packages[version.blob_uid] = package
        _packages.move_to_end(version.blob_uid)
        files = sum(len(known.index) for known in _packages.values())
        while len(_packages) > 1 and (files > MOST_FILES or len(_packages) > MOST_PACKAGES):
            _, dropped = _packages.popitem(last=False)
            files -= len(dropped.index)
    return package


def _load_package(version: StoredVersion) -> Package | None:
    document = PackageIndex.objects.filter(blob_id=version.blob_id).values_list("document", flat=True).first()
    if document is None:
        return None
    storage = blobs()
    known = index.load(document)
    media: dict[str, Source] = {}
    members = MediaMember.objects.filter(package_id=version.blob_id, blob__state=Blob.State.STORED)
    for path, uid, size in members.values_list("path", "blob__uid", "blob__size"):
        with contextlib.suppress(FileNotFoundError):
            media[path] = source_of(storage, uid, size)
    wanted = sum(1 for entry in known if entry.is_media_member)
    return Package(
        known,
        source_of(storage, version.blob_uid, version.blob_size),
        media,
        media_missing=len(media) < wanted,
        believed_until=time.monotonic() + RECHECK_SECONDS,
    )


def remembered_package(uid: str, key: str) -> Package | None:
    """The package of a version that `key` opens, if both are in memory and still believed; asks nobody."""
    remembered = _versions.get(uid)
    now = time.monotonic()
    if remembered is None or remembered.believed_until < now:
        return None
    package = _packages.get(remembered.version.blob_uid)
    if package is None or (package.media_missing and package.believed_until < now):
        return None
    if not remembered.opens(key):
        return None
    _used(remembered.version.blob_uid)
    return package


def _used(blob: UUID) -> None:
    """Keep a package longer than those that nobody asks for."""
    with contextlib.suppress(KeyError):  # dropped by another thread just now
        _packages.move_to_end(blob)


def open_single(version: StoredVersion) -> Source:
    """The blob of a version that is one file."""
    source = _singles.get(version.blob_uid)
    if source is None:
        source = source_of(blobs(), version.blob_uid, version.blob_size)
        with _lock:
            _singles[version.blob_uid] = source
            while len(_singles) > MOST_PACKAGES:
                _singles.popitem(last=False)
    return source
