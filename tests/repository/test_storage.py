"""The contract on a folder and on a real S3-compatible server; then what only the latter has."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import urllib3

from repository.storage import FolderStorage, S3Storage, StorageAwayError, lines
from repository.storage.s3client import Place, client
from tests.repository.helpers import stored_files
from tests.repository.storage_contract import MB, Notes, StorageContract, add, noise
from tests.services import Bucket


class TestFolder(StorageContract):
    @pytest.fixture
    def storage(self, tmp_path: Path) -> FolderStorage:
        return FolderStorage(tmp_path / "blobs")

    @pytest.fixture
    def left(self, storage: FolderStorage) -> Callable[[], list[uuid.UUID]]:
        """The uids of all that lies there, finished or not."""
        return lambda: [uuid.UUID(path.name) for path in stored_files(storage.root)]


def at(s3: Bucket, **other: str) -> Place:
    given = {"endpoint": s3.endpoint, "bucket": s3.bucket, "access_key": s3.access_key}
    return Place(**{**given, "secret_key": s3.secret_key, "region": s3.region, **other})


@pytest.fixture
def bucket(s3: Bucket, tmp_path: Path) -> S3Storage:
    """Over the module's bucket, emptied."""
    storage = S3Storage(at(s3), tmp_path / "work")
    storage.sweep_stale(timedelta(seconds=-60))
    for key in everything(storage):
        client(storage.where).delete_object(Bucket=storage.where.bucket, Key=key)
    return storage


def everything(storage: S3Storage) -> list[str]:
    """Keys of objects and of multipart uploads, the latter with a +."""
    objects = client(storage.where).list_objects_v2(Bucket=storage.where.bucket).get("Contents", [])
    begun = client(storage.where).list_multipart_uploads(Bucket=storage.where.bucket).get("Uploads", [])
    return sorted([entry["Key"] for entry in objects] + [entry["Key"] + "+" for entry in begun])


@pytest.mark.service
class TestS3(StorageContract):
    @pytest.fixture
    def storage(self, bucket: S3Storage) -> S3Storage:
        return bucket

    @pytest.fixture
    def left(self, storage: S3Storage) -> Callable[[], list[uuid.UUID]]:
        return lambda: [uuid.UUID(key.rpartition("/")[2]) for key in everything(storage)]


@pytest.mark.service
def test_keys_and_what_lies_there_meanwhile(bucket: S3Storage) -> None:
    uid, notes = uuid.UUID("ab000000-0000-4000-8000-000000000001"), Notes(20 * MB)
    key = f"blobs/ab/{uid}"
    add(bucket, uid, notes, noise(8 * MB))
    assert everything(bucket) == [f"{key}+"]
    add(bucket, uid, notes, noise(MB))
    assert [name.rpartition("/")[0] for name in everything(bucket)] == [f"arriving/{uid}", "blobs/ab"]
    add(bucket, uid, notes, noise(2 * MB))
    add(bucket, uid, notes, noise(MB))
    assert len(everything(bucket)) <= 3  # spent ends go with the next request
    add(bucket, uid, notes, noise(8 * MB))
    bucket.finish(uid, notes)
    assert everything(bucket) == [key]


@pytest.mark.service
def test_stale_uploads_and_ends_are_swept(bucket: S3Storage) -> None:
    finished, stale = uuid.uuid4(), uuid.uuid4()
    with bucket.create(finished) as writer:
        writer.write(b"abc")
    notes = Notes(20 * MB)
    add(bucket, stale, notes, noise(8 * MB))
    add(bucket, stale, notes, noise(MB))
    assert len(everything(bucket)) == 3
    assert bucket.sweep_stale(timedelta(seconds=-60)) == 2
    assert everything(bucket) == [bucket.key(finished)]


@pytest.mark.service
def test_a_writer_killed_half_way_leaves_only_what_the_sweep_takes(bucket: S3Storage) -> None:
    writer = bucket.create(uuid.uuid4()).__enter__()
    writer.write(noise(30 * MB))
    del writer
    assert [key[-1] for key in everything(bucket)] == ["+"]
    bucket.sweep_stale(timedelta(seconds=-60))
    assert everything(bucket) == []


