"""The content origin over a real S3-compatible server: the same answers, what is kept, a server away."""

from __future__ import annotations

import gzip
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client

from repository.content import sources, stored
from repository.content.answers import RANGE_BYTES
from repository.content.blocks import BLOCK, BlockCache
from repository.content.links import file_url
from repository.models import Version
from repository.storage import ranged
from tests.repository.content.conftest import VIDEO
from tests.repository.packages.builders import PAGE, zipped
from tests.repository.storage_contract import MB, noise
from tests.services import Bucket, use_bucket

from .test_files import body, get

pytestmark = pytest.mark.service


@pytest.fixture(autouse=True)
def _object_storage(settings, s3: Bucket, tmp_path: Path) -> None:
    use_bucket(settings, s3)
    settings.CONTENT_CACHE_DIR = tmp_path / "cache"


def turn_off(settings) -> None:
    """The server is away, for a process that has just been started."""
    settings.S3_ENDPOINT = "http://127.0.0.1:1"
    stored.forget()


def test_members_as_from_a_folder(origin: Client, version: Version) -> None:
    script = get(origin, version, "js/a.js")
    assert script["Content-Encoding"] == "gzip"
    assert gzip.decompress(body(script)) == b"let a = 1;\n" * 4000
    assert body(get(origin, version, "stored.mp4")) == VIDEO
    part = get(origin, version, "stored.mp4", range="bytes=1000-1999")
    assert (part.status_code, body(part)) == (206, VIDEO[1000:2000])
    assert get(origin, version, "nothing").status_code == 404


def test_conditions_heads_and_ends_as_from_a_folder(origin: Client, version: Version) -> None:
    for path in ("js/a.js", "stored.mp4"):
        whole = get(origin, version, path)
        again = get(origin, version, path, if_none_match=whole["ETag"])
        assert (again.status_code, body(again), again["ETag"]) == (304, b"", whole["ETag"])
        head = origin.head(urlsplit(file_url(version, path)).path)
        assert (head.status_code, body(head)) == (200, b"")
        assert head["Content-Length"] == whole["Content-Length"]
    beyond = get(origin, version, "stored.mp4", range=f"bytes={len(VIDEO)}-")
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(VIDEO)}")
    plain = get(origin, version, "js/a.js", accept_encoding="identity")
    assert body(plain) == b"let a = 1;\n" * 4000
    assert "Content-Encoding" not in plain.headers


def test_a_packed_film_has_ranges_once_it_is_an_object(
    origin: Client, make_version: Callable[..., Version]
) -> None:
    film = noise(3 * MB)
    version = make_version(zipped({"index.html": PAGE, "clip.mp4": film}), media={"clip.mp4": film})
    for start, stop in ((0, 10), (BLOCK - 5, BLOCK + 5), (len(film) - 7, len(film))):
        part = get(origin, version, "clip.mp4", range=f"bytes={start}-{stop - 1}")
        assert (part.status_code, part["Content-Type"]) == (206, "video/mp4")
        assert body(part) == film[start:stop]


def test_a_large_single_file_with_ranges(origin: Client, make_version: Callable[..., Version]) -> None:
    from tests.repository.content.test_files import picture

    data = picture("PNG") + noise(5 * MB)
    version = make_version(data, "to.png")
    whole = get(origin, version, "to.png")
    assert whole["Content-Length"] == str(len(data))
    assert body(whole) == data
    for start, stop in (
        (0, 1),
        (BLOCK - 1, BLOCK + 1),
        (3 * BLOCK, 3 * BLOCK + 2 * MB),
        (len(data) - 9, len(data)),
    ):
        part = get(origin, version, "to.png", range=f"bytes={start}-{stop - 1}")
        assert body(part) == data[start:stop]
    open_end = get(origin, version, "to.png", range="bytes=100-")
    assert body(open_end) == data[100 : 100 + RANGE_BYTES]


def test_what_was_read_once_is_served_while_the_server_is_away(origin, version: Version, settings) -> None:
    get(origin, version, "js/a.js")
    turn_off(settings)
    assert gzip.decompress(body(get(origin, version, "js/a.js"))) == b"let a = 1;\n" * 4000


def test_what_was_never_read_says_so_in_vietnamese(origin, make_version, settings) -> None:
    version = make_version(zipped({"index.html": PAGE, "a.bin": noise(3 * MB), "b.txt": "b"}))
    turn_off(settings)
    for path in ("index.html", "a.bin"):
        response = get(origin, version, path)
        assert (response.status_code, response["Retry-After"]) == (503, "10")
        assert response["Cache-Control"] == "no-store"
        assert "Thử lại" in body(response).decode()


