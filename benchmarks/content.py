"""A 30 kB package file from the content origin; imports of a package of 2,000 files and of a large video.

Run as `python -m benchmarks.content [--storage folder|s3] [--only imports|serving] [--rounds 3]`. It makes
a database and a storage of its own (s3: a bucket on the server that `make services` started, or that
HOCLIEU_TEST_S3_ENDPOINT names), starts the content process itself, and prints figures beside the goals.
"""

from __future__ import annotations

import argparse
import http.client
import io
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.measure import closed_loop, machine, median_of, tree_cpu, yardstick

ROOT = Path(__file__).resolve().parents[1]
FILES = 2_000
BYTES = 105_000_000
VIDEO_BYTES = 300_000_000
#: storage → seconds of the package, of the video; megabytes of the video's import; ms CPU of a file, cold
GOALS = {"folder": (0.5, 1.2, 60, 0.3), "s3": (0.9, 2.0, 120, 0.4)}

MANIFEST = (
    '<manifest xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" '
    'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"><organizations><organization><title>t</title>'
    '<item identifier="i" identifierref="r"><title>t</title></item></organization></organizations>'
    '<resources><resource identifier="r" adlcp:scormtype="sco" href="index.html"/></resources></manifest>'
)


def noise(size: int, seed: int) -> bytes:
    """Bytes that DEFLATE makes no smaller."""
    return random.Random(seed).randbytes(size)


