"""How large a package or file may be. The figures come from the settings; these are the defaults."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .names import LONGEST_PATH

MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds in bytes, entries and pixels; `ratio` counts for members over `ratio_over` bytes only."""

    package_bytes: int = 1024 * MB
    entries: int = 20_000
    unpacked_bytes: int = 4096 * MB
    ratio: int = 200
    ratio_over: int = 1 * MB
    directory_bytes: int = 8 * MB
    manifest_bytes: int = 4 * MB
    path_chars: int = LONGEST_PATH
    # Below the figure from which Pillow warns of a bomb (89.5 million)
    image_pixels: int = 89_000_000

    @classmethod
    def from_settings(cls, settings: Any) -> Limits:
        """The limits that Django's settings (or anything with their names) state in megabytes."""
        return cls(
            package_bytes=settings.UPLOAD_MAX_MB * MB,
            entries=settings.PACKAGE_MAX_ENTRIES,
            unpacked_bytes=settings.PACKAGE_MAX_UNPACKED_MB * MB,
            ratio=settings.PACKAGE_MAX_RATIO,
        )