def test_it_comes_back(origin, make_version, settings, s3: Bucket) -> None:
    version = make_version(zipped({"index.html": PAGE}))
    turn_off(settings)
    assert get(origin, version, "index.html").status_code == 503
    settings.S3_ENDPOINT = s3.endpoint
    stored.forget()
    assert get(origin, version, "index.html").status_code == 200


def test_a_lost_object_is_a_missing_file(origin: Client, version: Version, caplog) -> None:
    from repository.storage import blobs

    assert version.blob is not None
    blobs().delete(version.blob.uid)
    assert get(origin, version, "index.html").status_code == 404
    assert "lost its blob" in caplog.text


def test_a_class_that_opens_a_lesson_fetches_it_once(version: Version, monkeypatch) -> None:
    found = stored.find_version(str(version.uid), file_url(version, "x").split("/")[5])
    assert found is not None
    package = stored.open_package(found)
    assert package is not None
    asked: list[str] = []
    real = ranged.ask

    def slow(*args, **more):
        asked.append("x")
        time.sleep(0.05)
        return real(*args, **more)

    monkeypatch.setattr(ranged, "ask", slow)
    threads = [threading.Thread(target=package.source.read, args=(0, 100)) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 1


# The cache


def test_blocks_survive_the_process_and_are_shared(tmp_path: Path) -> None:
    uid = uuid.uuid4()
    BlockCache(tmp_path, MB).put(uid, 3, b"abc")
    other = BlockCache(tmp_path, MB)
    found = other.get(uid, 3)
    assert found is not None
    assert found.read(0, 3) == b"abc"
    assert other.get(uid, 2) is None
    assert other.get(uuid.uuid4(), 3) is None


@pytest.mark.parametrize(
    "spoil", [lambda d: d[:-1], lambda d: b"x" + d[1:], lambda d: b"", lambda d: d + b"x"]
)
def test_a_spoilt_block_is_not_served(tmp_path: Path, spoil, caplog) -> None:
    uid = uuid.uuid4()
    BlockCache(tmp_path, MB).put(uid, 0, b"abcdef")
    cache = BlockCache(tmp_path, MB)
    path = cache.path(uid, 0)
    path.write_bytes(spoil(path.read_bytes()))
    assert cache.get(uid, 0) is None
    assert not path.exists()
    assert "spoilt" in caplog.text


def test_a_block_under_another_name_is_not_served(tmp_path: Path) -> None:
    uid = uuid.uuid4()
    cache = BlockCache(tmp_path, MB)
    cache.put(uid, 0, b"abcdef")
    cache.path(uid, 0).rename(cache.path(uid, 1))
    assert BlockCache(tmp_path, MB).get(uid, 1) is None


def test_the_cache_stays_bounded_and_keeps_what_is_used(tmp_path: Path) -> None:
    import os

    uid = uuid.uuid4()
    cache = BlockCache(tmp_path, 4000 * MB)
    for number in range(30):
        cache.put(uid, number, noise(BLOCK))
        os.utime(cache.path(uid, number), (number, number))
    os.utime(cache.path(uid, 2))
    assert 0 < BlockCache(tmp_path, 4 * MB).sweep() <= 4 * MB
    kept = {int(path.name.rpartition("-")[2]) for path in tmp_path.glob("*/*-*")}
    assert 2 in kept
    assert kept - {2} == set(range(30 - len(kept) + 1, 30))


def test_a_disk_that_takes_nothing_costs_only_the_cache(tmp_path: Path, caplog) -> None:
    (tmp_path / "file").write_text("")
    cache = BlockCache(tmp_path / "file", MB)
    assert cache.put(uuid.uuid4(), 0, b"abc").read(1, 1) == b"b"
    assert "cannot be written" in caplog.text


def test_sources_read_what_they_are_asked_for(settings) -> None:
    from repository.storage import blobs

    uid, data = uuid.uuid4(), noise(3 * BLOCK + 5)
    with blobs().create(uid) as writer:  # type: ignore[union-attr]
        writer.write(data)
    source = sources.source_of(blobs(), uid, len(data))
    assert source.read(BLOCK - 3, 2 * BLOCK) == data[BLOCK - 3 : 3 * BLOCK - 3]
    assert b"".join(source.pieces(1, len(data) - 1)) == data[1:]
    assert list(source.pieces(0, 0)) == []
    with pytest.raises(OSError, match="has no"):
        source.read(len(data) - 1, 2)
