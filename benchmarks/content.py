"""A 30 kB package file from the content origin, and the import of a package of 2,000 files.

Run as `python -m benchmarks.content [--seconds 5] [--rounds 3]`. It makes a database and a storage folder
of its own, starts the content process itself, and prints the figures beside the goals.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.measure import closed_loop, machine, median_of, yardstick

ROOT = Path(__file__).resolve().parents[1]
FILES = 2_000
BYTES = 105_000_000

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


def store_version(data: bytes) -> Any:
    """A ready version over the bytes, written straight to the models."""
    import hashlib

    from accounts.models import OrgUnit, User
    from repository.models import Blob, LearningResource, Licence, PackageIndex, ResourceType, Version
    from repository.packages import index
    from repository.packages.check import check_upload
    from repository.storage import blobs

    blob = Blob.objects.create(state="stored", sha256=hashlib.sha256(data).hexdigest(), size=len(data))
    with blobs().create(blob.uid) as writer:
        writer.write(data)
    report = check_upload(io.BytesIO(data), filename="a.zip")
    assert report.index is not None
    PackageIndex.objects.create(
        blob=blob, document=index.dump(report.index), files=report.files, unpacked_bytes=report.unpacked_bytes
    )
    author = User.objects.create(username="benchmark", first_name="b", last_name="b")
    resource = LearningResource.objects.create(
        owner_unit=OrgUnit.objects.create(code="benchmark"),
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


def serve_and_measure(version: Any, *, seconds: float, rounds: int) -> None:
    from django.conf import settings

    from cms import supervisor
    from repository.content.links import file_url

    address = urlsplit(settings.CONTENT_URL)
    host, port = str(address.hostname), int(address.port or 80)
    child = supervisor.web_child("content", host, port, {})
    process = supervisor.start(child, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 40
        while not supervisor.answers(f"{settings.CONTENT_URL}/health/", address.netloc):
            assert process.poll() is None and time.monotonic() < deadline, "the content process did not start"
            time.sleep(0.1)
        for name, path in (("deflated", "js/30kb.js"), ("stored", "images/30kb.jpg")):
            requests = [request_for(file_url(version, path))]
            for _ in range(2):
                closed_loop((host, port), requests, process.pid, seconds=1)
            loops = [closed_loop((host, port), requests, process.pid, seconds=seconds) for _ in range(rounds)]
            print(f"   {name:9} {median_of(loops)}")
    finally:
        supervisor.stop([process])


def prepare(folder: Path) -> None:
    """A database of its own, and Django set up over it."""
    from tests.live import two_free_ports

    site, content = two_free_ports()
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
    }
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, check=True)
    import django

    django.setup()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=5.0, help="of each round")
    parser.add_argument("--rounds", type=int, default=3, help="of which the median is shown")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hoclieu-benchmark-") as name:
        folder = Path(name)
        prepare(folder)
        print(f"{machine()}; yardstick {yardstick():.0f} ms")
        print(f"import of {FILES:,} files, {BYTES // 1_000_000} MB, every checksum (goal ≤ 0.5 s)")
        data = large_package()
        times = sorted(import_package(data, folder) for _ in range(options.rounds + 1))
        print(f"   {times[len(times) // 2]:.2f} s (best {times[0]:.2f})")
        print("30 kB package file, 8 at once (goal ≤ 0.3 ms CPU, ≥ 4,000/s)")
        serve_and_measure(store_version(served_package()), seconds=options.seconds, rounds=options.rounds)
        print(f"yardstick {yardstick():.0f} ms; {machine()}")


if __name__ == "__main__":
    main()
