"""Files that browsers send to object storage in signed parts: ``incoming/<uid of the upload>``.

A key below ``incoming/`` is the only one that is ever signed for writing. Nothing here knows the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from repository.storage.presign import Signer, presign_part
from repository.storage.s3client import client, place

PREFIX = "incoming/"
_GONE = {"NoSuchUpload", "NoSuchKey", "404", "NotFound"}


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
    made = client().create_multipart_upload(**_at(uid))
    return str(made["UploadId"])


def signed(uid: UUID, multipart: str, *, number: int, length: int, at: datetime, seconds: int) -> str:
    """The address for exactly that part; see ``presign``."""
    where = place()
    signer = Signer(
        settings.S3_PUBLIC_ENDPOINT, where.bucket, where.region, where.access_key, where.secret_key
    )
    return presign_part(
        signer,
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
    try:
        pages = client().get_paginator("list_parts").paginate(**_at(uid), UploadId=multipart)
        for page in pages:
            found += [
                Part(int(one["PartNumber"]), one["ETag"].strip('"'), int(one["Size"]))
                for one in page.get("Parts", [])
            ]
    except client().exceptions.ClientError as error:
        if _code(error) in _GONE:
            return None
        raise
    return sorted(found, key=lambda part: part.number)


def complete(uid: UUID, multipart: str, chosen: Sequence[Part]) -> None:
    """Makes one object of the parts. Twice is harmless: look at ``whole_size`` afterwards."""
    listed = [{"PartNumber": part.number, "ETag": f'"{part.etag}"'} for part in chosen]
    try:
        client().complete_multipart_upload(**_at(uid), UploadId=multipart, MultipartUpload={"Parts": listed})
    except client().exceptions.ClientError as error:
        if _code(error) not in _GONE:
            raise


def whole_size(uid: UUID) -> int | None:
    """Bytes of the completed object; None where there is none."""
    try:
        return int(client().head_object(**_at(uid))["ContentLength"])
    except client().exceptions.ClientError as error:
        if _code(error) in _GONE:
            return None
        raise


def clear(uid: UUID, multipart: str) -> None:
    """Gives up the parts and the object, whichever are there. Twice is harmless."""
    if multipart:
        _abort(key_of(uid), multipart)
    client().delete_object(**_at(uid))


def left_over(before: datetime) -> Iterator[tuple[str, str]]:
    """What lies below ``incoming/`` since before that moment: (uid as text, multipart name or "")."""
    bucket = place().bucket
    for page in client().get_paginator("list_multipart_uploads").paginate(Bucket=bucket, Prefix=PREFIX):
        for one in page.get("Uploads", []):
            if one["Initiated"] < before:
                yield one["Key"].removeprefix(PREFIX), one["UploadId"]
    for page in client().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=PREFIX):
        for one in page.get("Contents", []):
            if one["LastModified"] < before:
                yield one["Key"].removeprefix(PREFIX), ""


def remove(name: str, multipart: str) -> None:
    """One of ``left_over``."""
    if multipart:
        _abort(PREFIX + name, multipart)
    else:
        client().delete_object(Bucket=place().bucket, Key=PREFIX + name)


def _abort(key: str, multipart: str) -> None:
    try:
        client().abort_multipart_upload(Bucket=place().bucket, Key=key, UploadId=multipart)
    except client().exceptions.ClientError as error:
        if _code(error) not in _GONE:
            raise


def _at(uid: UUID) -> dict[str, Any]:
    return {"Bucket": place().bucket, "Key": key_of(uid)}


def _code(error: Exception) -> str:
    response: dict[str, Any] = getattr(error, "response", {})
    return str(response.get("Error", {}).get("Code", ""))
