"""Zip archives whose bytes depend on their content alone: fixed order, dates and flags."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

MADE_ON = (2025, 9, 5, 7, 0, 0)
_STORED = (".png", ".jpg", ".mp3", ".mp4", ".pdf", ".zip")


def pack(files: Mapping[str, bytes], *, level: int = 6) -> bytes:
    """The archive of the given members, in the given order; media are stored, the rest deflated."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo(name, MADE_ON)
            info.create_system = 3
            info.external_attr = 0o644 << 16
            stored = name.lower().endswith(_STORED) or not data
            info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
            archive.writestr(info, data, compresslevel=None if stored else level)
    return out.getvalue()
