"""Package files from the content origin, and how soon what is uploaded can be opened.

Run as `python -m benchmarks.content [--storage folder|s3] [--only imports|arrivals|serving|memory …]
[--rounds 3]`. It makes a database and a storage of its own (s3: a bucket on the server that `make services`
started, or that HOCLIEU_TEST_S3_ENDPOINT names), starts the processes itself, and prints figures beside the
goals. Serving: files of 30 kB and 300 kB, 8 at once, from the process and from nginx before it, where that is
installed. Imports: by command. Arrivals: the same files through the upload page. Memory: a video of 300 MB to
several readers.
"""

from __future__ import annotations

import argparse
import http.client
import io
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.measure import closed_loop, machine, median_of, tree_cpu, tree_memory, yardstick
from benchmarks.stage import (
    MANIFEST,
    ROOT,
    author,
    content_process,
    noise,
    prepare,
    storage_settings,
    store_version,
)

FILES = 2_000
BYTES = 105_000_000
VIDEO_BYTES = 300_000_000
#: Kilobytes of the files that are asked for.
SIZES = (30, 300)
#: storage → seconds of the package, of the video; megabytes of the video's import; ms CPU of a file
GOALS = {"folder": (0.5, 1.2, 60, 0.3), "s3": (0.9, 2.0, 120, 0.4)}
NGINX_GOAL = 0.06
COLD_GOAL = 3
MEMORY_GOAL_MB = 100
PARTS = ["imports", "arrivals", "serving", "memory"]


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
    """What the loop asks for: 30 kB and 300 kB on the wire, deflated and stored, and a page."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("imsmanifest.xml", MANIFEST, zipfile.ZIP_DEFLATED)
        archive.writestr("index.html", "<p>x</p>", zipfile.ZIP_DEFLATED)
        for size in SIZES:
            archive.writestr(f"js/{size}kb.js", noise(size * 1000, 1).hex(), zipfile.ZIP_DEFLATED)
            archive.writestr(f"images/{size}kb.jpg", noise(size * 1000, 2), zipfile.ZIP_STORED)
        for number in range(300):
            archive.writestr(f"more/{number}.txt", str(number))
    return buffer.getvalue()


def import_package(data: bytes, folder: Path) -> float:
    """Seconds to hash, check every byte of, and index a package that lies in a folder."""
    import hashlib

    from repository.packages import index
    from repository.packages.check import check_upload

    path = folder / "judged.zip"
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


def write_files(folder: Path, data: bytes) -> tuple[Path, Path]:
    """The large package, with a comment of one byte at its end, and the film."""
    package, video = folder / "large.zip", folder / "large.mp4"
    package.write_bytes(data[:-2] + b"\x01\x00-")
    write_video(video)
    return package, video


def measure_arrivals(package: Path, video: Path, *, storage: str, rounds: int) -> None:
    """From the first byte that a browser sends: sent in pieces, judged for the page, saved, opened."""
    from benchmarks import arrivals

    seconds, video_seconds, *_rest = GOALS[storage]
    with content_process() as (host, port, _pid):
        for name, path, place, goal in (
            (f"{FILES:,} files, {BYTES // 1_000_000} MB", package, package.stat().st_size - 1, seconds),
            (f"video, {VIDEO_BYTES // 1_000_000} MB", video, 5000, video_seconds),
        ):
            figures = arrivals.measure(author(), path, place, (host, port), rounds=rounds)
            print(f"   {name:22} {figures} (goal ≤ {goal} s)", flush=True)


def measure_imports(package: Path, video: Path, *, storage: str, rounds: int) -> None:
    """Through the whole of the library: received, stored, checked, indexed, recorded."""
    seconds, video_seconds, video_memory, *_rest = GOALS[storage]
    last = package.stat().st_size - 1
    for name, path, place, goal in (
        (f"{FILES:,} files, {BYTES // 1_000_000} MB", package, last, f"≤ {seconds} s"),
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


def request_for(url: str) -> bytes:
    parts = urlsplit(url)
    return (
        f"GET {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept: */*\r\n"
        "Accept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: vi\r\n"
        "User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/147.0\r\n"
        "Sec-Fetch-Dest: script\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Site: same-origin\r\n\r\n"
    ).encode()


def serve_and_measure(version: Any, *, storage: str, seconds: float, rounds: int) -> None:
    """From the process, then from nginx's cache before it, for which it is all one where files lie."""
    from repository.content.links import file_url

    files = [
        (f"{size} kB {name}", request_for(file_url(version, path.replace("#", str(size)))))
        for size in SIZES
        for name, path in (("deflated", "js/#kb.js"), ("stored", "images/#kb.jpg"))
    ]

    def loops(address: tuple[str, int], pid: int) -> None:
        for name, request in files:
            for _ in range(2):
                closed_loop(address, [request], pid, seconds=1)
            made = [closed_loop(address, [request], pid, seconds=seconds) for _ in range(rounds)]
            print(f"   {name:15} {median_of(made)}", flush=True)

    with content_process() as (host, port, pid):
        goal = GOALS[storage][3]
        print(f"package files from the content process, 8 at once (30 kB: goal ≤ {goal} ms CPU, ≥ 4,000/s)")
        loops((host, port), pid)
        if storage != "folder":
            return
        if shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") is None:
            print("nginx is not installed: apt-get install nginx-light")
            return
        print(f"the same from nginx's cache, its own processor time (30 kB: goal ≤ {NGINX_GOAL} ms CPU)")
        with nginx_before(port) as (front, nginx):
            loops(("127.0.0.1", front), nginx)


