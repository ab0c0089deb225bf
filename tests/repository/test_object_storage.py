"""The library over a real S3-compatible server: uploads, ingestion, a server that is away, moving there."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.errors import Refusal
from repository import actions, ingest
from repository.actions import _arriving
from repository.models import Blob, MediaMember, Upload, Version
from repository.storage import FolderStorage, blobs, copies, ranged, spooled
from tests.repository.content.conftest import VIDEO
from tests.repository.helpers import arrived, small_html5, stored_files
from tests.repository.packages.builders import PAGE, zipped
from tests.repository.storage_contract import MB, noise
from tests.services import Bucket, use_bucket

pytestmark = pytest.mark.service
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def objects(settings, s3: Bucket, tmp_path: Path) -> None:
    use_bucket(settings, s3)
    settings.WORK_DIR = tmp_path / "work"
    settings.CONTENT_CACHE_DIR = tmp_path / "cache"


def begin(user, size: int) -> Upload:
    return actions.begin_upload(by=user, filename="bai.zip", size=size)


def send(user, upload: Upload, offset: int, data: bytes) -> None:
    actions.append_part(by=user, upload=upload, offset=offset, length=len(data), pieces=[data])


def test_an_upload_through_several_processes(world, objects, blobs_dir) -> None:
    """No process knows what another has in memory: hashes are forgotten, the row is read anew."""
    data = noise(19 * MB)
    upload = begin(world.teacher, len(data))
    for start, stop in ((0, 8), (8, 11), (11, 19)):
        _arriving._kept.clear()
        again = actions.find_upload(by=world.teacher, uid=upload.uid)
        send(world.teacher, again, start * MB, data[start * MB : stop * MB])
    done = actions.finish_upload(by=world.teacher, upload=again)
    assert done.blob.state == Blob.State.STORED
    with blobs().open(done.blob.uid) as file:
        assert file.read() == data
    assert actions.finish_upload(by=world.teacher, upload=done).blob_id == done.blob_id
    assert stored_files(blobs_dir) == []


def test_a_request_that_was_thought_dead_spoils_nothing(world, objects) -> None:
    data = noise(8 * MB)
    upload = begin(world.teacher, len(data))
    stale = actions.find_upload(by=world.teacher, uid=upload.uid)

    def slow():
        yield data[: 6 * MB]
        send(world.teacher, upload, 0, data)  # meanwhile the browser has sent it all again
        yield b"x" * MB

    with pytest.raises(Refusal) as refusal:
        actions.append_part(by=world.teacher, upload=stale, offset=0, length=7 * MB, pieces=slow())
    assert refusal.value.code in ("upload_offset", "upload_busy")
    done = actions.finish_upload(by=world.teacher, upload=upload)
    with blobs().open(done.blob.uid) as file:
        assert file.read() == data


def test_an_upload_waits_while_the_server_is_away(world, objects, settings, s3: Bucket) -> None:
    data = noise(9 * MB)
    upload = begin(world.teacher, len(data))
    send(world.teacher, upload, 0, data[: 8 * MB])
    settings.S3_ENDPOINT = "http://127.0.0.1:1"
    with pytest.raises(Refusal) as refusal:
        send(world.teacher, upload, 8 * MB, data[8 * MB :])
    assert (refusal.value.code, refusal.value.status) == ("storage_away", 503)
    use_bucket(settings, s3)
    again = actions.find_upload(by=world.teacher, uid=upload.uid)
    assert again.offset == 8 * MB
    send(world.teacher, again, 8 * MB, data[8 * MB :])
    settings.S3_ENDPOINT = "http://127.0.0.1:1"
    with pytest.raises(Refusal, match="storage_away"):
        actions.finish_upload(by=world.teacher, upload=again)
    use_bucket(settings, s3)
    done = actions.finish_upload(by=world.teacher, upload=again)
    with blobs().open(done.blob.uid) as file:
        assert file.read() == data


def test_an_upload_begun_in_another_storage_begins_anew(world, objects, settings, s3: Bucket) -> None:
    settings.S3_ENDPOINT = ""
    upload = begin(world.teacher, 6)
    send(world.teacher, upload, 0, b"abc")
    use_bucket(settings, s3)
    with pytest.raises(Refusal) as refusal:
        send(world.teacher, upload, 3, b"def")
    assert (refusal.value.code, refusal.value.params["offset"]) == ("upload_offset", 0)
    again = actions.find_upload(by=world.teacher, uid=upload.uid)
    send(world.teacher, again, 0, b"abcdef")
    assert actions.finish_upload(by=world.teacher, upload=again).state == Upload.State.RECEIVED


def test_a_package_with_a_film_is_ingested(world, lesson, objects, tmp_path: Path) -> None:
    data = zipped({"index.html": PAGE, "clip.mp4": VIDEO, "a.bin": noise(5 * MB)})
    version = actions.submit_version(by=world.teacher, resource=lesson, upload=arrived(world.teacher, data))
    ingest.run(version.pk)
    version.refresh_from_db()
    assert version.ingest == "ready", version.findings
    with blobs().open(MediaMember.objects.get().blob.uid) as file:
        assert file.read() == VIDEO
    assert list((tmp_path / "work").iterdir()) == []  # working files have no name


def test_ingestion_waits_while_the_server_is_away(world, lesson, objects, settings, s3: Bucket) -> None:
    settings.INGEST_INLINE_MB = 0
    version = actions.submit_version(
        by=world.teacher, resource=lesson, upload=arrived(world.teacher, small_html5())
    )
    settings.S3_ENDPOINT = "http://127.0.0.1:1"
    for _ in range(6):
        assert ingest.run(version.pk) == "checking"
        Version.objects.update(leased_until=None)
    use_bucket(settings, s3)
    assert ingest.run(version.pk) == "ready"


def test_cancelling_and_sweeping(world, objects, django_capture_on_commit_callbacks) -> None:
    upload = begin(world.teacher, 9 * MB)
    send(world.teacher, upload, 0, noise(8 * MB))
    with django_capture_on_commit_callbacks(execute=True):
        actions.cancel_upload(by=world.teacher, upload=upload)
    assert not Blob.objects.exists()
    storage = blobs()
    assert list(storage._begun(f"blobs/{upload.blob.uid.hex[:2]}/")) == []  # type: ignore[union-attr]


# What is read where it came in


def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keys of which bytes are asked from the server from now on."""
    asked: list[str] = []
    pieces = ranged.pieces

    def noted(where, key, *rest, **more):
        asked.append(key)
        return pieces(where, key, *rest, **more)

    monkeypatch.setattr(ranged, "pieces", noted)
    monkeypatch.setattr(spooled, "pieces", noted)
    return asked


