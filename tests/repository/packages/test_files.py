"""Uploads that are not packages: what they are is read from them, not from their names."""

from __future__ import annotations

import io
import zlib

import pytest
from PIL import Image

from repository.packages.check import check_upload
from repository.packages.limits import Limits
from repository.packages.report import Report

from .builders import package

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def picture(kind: str, size: tuple[int, int] = (64, 48)) -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(buffer, kind)
    return buffer.getvalue()


def checked(data: bytes, filename: str, limits: Limits | None = None) -> Report:
    return check_upload(io.BytesIO(data), filename=filename, limits=limits)


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


@pytest.mark.parametrize(
    ("kind", "name"), [("PNG", "a.png"), ("JPEG", "a.jpg"), ("GIF", "a.gif"), ("WEBP", "a.webp")]
)
def test_pictures(kind: str, name: str) -> None:
    report = checked(picture(kind), name)
    assert (report.kind, report.verdict, report.width, report.height) == ("image", "accepted", 64, 48)
    assert report.media_type == f"image/{kind.lower()}"
    assert report.title == "a"


def test_pdf() -> None:
    report = checked(PDF, "Giáo_án 5.pdf")
    assert (report.kind, report.verdict, report.media_type) == ("pdf", "accepted", "application/pdf")
    assert report.title == "Giáo án 5"


@pytest.mark.parametrize("name", ["a.pdf", "a.png", "a.zip", "a"])
def test_nothing_at_all(name: str) -> None:
    assert codes(checked(b"", name)) == ["empty_file"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_cut_off_pictures(kind: str) -> None:
    data = picture(kind, (256, 256))
    report = checked(data[: len(data) // 2], "a.png")
    assert report.verdict == "refused"
    assert codes(report)[0] in ("truncated", "image_broken")


def test_cut_off_pdf() -> None:
    assert codes(checked(PDF[:40] + b"\n" * 5000, "a.pdf")) == ["truncated"]


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"MZ\x90\0" + b"\0" * 500, "photo.jpg", "wrong_type"),
        (b"<!doctype html><script>alert(1)</script>", "photo.png", "wrong_type"),
        (b"<html><body>x</body></html>", "bai.pdf", "wrong_type"),
        (b"#!/bin/sh\nexit\n", "photo.gif", "wrong_type"),
        (b"\x7fELF" + b"\0" * 500, "program", "unsupported_type"),
        (b"BM" + b"\0" * 500, "scan.bmp", "unsupported_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "a.svg", "unsupported_type"),
        (b"just words", "a.zip", "archive_broken"),
    ],
)
def test_disguised_and_unknown_types(data: bytes, name: str, code: str) -> None:
    report = checked(data, name)
    assert (report.verdict, codes(report)) == ("refused", [code])


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [(PDF, "a.png", "pdf"), (PDF, "a.zip", "pdf"), (picture("PNG"), "a.zip", "image")],
)
def test_content_decides_over_the_name(data: bytes, name: str, kind: str) -> None:
    report = checked(data, name)
    assert (report.kind, report.verdict, codes(report)) == (kind, "warned", ["name_differs"])


def test_a_picture_of_another_format_is_a_picture() -> None:
    assert checked(picture("PNG"), "a.jpg").verdict == "accepted"


def test_a_package_is_a_package_under_any_name() -> None:
    assert checked(package(), "bai.pdf").kind == "scorm12"


def test_too_many_pixels_are_refused_before_any_is_decoded() -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    side = (60_000).to_bytes(4, "big")
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", side + side + b"\x08\x02\0\0\0")
        + chunk(b"IDAT", b"")
        + chunk(b"IEND", b"")
    )
    report = checked(bomb, "a.png")
    assert codes(report) == ["image_too_large"]
    assert report.findings[0].params == {"pixels": 3600, "limit": 89}


def test_too_large() -> None:
    assert codes(checked(PDF, "a.pdf", Limits(package_bytes=10))) == ["package_too_large"]


def test_a_pdf_may_begin_a_little_late() -> None:
    assert checked(b"\xef\xbb\xbf\r\n" + PDF, "a.pdf").kind == "pdf"
