"""Judging uploads that are not packages: PDF, pictures, sound and video, by their content.

libmagic names the type; the file's name never decides. Nothing is written anywhere.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any, BinaryIO

from .codes import Finding, PackageRefused
from .limits import MB, Limits
from .media import PLAYED, Media, check_media, is_media
from .mediatypes import extension, media_type
from .names import shown
from .report import Report

IMAGES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
PDF = "application/pdf"

#: Formats whose pixels are decoded to see whether the file is whole, and how many that may be (4 bytes each).
_DECODED_PIXELS = 24_000_000

_HEAD = 64 * 1024
_TAIL = 4096


@cache
def _magic() -> Any:
    # pylibmagic puts its own libmagic where python-magic looks: it must come first.
    import pylibmagic  # noqa: F401

    import magic  # isort: skip

    return magic


def sniff(head: bytes) -> str:
    """The media type of a file's beginning, by libmagic; the common signatures are settled before."""
    if b"%PDF-" in head[:1024]:  # readers allow something before it (ISO 32000-1, note in 7.5.2)
        return PDF
    for signature, kind in (
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF87a", "image/gif"),
        (b"GIF89a", "image/gif"),
    ):
        if head.startswith(signature):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    return str(_magic().from_buffer(head, mime=True))


def check_file(file: BinaryIO, *, filename: str, limits: Limits | None = None) -> Report:
    """Judge a file of its own: type, wholeness, size. `Report.kind`: "pdf", "image", "audio", "video"."""
    limits = limits or Limits()
    report = Report(title=_stem(filename))
    try:
        _check(file, filename, limits, report)
    except PackageRefused as refusal:
        report.findings.append(refusal.finding)
    report.sort_findings()
    return report


def _check(file: BinaryIO, filename: str, limits: Limits, report: Report) -> None:
    length = file.seek(0, 2)
    if length == 0:
        raise PackageRefused("empty_file")
    if length > limits.package_bytes:
        raise PackageRefused("package_too_large", size=length // MB, limit=limits.package_bytes // MB)
    file.seek(0)
    head = file.read(_HEAD)
    named = media_type(filename)
    report.files = 1
    report.unpacked_bytes = length
    if is_media(head):
        _take_media(check_media(file, head, length), report)
        if not named.startswith(("audio/", "video/")):
            _note_name(report, filename, PLAYED[report.media_type][1])
        return
    found = sniff(head)
    report.media_type = found
    if found != PDF and found not in IMAGES:
        if named == PDF or named in IMAGES or named in PLAYED:
            raise PackageRefused(
                "wrong_type", shown(filename), extension="." + extension(filename), found=found
            )
        raise PackageRefused("unsupported_type", shown(filename), found=found)
    report.kind = "pdf" if found == PDF else "image"
    if (named == PDF) != (found == PDF) or (named != PDF and not named.startswith("image/")):
        _note_name(report, filename, "PDF" if found == PDF else IMAGES[found])
    if found == PDF:
        _check_pdf(file, length)
    else:
        _check_image(file, found, limits, report)


def _note_name(report: Report, filename: str, kind: str) -> None:
    report.findings.append(
        Finding("name_differs", {"extension": "." + extension(filename), "kind": kind}, shown(filename))
    )


def _take_media(media: Media, report: Report) -> None:
    """Sound or video that browsers play; what plays on new devices only is noted."""
    report.media_type = media.media_type
    report.kind = PLAYED[media.media_type][0]
    report.seconds = media.seconds
    if media.newer:
        report.findings.append(Finding("media_newer", {"found": media.newer}))


def _check_pdf(file: BinaryIO, length: int) -> None:
    """A whole PDF ends in `%%EOF`; some programs write a little after it."""
    file.seek(max(0, length - _TAIL))
    if b"%%EOF" not in file.read(_TAIL):
        raise PackageRefused("truncated")


def _check_image(file: BinaryIO, kind: str, limits: Limits, report: Report) -> None:
    """Whole, of the format its first bytes promise, and not too many pixels. Bounded memory."""
    from PIL import Image

    file.seek(0)
    try:
        with Image.open(file, formats=[IMAGES[kind]]) as image:
            report.width, report.height = image.size
            pixels = image.width * image.height
            if pixels > limits.image_pixels:
                raise _too_many_pixels(pixels, limits)
            if kind == "image/png":
                image.verify()  # every chunk's checksum, without a pixel decoded
            elif kind == "image/jpeg":
                image.draft("RGB", (max(1, image.width // 8), max(1, image.height // 8)))
                image.load()
            elif pixels <= _DECODED_PIXELS:
                image.load()
    except PackageRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        figure = re.search(r"\d+", str(bomb))
        raise _too_many_pixels(int(figure.group()) if figure else 0, limits) from None
    except Exception as error:  # noqa: BLE001  (Pillow's plug-ins raise anything for hostile input)
        code = "truncated" if "truncated" in str(error).lower() else "image_broken"
        raise PackageRefused(code) from None


def _too_many_pixels(pixels: int, limits: Limits) -> PackageRefused:
    return PackageRefused(
        "image_too_large", pixels=pixels // 1_000_000, limit=limits.image_pixels // 1_000_000
    )


def _stem(filename: str) -> str:
    last = filename.replace("\\", "/").rpartition("/")[2]
    return " ".join((last.rpartition(".")[0] or last).replace("_", " ").split())