def large_package() -> bytes:
    """2,000 files, 105 MB unpacked: half pictures (stored), half scripts that compress three to one."""
    each = BYTES // FILES
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("imsmanifest.xml", MANIFEST)
        archive.writestr("index.html", "<p>x</p>")
        for number in range(FILES - 2):
            third = noise(each // 3, number)
            if number % 2:
                archive.writestr(f"story_content/{number:05d}.jpg", noise(each, number))
            else:
                info = zipfile.ZipInfo(f"html5/data/js/{number:05d}.js")
                archive.writestr(info, third * 3, zipfile.ZIP_DEFLATED, 6)
    return buffer.getvalue()


def served_package() -> bytes:
    """What the loop asks for: 30 kB on the wire, deflated and stored, and a page."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("imsmanifest.xml", MANIFEST, zipfile.ZIP_DEFLATED)
        archive.writestr("index.html", "<p>x</p>", zipfile.ZIP_DEFLATED)
        archive.writestr("js/30kb.js", noise(30_000, 1).hex(), zipfile.ZIP_DEFLATED)
        archive.writestr("images/30kb.jpg", noise(30_000, 2), zipfile.ZIP_STORED)
        for number in range(300):
            archive.writestr(f"more/{number}.txt", str(number))
    return buffer.getvalue()


def import_package(data: bytes, folder: Path) -> float:
    """Seconds to hash, check every byte of, and index a package that lies in a folder."""
    import hashlib

    from repository.packages import index
    from repository.packages.check import check_upload

    path = folder / "large.zip"
    path.write_bytes(data)
    started = time.perf_counter()
    with path.open("rb") as file:
        hashlib.file_digest(file, "sha256")
        report = check_upload(file, filename="large.zip")
    assert report.index is not None and report.files == FILES, report.findings
    document = index.dump(report.index)
    seconds = time.perf_counter() - started
    print(f"   index of {report.files:,} files: {len(document):,} bytes, ", end="")
    loading = time.perf_counter()
    index.load(document)
    print(f"{(time.perf_counter() - loading) * 1000:.1f} ms to load")
    return seconds


def write_video(path: Path) -> None:
    """An MP4 with an index and next to nothing in it but its length."""
    from tests.repository.packages.media_files import SOUND_TRACK, VIDEO_TRACK, mp4

    head = mp4(VIDEO_TRACK, SOUND_TRACK, content=b"")
    block = noise(1_000_000, 3)
    with path.open("wb") as file:
        file.write(head[:-8] + (VIDEO_BYTES + 8).to_bytes(4, "big") + b"mdat")
        for _ in range(VIDEO_BYTES // len(block)):
            file.write(block)


#: A command, and after its output the kilobytes of memory that its process had at most.
_WITH_MEMORY = """
import re, sys
from pathlib import Path
from django.core.management import execute_from_command_line
execute_from_command_line(["manage.py", *sys.argv[1:]])
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def import_whole(path: Path) -> tuple[float, float]:
    """Seconds until playable, and megabytes of memory at most, of a process that imports a file by itself."""
    done = subprocess.run(
        [
            *(sys.executable, "-c", _WITH_MEMORY, "package_import", str(path), "--json"),
            *("--by", "benchmark", "--unit", "benchmark"),
        ],
        cwd=ROOT,
        env={**os.environ, "HOCLIEU_PROCESS": "command"},
        stdout=subprocess.PIPE,
        check=True,
    )
    output, memory = done.stdout.splitlines()
    answer = json.loads(output)
    assert answer["ingest"] == "ready", answer
    return answer["playable_ms"] / 1000, int(memory) / 1024


def measure_imports(folder: Path, data: bytes, *, storage: str, rounds: int) -> None:
    """Through the whole of the library: received, stored, checked, indexed, recorded."""
    seconds, video_seconds, video_memory, _cpu = GOALS[storage]
    package, video = folder / "large.zip", folder / "large.mp4"
    write_video(video)
    # The last byte of a comment, and one of the film.
    package.write_bytes(data[:-2] + b"\x01\x00-")
    for name, path, place, goal in (
        (f"{FILES:,} files, {BYTES // 1_000_000} MB", package, len(data), f"≤ {seconds} s"),
        (f"video, {VIDEO_BYTES // 1_000_000} MB", video, 5000, f"≤ {video_seconds} s, ≤ {video_memory} MB"),
    ):
        figures = []
        for number in range(rounds):
            with path.open("r+b") as file:  # other bytes each time: the same ones would be shared
                file.seek(place)
                file.write(bytes([number]))
            figures.append(import_whole(path))
        took, memory = sorted(figures)[len(figures) // 2]
        print(f"   {name:22} {took:.2f} s, {memory:.0f} MB at most (goal {goal})")


def store_version(data: bytes) -> Any:
    """A ready version over the bytes, written straight to the models."""
    import hashlib

    from accounts.models import OrgUnit, User
    from repository.models import Blob, LearningResource, Licence, PackageIndex, ResourceType, Version
    from repository.packages import index
    from repository.packages.check import check_upload
    from repository.storage import blobs
    from tests.factories import OrgUnitFactory, person

    blob = Blob.objects.create(state="stored", sha256=hashlib.sha256(data).hexdigest(), size=len(data))
    with blobs().create(blob.uid) as writer:
        writer.write(data)
    report = check_upload(io.BytesIO(data), filename="a.zip")
    assert report.index is not None
    PackageIndex.objects.create(
        blob=blob, document=index.dump(report.index), files=report.files, unpacked_bytes=report.unpacked_bytes
    )
    author = User.objects.filter(username="benchmark").first()
    if author is None:
        author = person(OrgUnitFactory(code="benchmark"), "teacher", username="benchmark")
    resource = LearningResource.objects.create(
        owner_unit=OrgUnit.objects.get(code="benchmark"),
        author=author,
        title="t",
        type=ResourceType.objects.all()[0],
        licence=Licence.objects.all()[0],
    )
    return Version.objects.create(
        resource=resource,
        number=1,
        blob=blob,
        filename="a.zip",
        by=author,
        ingest="ready",
        kind=report.kind,
        launch=report.launch,
    )


def request_for(url: str) -> bytes:
    parts = urlsplit(url)
    return (
        f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: */*\r\n"
        "Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: vi\r\n"
        "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/147.0\r\n"
        "Sec-Fetch-Dest: script\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Site: same-origin\r\n\r\n"
    ).encode()


@contextmanager
def content_process() -> Iterator[tuple[str, int, int]]:
    """Host, port and process id of a running content process."""
    from django.conf import settings

    from cms import supervisor

    address = urlsplit(settings.CONTENT_URL)
    host, port = str(address.hostname), int(address.port or 80)
    child = supervisor.web_child("content", host, port, {})
    process = supervisor.start(child, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 40
        while not supervisor.answers(f"{settings.CONTENT_URL}/health/", address.netloc):
            assert process.poll() is None and time.monotonic() < deadline, "the content process did not start"
            time.sleep(0.1)
        yield host, port, process.pid
    finally:
        supervisor.stop([process])


def serve_and_measure(version: Any, *, seconds: float, rounds: int) -> None:
    from repository.content.links import file_url

    with content_process() as (host, port, pid):
        for name, path in (("deflated", "js/30kb.js"), ("stored", "images/30kb.jpg")):
            requests = [request_for(file_url(version, path))]
            for _ in range(2):
                closed_loop((host, port), requests, pid, seconds=1)
            loops = [closed_loop((host, port), requests, pid, seconds=seconds) for _ in range(rounds)]
            print(f"   {name:9} {median_of(loops)}")


def serve_cold(large: Any) -> None:
    """Files of the large package, each in a block of its own, of which this host has nothing yet."""
    from django.conf import settings

    from repository.content.links import file_url

    shutil.rmtree(settings.CONTENT_CACHE_DIR, ignore_errors=True)
    urls = [file_url(large, f"story_content/{number:05d}.jpg") for number in range(1, FILES - 2, 10)]
    with content_process() as (host, port, pid):
        line = http.client.HTTPConnection(host, port)

        def get(url: str) -> None:
            line.request("GET", urlsplit(url).path, headers={"Host": f"{host}:{port}"})
            answer = line.getresponse()
            assert answer.status == 200 and len(answer.read()) == BYTES // FILES

        get(urls[0])  # the package becomes known, the database is asked
        cpu, started = tree_cpu(pid), time.perf_counter()
        for url in urls[1:]:
            get(url)
        took, used = time.perf_counter() - started, tree_cpu(pid) - cpu
        line.close()
    count = len(urls) - 1
    print(f"   {used * 1000 / count:.2f} ms CPU, {took * 1000 / count:.1f} ms each ({count} files)")


@contextmanager
def storage_settings(storage: str) -> Iterator[dict[str, str]]:
    """The variables that choose it; a bucket goes with all that lies in it."""
    if storage == "folder":
        yield {}
        return
    from tests.services import fresh_bucket

    with fresh_bucket() as bucket:
        yield {
            "HOCLIEU_S3_ENDPOINT": bucket.endpoint,
            "HOCLIEU_S3_BUCKET": bucket.bucket,
            "HOCLIEU_S3_ACCESS_KEY": bucket.access_key,
            "HOCLIEU_S3_SECRET_KEY": bucket.secret_key,
            "HOCLIEU_S3_REGION": bucket.region,
        }


def prepare(folder: Path, storage: dict[str, str]) -> None:
    """A database of its own, and Django set up over it."""
    from tests.live import template_var
    from tests.ports import free_ports

    site, content = free_ports(2)
    for name in [
        name for name in os.environ if name.startswith("HOCLIEU_") and name != "HOCLIEU_DATABASE_URL"
    ]:
        del os.environ[name]
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "cms.settings",
        "HOCLIEU_VAR": str(folder),
        "HOCLIEU_SITE_URL": f"http://localhost:{site}",
        "HOCLIEU_CONTENT_URL": f"http://127.0.0.1:{content}",
        "HOCLIEU_LOG_LEVEL": "WARNING",
        "HOCLIEU_INGEST_INLINE_MB": "1024",
        **storage,
    }
    if "HOCLIEU_DATABASE_URL" in os.environ:
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, check=True)
    else:
        shutil.copy(template_var(demo=False) / "hoclieu.sqlite3", folder)
    import django

    django.setup()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=5.0, help="of each round")
    parser.add_argument("--rounds", type=int, default=3, help="of which the median is shown")
    parser.add_argument("--only", choices=["imports", "serving"], help="one half of it")
    parser.add_argument("--storage", choices=sorted(GOALS), default="folder")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="hoclieu-benchmark-") as name,
        storage_settings(options.storage) as storage,
    ):
        folder = Path(name)
        prepare(folder, storage)
        print(f"{options.storage}; {machine()}; yardstick {yardstick():.0f} ms")
        data = large_package()
        if options.storage == "folder":
            print(f"judging {FILES:,} files, {BYTES // 1_000_000} MB, every checksum")
            times = sorted(import_package(data, folder) for _ in range(options.rounds + 1))
            print(f"   {times[len(times) // 2]:.2f} s (best {times[0]:.2f})")
        version = store_version(served_package())
        if options.only != "serving":
            print("import until playable")
            measure_imports(folder, data, storage=options.storage, rounds=options.rounds)
        if options.only != "imports":
            warm = GOALS[options.storage][3]
            print(f"30 kB package file, 8 at once (goal ≤ {warm} ms CPU, ≥ 4,000/s)")
            serve_and_measure(version, seconds=options.seconds, rounds=options.rounds)
        if options.only != "imports" and options.storage == "s3":
            print("package file never read before, one at a time (goal ≤ 3 ms CPU)")
            serve_cold(store_version(data))
        print(f"yardstick {yardstick():.0f} ms; {machine()}")


if __name__ == "__main__":
    main()