def in_pieces(user, data: bytes, *, forgetful: bool = False) -> Upload:
    """A file sent in three requests; forgetful: each comes to another process."""
    upload = begin(user, len(data))
    for start, stop in ((0, MB), (MB, 6 * MB), (6 * MB, len(data))):
        if forgetful:
            _arriving._kept.clear()
        send(user, actions.find_upload(by=user, uid=upload.uid), start, data[start:stop])
    return actions.finish_upload(by=user, upload=actions.find_upload(by=user, uid=upload.uid))


@cache
def film_lesson() -> bytes:
    """7 MB: longer than a part, with a film to be stored on its own."""
    return zipped({"index.html": PAGE, "clip.mp4": VIDEO, "a.bin": noise(7 * MB)})


def test_what_came_in_here_is_judged_without_reading_it_back(world, lesson, objects, monkeypatch) -> None:
    asked = reads(monkeypatch)
    upload = in_pieces(world.teacher, film_lesson())
    report = actions.preview_upload(by=world.teacher, upload=upload)
    version = actions.submit_version(by=world.teacher, resource=lesson, upload=upload)
    assert report is not None
    assert (report.files, version.ingest) == (3, "ready")
    assert [key for key in asked if key.startswith("blobs/")] == []


def test_what_came_to_several_processes_is_read_back(world, lesson, objects, monkeypatch) -> None:
    asked = reads(monkeypatch)
    upload = in_pieces(world.teacher, film_lesson(), forgetful=True)
    version = actions.submit_version(by=world.teacher, resource=lesson, upload=upload)
    assert version.ingest == "ready"
    assert blobs().key(upload.blob.uid) in asked  # type: ignore[union-attr]


def test_a_copy_belongs_to_one_request(world, objects, monkeypatch) -> None:
    """Two that write at once: the one that gets no record leaves no trace in what is judged."""
    data = film_lesson()
    upload = begin(world.teacher, len(data))
    send(world.teacher, upload, 0, data[: 2 * MB])
    stale = actions.find_upload(by=world.teacher, uid=upload.uid)

    def slow():
        yield b"x" * MB
        send(world.teacher, upload, 2 * MB, data[2 * MB : 5 * MB])  # the browser has given that one up
        yield b"x" * MB

    with pytest.raises(Refusal):
        actions.append_part(by=world.teacher, upload=stale, offset=2 * MB, length=2 * MB, pieces=slow())
    send(world.teacher, upload, 5 * MB, data[5 * MB :])
    done = actions.finish_upload(by=world.teacher, upload=upload)
    with blobs().at_hand(done.blob.uid) as file:
        assert file.read() == data


