"""Files that browsers send to object storage in signed parts: ``incoming/<uid of the upload>``.

A key below ``incoming/`` is the only one that is ever signed for writing. Nothing here knows the database.
Whatever asks the storage may raise StorageAwayError.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from django.conf import settings

from repository.storage import sending
from repository.storage.away import told_plainly
from repository.storage.multipart import Multipart
from repository.storage.presign import presign_part
from repository.storage.ranged import size_of
from repository.storage.s3client import client, place

PREFIX = "incoming/"


@dataclass(frozen=True, slots=True)
class Part:
    """A part that the server has: its number from 1, its ETag without quotes, its bytes."""

    number: int
    etag: str
    size: int


def offered() -> bool:
    """Whether browsers may send to object storage directly."""
    return bool(settings.S3_ENDPOINT and settings.S3_PUBLIC_ENDPOINT)


def key_of(uid: UUID) -> str:
    return f"{PREFIX}{uid}"


def begin(uid: UUID) -> str:
    """Opens a multipart upload; its name at the server."""
    return Multipart.begin(place(), key_of(uid)).upload_id


def signed(uid: UUID, multipart: str, *, number: int, length: int, at: datetime, seconds: int) -> str:
    """The address for exactly that part; see ``presign``."""
    return presign_part(
        replace(place(), endpoint=settings.S3_PUBLIC_ENDPOINT),
        key=key_of(uid),
        multipart=multipart,
        number=number,
        length=length,
        at=at.astimezone(UTC),
        seconds=seconds,
    )


def parts(uid: UUID, multipart: str) -> list[Part] | None:
    """The parts that are there, by number; None where the server knows no such upload (any more)."""
    found: list[Part] = []
    at = {"Bucket": place().bucket, "Key": key_of(uid)}
    try:
        with told_plainly():
            for page in client().get_paginator("list_parts").paginate(**at, UploadId=multipart):
                found += [
                    Part(int(one["PartNumber"]), str(one["ETag"]).strip('"'), int(one["Size"]))
                    for one in page.get("Parts", [])
                ]
    except FileNotFoundError:
        return None
    return sorted(found, key=lambda part: part.number)


def complete(uid: UUID, multipart: str, chosen: Sequence[Part]) -> None:
    """Makes one object of the parts. Twice is harmless: ``whole_size`` tells what came of it."""
    with contextlib.suppress(FileNotFoundError):
        Multipart(place(), key_of(uid), multipart).complete(
            [(part.number, f'"{part.etag}"') for part in chosen]
        )


def whole_size(uid: UUID) -> int | None:
    """Bytes of the completed object; None where there is none."""
    try:
        return size_of(place(), key_of(uid))
    except FileNotFoundError:
        return None


def clear(uid: UUID, multipart: str) -> None:
    """Gives up the parts and the object, whichever are there. Twice is harmless."""
    if multipart:
        remove(str(uid), multipart)
    remove(str(uid), "")


@told_plainly()
def left_over(before: datetime) -> list[tuple[str, str]]:
    """What lies below ``incoming/`` since before that moment: (name below it, multipart name or "")."""
    found = [(key, multipart) for key, multipart, since in _multiparts() if since < before]
    found += [(key, "") for key, since in _objects() if since < before]
    return [(key.removeprefix(PREFIX), multipart) for key, multipart in found]


def _multiparts() -> Iterator[tuple[str, str, datetime]]:
    pages = client().get_paginator("list_multipart_uploads").paginate(Bucket=place().bucket, Prefix=PREFIX)
    for page in pages:
        for one in page.get("Uploads", []):
            yield one["Key"], one["UploadId"], one["Initiated"]


def _objects() -> Iterator[tuple[str, datetime]]:
    pages = client().get_paginator("list_objects_v2").paginate(Bucket=place().bucket, Prefix=PREFIX)
    for page in pages:
        for one in page.get("Contents", []):
            yield one["Key"], one["LastModified"]


def remove(name: str, multipart: str) -> None:
    """One of ``left_over``: the parts of a multipart upload, or an object. Twice is harmless."""
    where, key = place(), PREFIX + name
    if multipart:
        Multipart(where, key, multipart).abort()
        return
    with contextlib.suppress(FileNotFoundError):
        sending.delete(where, key)
