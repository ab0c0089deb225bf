"""Packages made by code, good and bad, so that nothing here depends on test material from elsewhere."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

PAGE = "<!doctype html><title>Phân số</title><p>Một phần hai của cái bánh.</p>"

SCORM12 = (
    'xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" '
    'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"'
)
SCORM2004 = (
    'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" '
    'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" '
    'xmlns:imsss="http://www.imsglobal.org/xsd/imsss"'
)


def manifest(
    *,
    items: str = '<item identifier="i1" identifierref="r1"><title>Bài 1</title></item>',
    resources: str = '<resource identifier="r1" type="webcontent" adlcp:scormtype="sco" href="index.html"/>',
    namespaces: str = SCORM12,
    version: str = "1.2",
    before: str = '<?xml version="1.0" encoding="UTF-8"?>',
    title: str = "Phân số bằng nhau",
    attributes: str = "",
) -> str:
    organization = (
        f'<organization identifier="o1"><title>{title}</title>{items}</organization>' if items else ""
    )
    return (
        f'{before}<manifest identifier="m1" {namespaces} {attributes}>'
        f"<metadata><schema>ADL SCORM</schema><schemaversion>{version}</schemaversion></metadata>"
        f'<organizations default="o1">{organization}</organizations>'
        f"<resources>{resources}</resources></manifest>"
    )


def zipped(files: Mapping[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def package(extra: Mapping[str, str | bytes] | None = None, **of_manifest: str) -> bytes:
    """A small SCORM 1.2 package that plays."""
    return zipped({"imsmanifest.xml": manifest(**of_manifest), "index.html": PAGE, **(extra or {})})


def raw_zip(entries: list[tuple[bytes, bytes]], *, flags: int = 0, made_by: int = 20, mode: int = 0) -> bytes:
    """Stored entries with names as raw bytes, which zipfile would not write."""
    body = bytearray()
    directory = bytearray()
    for name, data in entries:
        crc = zlib.crc32(data)
        figures = struct.pack("<3L2H", crc, len(data), len(data), len(name), 0)
        directory += (
            struct.pack("<4s4HHH", b"PK\x01\x02", made_by, 20, flags, 0, 0, 0)
            + figures
            + struct.pack("<3HLL", 0, 0, 0, mode << 16, len(body))
            + name
        )
        body += struct.pack("<4s3HHH", b"PK\x03\x04", 20, flags, 0, 0, 0) + figures + name + data
    end = struct.pack(
        "<4s4H2LH", b"PK\x05\x06", 0, 0, len(entries), len(entries), len(directory), len(body), 0
    )
    return bytes(body + directory + end)


def patched(data: bytes, at: int, new: bytes) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def central(data: bytes, number: int = 0) -> int:
    """Where the n-th entry of the central directory begins (for archives without stray signatures)."""
    position = -1
    for _ in range(number + 1):
        position = data.index(b"PK\x01\x02", position + 1)
    return position