def test_a_full_disk_only_costs_the_copy(world, lesson, objects, monkeypatch) -> None:
    def full(_copy, _data):
        raise OSError("no space left on device")

    monkeypatch.setattr(copies.Copy, "write", full)
    upload = in_pieces(world.teacher, film_lesson())
    version = actions.submit_version(by=world.teacher, resource=lesson, upload=upload)
    assert version.ingest == "ready"


# Moving


def copy(*options: str) -> tuple[int, dict[str, int], str]:
    out, complaints = StringIO(), StringIO()
    code = 0
    try:
        call_command("blobs_copy", *options, "--json", stdout=out, stderr=complaints)
    except SystemExit as end:
        code = int(str(end.code))
    return code, json.loads(out.getvalue() or "{}"), complaints.getvalue()


def test_moving_to_object_storage_and_back(world, objects, settings, s3: Bucket, blobs_dir) -> None:
    tmp_path = blobs_dir.parent
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "media" / "images").mkdir(parents=True)
    (tmp_path / "media" / "images" / "a.png").write_bytes(b"png")
    settings.S3_ENDPOINT = ""
    kept = [arrived(world.teacher, noise(size, size)).blob for size in (5, 8 * MB)]
    lost = arrived(world.teacher, b"lost").blob
    FolderStorage(blobs_dir).path(lost.uid).unlink()
    spoilt = arrived(world.teacher, b"spoilt").blob
    FolderStorage(blobs_dir).path(spoilt.uid).write_bytes(b"SPOILT")
    assert copy()[0] == 2
    use_bucket(settings, s3)
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "cms.media.MediaObjects"}}
    code, first, complaints = copy()
    assert (code, first) == (1, {"schema": 1, "copied": 3, "there": 0, "missing": 1, "different": 1})
    assert f"missing: {lost.uid}" in complaints
    assert f"different: {spoilt.uid}" in complaints
    assert not blobs().exists(spoilt.uid)
    assert copy("--verify")[1] == {"schema": 1, "copied": 0, "there": 3, "missing": 1, "different": 1}
    settings.BLOBS_DIR, settings.MEDIA_ROOT = tmp_path / "other", tmp_path / "other media"
    assert copy("--back")[1]["copied"] == 3
    for blob in kept:
        assert FolderStorage(tmp_path / "other").size(blob.uid) == blob.size
    assert (tmp_path / "other media" / "images" / "a.png").read_bytes() == b"png"


# Memory

CHILD = """
import hashlib, json, re, sys, uuid
from pathlib import Path
from repository.storage.s3 import S3Storage
from repository.storage.s3client import Place, client
storage = S3Storage(Place(*json.loads(sys.argv[1])), Path(sys.argv[2]))
client(storage.where).list_buckets()
def most_kilobytes():
    return int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
before = most_kilobytes()
uid, block, mine = uuid.uuid4(), bytes(1 << 20), hashlib.sha256()
with storage.create(uid) as writer:
    for number in range(150):
        writer.write(block)
        mine.update(block)
for way in (storage.open, storage.at_hand):
    with way(uid) as file:
        assert hashlib.file_digest(file, "sha256").digest() == mine.digest()
print((most_kilobytes() - before) // 1024)
"""


def test_memory_stays_flat(s3: Bucket, tmp_path: Path) -> None:
    place = [s3.endpoint, s3.bucket, s3.access_key, s3.secret_key, s3.region]
    done = subprocess.run(
        [sys.executable, "-c", CHILD, json.dumps(place), str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 64, "megabytes"


def test_downloading_streams_and_says_when_it_cannot(world, objects, settings, lesson) -> None:
    data = noise(3 * MB)
    upload = arrived(world.teacher, zipped({"index.html": PAGE, "a.bin": data}))
    version = actions.submit_version(by=world.teacher, resource=lesson, upload=upload)
    version.refresh_from_db()
    assert version.ingest == "ready"
    actions.submit_for_review(by=world.teacher, version=version)
    actions.publish(by=world.reviewer, version=version, unit=world.school)
    client = Client()
    client.force_login(world.teacher)
    url = reverse("repository:download", args=[lesson.uid])
    answer = client.get(url)
    assert answer.status_code == 200
    assert len(b"".join(answer.streaming_content)) == int(answer["Content-Length"]) == version.blob.size  # type: ignore[attr-defined,union-attr]
    settings.S3_ENDPOINT = "http://127.0.0.1:1"
    assert client.get(url).status_code == 503
