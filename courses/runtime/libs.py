"""The scripts of the player, served from the content origin under an address that names their bytes."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.urls import reverse

_SCRIPT, _STYLE = "text/javascript; charset=utf-8", "text/css; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Lib:
    """A file of the player: its bytes plain and packed, and the first figures of their SHA-256."""

    body: bytes
    packed: bytes
    mark: str
    media_type: str


def _places() -> dict[str, Path]:
    static = settings.BASE_DIR / "static"
    scorm_again = settings.BROWSER_LIBS / "scorm-again"
    return {
        "scorm12.min.js": scorm_again / "scorm12.min.js",
        **{
            name: static / "js" / name
            for name in (
                "player-content.js",
                "player-2004.js",
                "player-html5.js",
                "player-media.js",
                "player-h5p.js",
                "player-left.js",
            )
        },
        "player-content.css": static / "css" / "player-content.css",
    }


@lru_cache(maxsize=16)
def _read(path: str, changed: int) -> Lib:
    body = Path(path).read_bytes()
    mark = hashlib.sha256(body).hexdigest()[:16]
    return Lib(body, gzip.compress(body, mtime=0), mark, _STYLE if path.endswith(".css") else _SCRIPT)


def lib(name: str) -> Lib | None:
    """A file by its name; None for any other, or where set-up has not brought it."""
    path = _places().get(name)
    if path is None or not path.is_file():
        return None
    return _read(str(path), path.stat().st_mtime_ns)


def lib_url(name: str) -> str:
    found = lib(name)
    if found is None:
        raise FileNotFoundError(f"{name} is missing; run: make setup")
    return reverse("player:lib", kwargs={"mark": found.mark, "name": name}, urlconf="cms.urls_content")
