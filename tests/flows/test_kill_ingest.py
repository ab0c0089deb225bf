"""SIGKILL in the middle of an ingestion: nothing acknowledged is lost, and it ends as it would have."""

from __future__ import annotations

import hashlib
import http.client
import io
import random
import threading
import time
import zipfile
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from repository.packages.check import check_upload
from tests.live import Live, start_live
from tests.teacher import CSRF, session_of_a_teacher

pytestmark = pytest.mark.slow
MB = 1024 * 1024
#: The lease of a file of this size, the task's second, the worker's polling, and a slow machine.
PATIENCE_SECONDS = 60

FACTS = """
from repository.models import MediaMember, PackageIndex, Version
version = Version.objects.select_related("blob").get()
index = PackageIndex.objects.filter(blob=version.blob).first()
print([version.ingest, version.kind, version.title, version.launch,
       version.blob.sha256 if version.blob else "",
       index.files if index else 0, index.unpacked_bytes if index else 0, len(version.findings),
       sorted(MediaMember.objects.values_list("path", flat=True))])
"""

SWEEP = """
from datetime import timedelta
from django.utils import timezone
from repository.actions import sweep_blobs
from repository.models import Blob
Blob.objects.filter(state="arriving").update(created_at=timezone.now() - timedelta(days=2))
sweep_blobs()
print(sorted(str(uid) for uid in Blob.objects.values_list("uid", flat=True)))
"""


@pytest.fixture(scope="module")
def package() -> bytes:
    """Small to send, seconds to check: 700 MB of text that repeats itself, and a sound to be stored apart."""
    block = random.Random(7).randbytes(9000)
    part = block * (14 * MB // len(block))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("index.html", "<!doctype html><title>Bài nặng</title><p>Xin chào</p>")
        archive.writestr("am-thanh.mp3", part)
        for number in range(50):
            archive.writestr(f"du-lieu-{number}.txt", part)
    return out.getvalue()


class Teacher:
    """Somebody signed in, speaking HTTP to the site."""

    def __init__(self, live: Live) -> None:
        self.live = live
        self.session = session_of_a_teacher(live)

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> http.client.HTTPResponse:
        site = urlsplit(self.live.site_url)
        everywhere = {
            "Host": site.netloc,
            "Cookie": f"session={self.session}",
            "X-CSRFToken": CSRF,
            "Tus-Resumable": "1.0.0",
            "Accept": "application/json",
        }
        with closing(http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)) as connection:
            connection.request(method, path, body, {**everywhere, **headers})
            response = connection.getresponse()
            response.read()
            return response

    def upload(self, data: bytes) -> str:
        """The address of a file that has arrived, in pieces."""
        metadata = "filename YmFpLnppcA=="
        made = self.request(
            "POST", "/uploads/", **{"Upload-Length": str(len(data)), "Upload-Metadata": metadata}
        )
        url = made.headers["Location"]
        for offset in range(0, len(data), 4 * MB):
            assert self.piece(url, data, offset, 4 * MB).status == 204
        return url

    def piece(self, url: str, data: bytes, offset: int, size: int) -> http.client.HTTPResponse:
        return self.request(
            "PATCH",
            url,
            data[offset : offset + size],
            **{"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)},
        )

    def save(self, url: str) -> http.client.HTTPResponse:
        """Makes a lesson of an arrived file, by the form."""
        uid = url.strip("/").split("/")[-1]
        body = f"upload={uid}&title=&type=e-learning&licence=cc-by&act=save".encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.request("POST", "/lessons/upload/", body, **kind)

    def save_and_lose_the_line(self, url: str) -> threading.Thread:
        """The same in a thread; the answer never comes, for the site will be killed."""

        def run() -> None:
            try:
                self.save(url)
            except (OSError, http.client.HTTPException):
                return

        thread = threading.Thread(target=run)
        thread.start()
        return thread


def state(live: Live) -> str:
    rows = live.rows("SELECT ingest FROM repository_version")
    return rows[0][0] if rows else ""


def wait_for(live: Live, wanted: str, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while (now := state(live)) != wanted:
        assert time.monotonic() < deadline, f"'{now}' and not '{wanted}' after {seconds} s"
        time.sleep(0.01)


def assert_as_if_nothing_happened(live: Live, package: bytes) -> None:
    report = check_upload(io.BytesIO(package), filename="bai.zip")
    digest = hashlib.sha256(package).hexdigest()
    expected = [
        *("ready", report.kind, report.title, report.launch, digest),
        *(report.files, report.unpacked_bytes, len(report.findings), ["am-thanh.mp3"]),
    ]
    assert live.python(FACTS) == repr(expected)
    blobs = live.python(SWEEP)
    files = sorted(path.name for path in (live.var / "blobs").rglob("*") if path.is_file())
    assert repr(files) == blobs


def test_the_site_killed_in_an_ingestion_of_its_own(tmp_path: Path, package: bytes):
    with start_live(tmp_path, demo=False, names=("site",)) as live:
        teacher = Teacher(live)
        url = teacher.upload(package)
        thread = teacher.save_and_lose_the_line(url)
        wait_for(live, "checking", 20)
        live.kill("site")
        thread.join()
        assert state(live) == "checking"
        live.start("worker")
        wait_for(live, "ready", PATIENCE_SECONDS)
        live.kill("worker")
        assert_as_if_nothing_happened(live, package)


def test_the_worker_killed_in_an_ingestion_by_task(tmp_path: Path, package: bytes):
    with start_live(tmp_path, demo=False, names=("site", "worker"), INGEST_INLINE_MB="0") as live:
        teacher = Teacher(live)
        assert teacher.save(teacher.upload(package)).status == 200
        wait_for(live, "checking", 20)
        live.kill("worker")
        assert state(live) == "checking"
        live.start("worker")
        wait_for(live, "ready", PATIENCE_SECONDS)
        live.kill("worker")
        assert_as_if_nothing_happened(live, package)


def test_what_was_acknowledged_of_an_upload_survives(tmp_path: Path):
    data = random.Random(3).randbytes(3 * MB)
    with start_live(tmp_path, demo=False, names=("site",)) as live:
        teacher = Teacher(live)
        made = teacher.request("POST", "/uploads/", **{"Upload-Length": str(len(data))})
        url = made.headers["Location"]
        assert teacher.piece(url, data, 0, MB).headers["Upload-Offset"] == str(MB)
        live.kill("site")
        live.start("site")
        assert teacher.request("HEAD", url).headers["Upload-Offset"] == str(MB)
        assert teacher.piece(url, data, MB, 2 * MB).status == 204
        stored = [path for path in (live.var / "blobs").rglob("*") if path.is_file()]
        assert [path.read_bytes() for path in stored] == [data]