@contextmanager
def nginx_before(content: int) -> Iterator[tuple[int, int]]:
    """The project's own configuration before the content process, without TLS: its port, its process."""
    from tests.deploy import nginx

    with tempfile.TemporaryDirectory(prefix="hoclieu-nginx-") as name:
        made = nginx.write(Path(name), Path(name) / "static", [1], [content])
        for path in (*(made.folder / "conf.d").iterdir(), made.folder / "nginx.conf"):
            text = path.read_text(encoding="utf-8")
            text = re.sub(rf"(listen 127\.0\.0\.1:{made.port}) ssl http2", r"\1", text)
            # As many requests a connection as there are.
            text = text.replace("http {", "http {\n    keepalive_requests 10000000;", 1)
            path.write_text(text, encoding="utf-8")
        with nginx.running(made):
            yield made.port, int((made.folder / "pid").read_text())


def measure_memory(video: Path) -> None:
    """Readers of a whole film, and others who jump about in it, as players do."""
    from repository.content.links import file_url

    with video.open("r+b") as file:  # other bytes than those that arrived before
        file.seek(5000)
        file.write(b"\xff")
    version = store_version(video)
    path = urlsplit(file_url(version, version.filename)).path
    with content_process() as (host, port, pid):
        before = tree_memory(pid)[0]

        def ask(headers: dict[str, str]) -> int:
            line = http.client.HTTPConnection(host, port)
            line.request("GET", path, headers={"Host": f"{host}:{port}", **headers})
            answer = line.getresponse()
            total = 0
            while piece := answer.read(262_144):
                total += len(piece)
            line.close()
            return total

        def whole() -> None:
            assert ask({}) == video.stat().st_size

        def jumping(seed: int) -> None:
            places = random.Random(seed)
            for _ in range(40):
                assert ask({"Range": f"bytes={places.randrange(VIDEO_BYTES)}-"}) > 0

        readers = [threading.Thread(target=whole) for _ in range(4)]
        readers += [threading.Thread(target=jumping, args=(seed,)) for seed in range(4)]
        started = time.perf_counter()
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        took = time.perf_counter() - started
        most = tree_memory(pid)[0]
    print(f"   {most:.0f} MB at most, {before:.0f} MB before; {took:.1f} s (goal ≤ {MEMORY_GOAL_MB} MB)")


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


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=5.0, help="of each round")
    parser.add_argument("--rounds", type=int, default=3, help="of which the median is shown")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=PARTS, help="these parts of it")
    parser.add_argument("--storage", choices=sorted(GOALS), default="folder")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="hoclieu-benchmark-") as name,
        storage_settings(options.storage) as storage,
    ):
        folder = Path(name)
        prepare(folder, storage)
        print(f"{options.storage}; {machine()}; yardstick {yardstick():.0f} ms", flush=True)
        run(folder, options)
        print(f"yardstick {yardstick():.0f} ms; {machine()}")


def run(folder: Path, options: argparse.Namespace) -> None:
    data = large_package()
    package, video = write_files(folder, data)
    author()
    if "imports" in options.only:
        if options.storage == "folder":
            print(f"judging {FILES:,} files, {BYTES // 1_000_000} MB, every checksum")
            times = sorted(import_package(data, folder) for _ in range(options.rounds + 1))
            print(f"   {times[len(times) // 2]:.2f} s (best {times[0]:.2f})")
        print("import by command until playable", flush=True)
        measure_imports(package, video, storage=options.storage, rounds=options.rounds)
    if "arrivals" in options.only:
        print("from the first byte that the browser sends until playable", flush=True)
        measure_arrivals(package, video, storage=options.storage, rounds=options.rounds)
    if "serving" in options.only:
        served = store_version(served_package())
        serve_and_measure(served, storage=options.storage, seconds=options.seconds, rounds=options.rounds)
        if options.storage == "s3":
            print(f"package file never read before, one at a time (goal ≤ {COLD_GOAL} ms CPU)")
            serve_cold(store_version(data))
    if "memory" in options.only:
        print(f"video of {VIDEO_BYTES // 1_000_000} MB to 4 readers of the whole and 4 who jump about in it")
        measure_memory(video)


if __name__ == "__main__":
    main()
