"""Scripts, styles and libraries of the pages that show one file, under an address that names their bytes.

All lie beside each other there, so that a script finds its library by a relative address.
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

_SCRIPT = "text/javascript; charset=utf-8"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": _SCRIPT,
    ".mjs": _SCRIPT,
    ".wasm": "application/wasm",
    ".ttf": "font/ttf",
    ".woff2": "font/woff2",
    ".gif": "image/gif",
}
_OWN = Path(__file__).parent / "pages"
#: Without these the page that shows a PDF offers its ways out instead.
NEEDED_FOR_PDF = ("viewer-pdf.js", "pdf.min.mjs", "pdf.worker.min.mjs")
#: Without these no H5P exercise plays.
NEEDED_FOR_H5P = ("viewer-h5p.js", "h5p/main.bundle.js", "h5p/frame.bundle.js", "h5p/styles/h5p.css")


@dataclass(frozen=True, slots=True)
class Lib:
    """A file: its bytes plain and packed."""

    body: bytes
    packed: bytes
    media_type: str


def _places() -> dict[str, Path]:
    files = [*_OWN.iterdir(), *(settings.BROWSER_LIBS / "pdfjs").glob("*")]
    places = {path.name: path for path in sorted(files) if path.is_file()}
    # With its folders: its style sheet names the fonts beside it.
    exercises = settings.BROWSER_LIBS / "h5p"
    found = (path for path in sorted(exercises.rglob("*")) if path.is_file())
    return places | {f"h5p/{path.relative_to(exercises).as_posix()}": path for path in found}


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int) -> Lib:
    body = path.read_bytes()
    return Lib(body, gzip.compress(body, mtime=0), _TYPES.get(path.suffix, "application/octet-stream"))


@lru_cache(maxsize=4)
def _mark(files: tuple[tuple[Path, int], ...]) -> str:
    total = hashlib.sha256()
    for path, _changed in files:
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:16]


def lib(name: str) -> Lib | None:
    """A file by its name; None for any other, or where set-up has not brought it."""
    path = _places().get(name)
    return None if path is None else _read(path, path.stat().st_mtime_ns)


def mark() -> str:
    """The first figures of the SHA-256 of all files: their address changes when one of them does."""
    return _mark(tuple((path, path.stat().st_mtime_ns) for path in _places().values()))


def plays_h5p() -> bool:
    """Whether set-up has brought what H5P exercises need."""
    places = _places()
    return all(name in places for name in NEEDED_FOR_H5P)


def shows_pdf() -> bool:
    """Whether set-up has brought what the viewer of PDFs needs."""
    places = _places()
    return all(name in places for name in NEEDED_FOR_PDF)
