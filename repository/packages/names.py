"""File names inside archives: decoding what old programs wrote, and refusing what leaves the package.

Also the folding used for look-ups without regard to case. Nothing here touches files.
"""

from __future__ import annotations

import re
import struct
import unicodedata
import zlib
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from .codes import PackageRefused

UTF8_FLAG = 0x800
UNICODE_PATH_EXTRA = 0x7075

_DRIVE = re.compile(r"^[A-Za-z]:")
#: Composing takes the square of the length for names made of accents alone; no member's path is longer.
LONGEST_PATH = 1000
_LITTER_NAMES = frozenset(
    {".ds_store", "thumbs.db", "desktop.ini", "ehthumbs.db", ".gitignore", ".gitattributes"}
)
_LITTER_FOLDERS = frozenset({"__macosx", ".git", ".svn", ".idea", "__pycache__"})


class DecodedName(NamedTuple):
    """A name as text and whether its encoding had to be guessed."""

    text: str
    guessed: bool


def decode_name(raw: bytes, flags: int, extra: bytes) -> DecodedName:
    """The name of a member. Without the UTF-8 flag (APPNOTE 4.4.4) or a valid Unicode path field (4.6.9) the
    bytes are tried as UTF-8, then cp1258 (Vietnamese Windows), then cp437, in which every byte has a meaning.
    """
    unicode_path = _unicode_path(raw, extra)
    if unicode_path is not None:
        return DecodedName(unicode_path, guessed=False)
    if raw.isascii():
        return DecodedName(raw.decode("ascii"), guessed=False)
    if flags & UTF8_FLAG:
        try:
            return DecodedName(raw.decode("utf-8"), guessed=False)
        except UnicodeDecodeError:
            pass
    for encoding in ("utf-8", "cp1258"):
        try:
            return DecodedName(raw.decode(encoding), guessed=True)
        except UnicodeDecodeError:
            continue
    return DecodedName(raw.decode("cp437"), guessed=True)


def _unicode_path(raw: bytes, extra: bytes) -> str | None:
    """The Info-ZIP Unicode path of `extra`, if its checksum says that it belongs to `raw`."""
    found = None
    for kind, data in extra_fields(extra):
        if kind != UNICODE_PATH_EXTRA or len(data) <= 5 or data[0] != 1:
            continue
        if struct.unpack_from("<L", data, 1)[0] == zlib.crc32(raw):
            try:
                found = data[5:].decode("utf-8")
            except UnicodeDecodeError:
                continue
    return found


def extra_fields(extra: bytes) -> list[tuple[int, bytes]]:
    """The (kind, data) pairs of an extra field; `ValueError` if a length runs over its end.

    Fewer than four bytes at the end are padding, which some programs write.
    """
    fields = []
    position = 0
    while position + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, position)
        position += 4
        if position + size > len(extra):
            raise ValueError(f"extra field {kind:#06x} runs over its end")
        fields.append((kind, extra[position : position + size]))
        position += size
    return fields


def clean_path(name: str, *, longest: int) -> str:
    """The path of a member: `/` between parts, NFC, no empty or `.` parts, a folder ends in `/`.

    Raises `PackageRefused` for what is not a path below the package's own folder. Backslashes are turned
    *before* anything is checked: `..\\x` climbs on Windows.
    """
    if "\0" in name:
        raise PackageRefused("name_broken", shown(name))
    if len(name) > longest:
        raise PackageRefused("path_unsafe", shown(name))
    path = unicodedata.normalize("NFC", name.replace("\\", "/"))
    if path.startswith("/") or _DRIVE.match(path):
        raise PackageRefused("path_unsafe", shown(name))
    parts = path.split("/")
    if ".." in parts:
        raise PackageRefused("path_unsafe", shown(name))
    cleaned = "/".join(part for part in parts if part not in ("", "."))
    return cleaned + "/" if cleaned and parts[-1] in ("", ".") else cleaned


def shown(name: str) -> str:
    """A hostile name, fit to be shown and kept: no control characters, at most 120 characters."""
    safe = "".join(character if character.isprintable() else "�" for character in name)
    return safe if len(safe) <= 120 else safe[:59] + "…" + safe[-60:]


def fold(path: str) -> str:
    """The form under which paths that differ only in case or composition are one."""
    return compose(path).casefold()


def compose(path: str) -> str:
    """NFC; what is too long for a path stays as it is."""
    return path if len(path) > LONGEST_PATH else unicodedata.normalize("NFC", path)


def is_litter(path: str) -> bool:
    """Whether an operating system or editor left the file, not the author."""
    parts = path.casefold().rstrip("/").split("/")
    return parts[-1] in _LITTER_NAMES or parts[-1].startswith("._") or not _LITTER_FOLDERS.isdisjoint(parts)


def resolve(base: str, href: str) -> str | None:
    """The member that a relative `href` means, seen from the folder `base` ("" or "x/"); None if it is
    absolute, has a scheme or leaves the package. Without query and fragment; `%` escapes are kept.
    """
    href = href.replace("\\", "/")
    if href.startswith("/") or re.match(r"^[A-Za-z][A-Za-z0-9+.-]*:", href):
        return None
    parts: list[str] = []
    for part in (base + href).split("/"):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part not in ("", "."):
            parts.append(part)
    return compose("/".join(parts))


def candidates(path: str) -> tuple[str, ...]:
    """The spellings to look a referenced path up by: as written, then with `%` escapes undone (which old
    Windows pages write in cp1258)."""
    if "%" not in path:
        plain = compose(path)
    else:
        raw = unquote_to_bytes(path)
        try:
            plain = compose(raw.decode("utf-8"))
        except UnicodeDecodeError:
            plain = compose(raw.decode("cp1258", "replace"))
    return (path,) if plain == path else (path, plain)
