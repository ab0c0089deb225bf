"""Input made to take long: each is judged in a moment. The bound is wide, for machines that are busy."""

from __future__ import annotations

import io
import time
import zipfile

import pytest

from repository.packages.check import check_upload
from repository.packages.report import Report

from .builders import PAGE, manifest, raw_zip, zipped

SECONDS = 10
PAGE_SIZE = 256 * 1024


def judged(data: bytes) -> Report:
    started = time.process_time()
    report = check_upload(io.BytesIO(data), filename="a.zip")
    assert time.process_time() - started < SECONDS
    return report


def stored(**of_manifest: str) -> bytes:
    """Not compressed, so that the ratio does not end it first."""
    return zipped({"imsmanifest.xml": manifest(**of_manifest), "index.html": PAGE}, method=zipfile.ZIP_STORED)


@pytest.mark.parametrize(
    "fragment",
    [
        "<script",
        "<!--",
        "<",
        "<title",
        '<a href="',
        '<script src="a.js"',
        "<object>",
        "<div>",
        "<p>x",
        "<iframe src='",
    ],
)
def test_pages_that_never_end(fragment: str) -> None:
    page = fragment * (PAGE_SIZE // len(fragment))
    report = judged(zipped({"imsmanifest.xml": manifest(), "index.html": page, "a.swf": "FWS"}))
    assert report.verdict == "warned"


def test_as_many_entries_as_may_be() -> None:
    files = {f"{number:05d}/name_of_a_file.txt": b"" for number in range(19_998)}
    report = judged(zipped({**files, "imsmanifest.xml": manifest(), "index.html": PAGE}))
    assert (report.verdict, report.files) == ("accepted", 20_000)


def test_names_that_fill_the_directory() -> None:
    entries = [(f"{number:05d}".encode() + b"/a" * 100, b"") for number in range(19_000)]
    assert judged(raw_zip([*entries, (b"index.html", b"<p>")])).verdict == "accepted"
    endless = [(f"{number:05d}".encode() + b"a" * 900, b"") for number in range(19_000)]
    assert judged(raw_zip([*endless, (b"index.html", b"<p>")])).verdict == "refused"


@pytest.mark.parametrize(
    "of_manifest",
    [
        {"items": '<item identifier="i" identifierref="r1"><title>t</title></item>' * 20_000},
        {"items": "<item>" * 100_000},
        {"items": "<item " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>"},
        {"items": "".join(f'<x xmlns:n{n}="urn:{n}"/>' for n in range(40_000))},
        {"resources": '<resource identifier="r1" href="index.html"/>' * 20_000},
    ],
    ids=["items", "nesting", "attributes", "namespaces", "resources"],
)
def test_manifests_without_end(of_manifest: dict[str, str]) -> None:
    judged(stored(**of_manifest))


def test_a_manifest_that_is_too_large() -> None:
    report = judged(stored(title="x" * 5_000_000))
    assert [finding.code for finding in report.findings] == ["manifest_too_large"]