class Forgetful:
    """An answer of a server that keeps no memory of finished uploads."""

    status = 404
    headers: dict[str, str] = {}

    def finish(self) -> bytes:
        return b"<Error><Code>NoSuchUpload</Code></Error>"


class Line:
    """The line to the server. Of completing the first answers are lost, though it was obeyed; what comes
    after those is told that there is no such upload.
    """

    def __init__(self, lost: int) -> None:
        self._ask, self._lost = lines.ask, lost

    def __call__(self, method: str, url: str, *rest: Any, **more: Any) -> Any:
        if method != "POST" or "uploadId=" not in url:
            return self._ask(method, url, *rest, **more)
        if not self._lost:
            return Forgetful()
        self._lost -= 1
        self._ask(method, url, *rest, **more).finish()
        raise lines.LineBrokenError("the line broke")


@pytest.mark.service
@pytest.mark.parametrize("lost", [1, 2])
def test_a_blob_is_whole_though_the_answer_to_completing_is_lost(
    bucket: S3Storage, monkeypatch: pytest.MonkeyPatch, lost: int
) -> None:
    data, uid = noise(9 * MB), uuid.uuid4()
    monkeypatch.setattr(lines, "ask", Line(lost))
    with bucket.create(uid) as writer:
        writer.write(data)
    with bucket.open(uid) as file:
        assert file.read() == data
    assert everything(bucket) == [bucket.key(uid)]


@pytest.mark.service
def test_an_object_of_another_make_is_not_taken_for_the_blob_written(
    bucket: S3Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, uid = noise(8 * MB), uuid.uuid4()
    monkeypatch.setattr(lines, "ask", Line(0))
    with pytest.raises(FileNotFoundError), bucket.create(uid) as writer:
        writer.write(data)
        client(bucket.where).put_object(Bucket=bucket.where.bucket, Key=bucket.key(uid), Body=data)


@pytest.mark.service
def test_a_blob_made_of_another_object(bucket: S3Storage) -> None:
    data, uid = noise(9 * MB), uuid.uuid4()
    client(bucket.where).put_object(Bucket=bucket.where.bucket, Key="incoming/x", Body=data)
    for _twice in range(2):
        bucket.adopt(uid, "incoming/x")
    with bucket.open(uid) as file:
        assert file.read() == data
    with pytest.raises(FileNotFoundError):
        bucket.adopt(uuid.uuid4(), "incoming/nothing")


@pytest.mark.service
def test_nothing_can_be_read_without_the_key(s3: Bucket, bucket: S3Storage) -> None:
    uid = uuid.uuid4()
    with bucket.create(uid) as writer:
        writer.write(b"abc")
    bare = urllib3.request("GET", f"{s3.endpoint}/{s3.bucket}/{bucket.key(uid)}", retries=False)
    assert bare.status == 403
    stranger = S3Storage(at(s3, secret_key="another"), Path("unused"))
    with pytest.raises(OSError, match="403"):
        stranger.open(uid)
    for size in (3, None):
        with pytest.raises(OSError, match="403"), stranger.create(uuid.uuid4(), size) as writer:
            writer.write(b"abc")


def test_a_server_that_is_away(tmp_path: Path) -> None:
    storage = S3Storage(Place("http://127.0.0.1:1", "bucket", "key", "secret", "us-east-1"), tmp_path)
    for ask in (storage.exists, storage.size, storage.open, storage.at_hand, storage.delete):
        with pytest.raises(StorageAwayError):
            ask(uuid.uuid4())
    for size in (3, None):
        with pytest.raises(StorageAwayError), storage.create(uuid.uuid4(), size) as writer:
            writer.write(b"abc")
    notes = Notes(10)
    with pytest.raises(StorageAwayError), storage.part(uuid.uuid4(), notes) as part:
        part.append(0, [b"abc"])
    assert part.reached == 0
