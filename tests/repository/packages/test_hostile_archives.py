"""Archives made to do harm: refused or defused by name, in bounded time and memory, nothing left of them."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from accounts.models import User
from repository import actions
from repository.models import Blob, MediaMember, PackageIndex, Sco, Upload
from repository.packages.check import check_upload
from repository.packages.limits import MB, Limits
from repository.packages.report import Report
from tests.repository.helpers import stored_files
from tests.services import Bucket, client_of, use_bucket

from . import hostile
from .builders import package
from .test_cases import cases, content_of, needs_cases

ROOT = Path(__file__).resolve().parents[3]

#: The builder and the code that refuses it.
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "symlink": (hostile.symlink, "link_inside"),
    "utf16-entities": (hostile.utf16_entities, "manifest_entities"),
    "50000-empty-entries": (lambda: hostile.empty_entries(50_000), "too_many_entries"),
    "entries-hidden-from-the-end": (lambda: hostile.empty_entries(50_000, said=5), "archive_broken"),
    "overlapping": (hostile.overlapping, "members_overlap"),
    "same-bytes-twice": (hostile.same_bytes_twice, "members_overlap"),
    "quine": (hostile.quine, "no_manifest"),
    "manifest-of-10-mb": (hostile.manifest_of_ten_megabytes, "manifest_too_large"),
    "items-1000-deep": (lambda: hostile.items_nested(1_000), "manifest_too_deep"),
    "items-42-deep": (lambda: hostile.items_nested(42), "manifest_too_deep"),
    "repeated-base": (hostile.repeated_base, "address_too_long"),
    "repeated-address": (hostile.repeated_address, "address_too_long"),
    "accents-in-names": (hostile.accents_in_names, "path_unsafe"),
}
#: The builder, and a code that says what was done about it ("" where it is simply taken).
DEFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "utf16": (lambda: hostile.utf16_manifest("utf-16"), ""),
    "utf16-le": (lambda: hostile.utf16_manifest("utf-16-le"), "manifest_recovered"),
    "utf16-be": (lambda: hostile.utf16_manifest("utf-16-be"), "manifest_recovered"),
    "vietnamese-names": (hostile.vietnamese_names, "names_recoded"),
    "package-with-quine": (hostile.package_with_quine, ""),
    "repeated-text": (hostile.repeated_text, ""),
    "accents-in-the-manifest": (hostile.accents_in_the_manifest, "files_missing"),
    "accents-in-a-page": (hostile.accents_in_a_page, "launch_files_missing"),
}
ALL = {**REFUSED, **DEFUSED}

#: Bounds for each, several times what it takes here. A manifest of 3 MB is the most costly.
MOST_CPU_SECONDS = 5
MOST_MEMORY_MB = 200


def judged(name: str) -> Report:
    return check_upload(io.BytesIO(ALL[name][0]()), filename="a.zip")


@pytest.mark.parametrize("name", REFUSED)
def test_refused_by_name(name: str) -> None:
    report = judged(name)
    (blocking,) = [finding for finding in report.findings if finding.severity == "block"]
    assert (report.verdict, blocking.code, report.index) == ("refused", REFUSED[name][1], None)
    with translation.override("en"):
        english = blocking.message
    with translation.override("vi"):
        assert blocking.message != english
        assert len(blocking.message) < 400


@pytest.mark.parametrize("name", DEFUSED)
def test_defused_by_name(name: str) -> None:
    report = judged(name)
    code = DEFUSED[name][1]
    assert report.index is not None
    assert not code or code in [finding.code for finding in report.findings]


def test_a_quine_contains_itself() -> None:
    data = hostile.quine()
    assert zipfile.ZipFile(io.BytesIO(data)).read("r.zip") == data


def test_a_quine_in_a_package_is_a_file_like_others() -> None:
    index = judged("package-with-quine").index
    assert index is not None
    entry = index.find("r.zip")
    assert entry is not None
    assert (entry.media_type, entry.size) == ("application/zip", len(hostile.quine()))
    assert list(index.paths) == ["imsmanifest.xml", "index.html", "r.zip"]


def test_names_of_vietnamese_windows_are_readable() -> None:
    index = judged("vietnamese-names").index
    assert index is not None
    assert list(index.paths) == ["Bài 1.html", "Hình/Tam giác đều.png", "index.html", "Âm thanh/Đọc.mp3"]
    assert index.find("B%E0i%201.html") is not None


def test_time_and_memory(tmp_path: Path) -> None:
    """Each in a process of its own: the most memory it ever had (VmHWM) and its processor time."""
    for name, (build, _code) in ALL.items():
        (tmp_path / f"{name}.zip").write_bytes(build())
    done = subprocess.run(
        [sys.executable, "-m", "tests.repository.packages.measure", *map(str, sorted(tmp_path.iterdir()))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    results = {Path(line["file"]).stem: line for line in map(json.loads, done.stdout.splitlines())}
    assert set(results) == set(ALL)
    for name, result in results.items():
        assert (result["verdict"] == "refused") == (name in REFUSED)
        assert result["cpu"] < MOST_CPU_SECONDS, result
        assert result["peak_mb"] < MOST_MEMORY_MB, result


def _arrived(user: User, data: bytes, filename: str) -> Upload:
    """A file that has arrived piece by piece."""
    piece = settings.UPLOAD_CHUNK_MB * MB
    upload = actions.begin_upload(by=user, filename=filename, size=len(data))
    for offset in range(0, len(data), piece):
        part = data[offset : offset + piece]
        actions.append_part(by=user, upload=upload, offset=offset, length=len(part), pieces=[part])
    return actions.finish_upload(by=user, upload=upload)


def _refused(world, lesson, data: bytes, filename: str, code: str = "") -> None:
    """Sent, saved as a version, refused by name; no row of what it held."""
    upload = _arrived(world.teacher, data, filename)
    version = actions.submit_version(by=world.teacher, resource=lesson, upload=upload)
    assert version.ingest == "rejected", filename
    assert not code or code in [row["code"] for row in version.findings], filename
    for model in (Blob, PackageIndex, MediaMember, Sco):
        assert not model.objects.exists(), filename


def test_nothing_is_left_in_storage(world, lesson, blobs_dir: Path) -> None:
    for name, (build, code) in REFUSED.items():
        _refused(world, lesson, build(), f"{name}.zip", code)
        assert stored_files(blobs_dir) == [], name


@needs_cases
def test_nothing_of_published_archives_is_left_in_storage(world, lesson, blobs_dir: Path) -> None:
    for row in cases():
        if row["verdict"] == "refused" and (data := content_of(row["file"])):
            _refused(world, lesson, data, row["file"].rpartition("!")[2].rpartition("/")[2])
            assert stored_files(blobs_dir) == [], row["file"]


@pytest.mark.service
def test_nothing_is_left_in_a_bucket(world, lesson, s3: Bucket, settings, tmp_path: Path) -> None:
    use_bucket(settings, s3)
    settings.CONTENT_CACHE_DIR, settings.WORK_DIR = tmp_path / "cache", tmp_path / "work"
    for name, (build, code) in REFUSED.items():
        _refused(world, lesson, build(), f"{name}.zip", code)
    with client_of(s3) as client:
        assert client.list_objects_v2(Bucket=s3.bucket).get("Contents", []) == []
        assert client.list_multipart_uploads(Bucket=s3.bucket).get("Uploads", []) == []


def test_many_small_bombs_are_bounded_in_all() -> None:
    """Below the size from which the ratio counts, the sum of what they declare ends it before any is read."""
    limits = Limits(unpacked_bytes=5 * MB)
    data = package({f"{number}.txt": bytes(MB - 1) for number in range(6)})
    report = check_upload(io.BytesIO(data), filename="a.zip", limits=limits)
    assert [finding.code for finding in report.findings] == ["unpacked_too_large"]
