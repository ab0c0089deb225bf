"""Answers with the bytes of stored files: gzip passed through, ranges, 304, and the headers of the origin.

For a deflated member ten bytes of gzip header, the member's own bytes and eight bytes of trailer are a valid
gzip body (RFC 1952), which costs no processor. Answers are plain data, for the view and for `wsgi` alike.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import Any

from django.utils.translation import gettext as _

from repository.content.ranges import UnsatisfiableRangeError, accepts_gzip, matches, requested_range
from repository.content.sources import PIECE, Source
from repository.content.stored import Package, StoredVersion
from repository.content.streams import CrowdedError, Stream
from repository.models.resources import Kind
from repository.packages.index import Entry
from repository.packages.mediatypes import content_type
from repository.storage import StorageAwayError

SANDBOX = "allow-scripts allow-same-origin allow-forms allow-popups allow-modals allow-downloads"
SINGLE_KINDS = frozenset({Kind.PDF.value, Kind.IMAGE.value, Kind.AUDIO.value, Kind.VIDEO.value})
METHODS = ("GET", "HEAD")

#: Larger bodies go in pieces, lest a video lie in memory.
WHOLE_BYTES = 2 * 1024 * 1024
#: Ranges without an end are cut to this: many readers of a video have one each in hand.
RANGE_BYTES = 512 * 1024
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_FOR_EVER = ("Cache-Control", "private, max-age=31536000, immutable")
_NOT_KEPT = ("Cache-Control", "no-store")
_VARIES = ("Vary", "Accept-Encoding")
_RANGES = ("Accept-Ranges", "bytes")
_NO_RANGES = ("Accept-Ranges", "none")
_GZIPPED = ("Content-Encoding", "gzip")
_DRAWING = "image/svg+xml"
_FOLDER_PAGES = ("index.html", "index.htm")

_accepts_gzip = lru_cache(maxsize=256)(accepts_gzip)

Headers = tuple[tuple[str, str], ...]


def accepts_gzip_of(meta: Mapping[str, Any]) -> bool:
    """Whether a request with these CGI variables may be answered with gzip."""
    return _accepts_gzip(meta.get("HTTP_ACCEPT_ENCODING"))


@dataclass(slots=True)
class Answer:
    """Status, headers and body. `Content-Length` is among the headers, of the body that a GET gets."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes | Iterator[bytes] = b""


@lru_cache(maxsize=8)
def origin_headers(site: str, *, sandboxed: bool = True, scripts: bool = True) -> Headers:
    """Headers of every answer of the content origin, for the site with that origin.

    Without ``scripts`` a drawing that is opened as a page of its own runs none.
    `'self'` among the ancestors because a SCO's parent is the player, on this same origin.
    """
    policy = f"frame-ancestors 'self' {site}" + ("" if scripts else "; script-src 'none'")
    return (
        ("Content-Security-Policy", f"{policy}; sandbox {SANDBOX}" if sandboxed else policy),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
    )


@dataclass(slots=True)
class _Asked:
    """A request as far as it matters, from the variables of CGI (`HTTP_RANGE` and so on)."""

    meta: Mapping[str, Any]
    always: Headers

    @property
    def is_head(self) -> bool:
        return bool(self.meta["REQUEST_METHOD"] == "HEAD")

    def has(self, etag: str) -> bool:
        return matches(self.meta.get("HTTP_IF_NONE_MATCH"), etag)


def find_entry(package: Package, path: str) -> Entry | None:
    """The member that a path means; a folder's page where it names a folder."""
    entry = package.index.find(path)
    if entry is None and (not path or path.endswith("/")):
        pages = (package.index.find(path + page) for page in _FOLDER_PAGES)
        entry = next((page for page in pages if page is not None), None)
    return entry


def member(meta: Mapping[str, Any], site: str, package: Package, entry: Entry) -> Answer:
    """A package's file, to a GET or HEAD with these CGI variables."""
    scripts = entry.media_type != _DRAWING or not _of_exercise(package, entry)
    asked = _Asked(meta, origin_headers(site, scripts=scripts))
    kind = content_type(entry.media_type)
    media = package.media.get(entry.path) if package.media else None
    try:
        if entry.deflated and media is None:
            return _deflated(asked, entry, package.source, kind)
        etag = f'"{entry.crc:08x}-{entry.size:x}-id"'
        if media is not None:
            return _plain(asked, media, kind, etag, offset=0, size=entry.size)
        return _plain(asked, package.source, kind, etag, offset=entry.offset, size=entry.size)
    except CrowdedError:
        return _crowded(asked)
    except StorageAwayError:
        return _away(asked)


def _of_exercise(package: Package, entry: Entry) -> bool:
    """Whether a file is content of an H5P exercise, in which programs do not belong."""
    base, content, _ = f"/{entry.path}".partition("/content/")
    return bool(content) and package.index.find(f"{base}/h5p.json".lstrip("/")) is not None


def single(meta: Mapping[str, Any], site: str, version: StoredVersion, source: Source) -> Answer:
    """A version that is one file, with ranges.

    A sandboxed page shows no PDF in any browser; a PDF has no script of this origin to keep in.
    """
    asked = _Asked(meta, origin_headers(site, sandboxed=version.kind != Kind.PDF))
    kind = content_type(version.media_type or "application/octet-stream")
    try:
        return _plain(asked, source, kind, f'"{version.sha256[:32]}-id"', offset=0, size=source.size)
    except CrowdedError:
        return _crowded(asked)
    except StorageAwayError:
        return _away(asked)


def _crowded(asked: _Asked) -> Answer:
    return Answer(503, [*asked.always, _NOT_KEPT, ("Retry-After", "5"), ("Content-Length", "0")])


def _away(asked: _Asked) -> Answer:
    """Object storage does not answer and this host has not kept the file."""
    text = _("This file cannot be fetched just now. Try again in a moment.").encode()
    headers = [*asked.always, _NOT_KEPT, ("Retry-After", "10"), ("Content-Length", str(len(text)))]
    headers.append(("Content-Type", "text/plain; charset=utf-8"))
    return Answer(503, headers, b"" if asked.is_head else text)


def _plain(asked: _Asked, source: Source, kind: str, etag: str, *, offset: int, size: int) -> Answer:
    """Bytes as they are stored: whole, a range of them, 304 or 416."""
    common = [*asked.always, ("ETag", etag), _FOR_EVER, _RANGES]
    if asked.has(etag):
        return Answer(304, common)
    wanted = None
    header = asked.meta.get("HTTP_RANGE")
    if header and not asked.is_head:
        try:
            if_range = asked.meta.get("HTTP_IF_RANGE")
            wanted = requested_range(header, if_range, etag, size, piece=RANGE_BYTES)
        except UnsatisfiableRangeError:
            beyond = [*asked.always, _NOT_KEPT, ("Content-Range", f"bytes */{size}")]
            return Answer(416, [*beyond, ("Content-Length", "0")])
    common.append(("Content-Type", kind))
    if wanted is None:
        common.append(("Content-Length", str(size)))
        return Answer(200, common, b"" if asked.is_head else _read(source, offset, size))
    common += [("Content-Length", str(wanted.length)), ("Content-Range", wanted.content_range(size))]
    return Answer(206, common, _read(source, offset + wanted.start, wanted.length))


def _deflated(asked: _Asked, entry: Entry, source: Source, kind: str) -> Answer:
    """Gzip passed through, or inflated where gzip is not wanted or a range is asked for (which is not given:
    browsers send `identity` with it)."""
    zipped = "HTTP_RANGE" not in asked.meta and _accepts_gzip(asked.meta.get("HTTP_ACCEPT_ENCODING"))
    etag = f'"{entry.crc:08x}-{entry.size:x}-{"gz" if zipped else "id"}"'
    common = [*asked.always, ("ETag", etag), _FOR_EVER, _NO_RANGES, _VARIES]
    if asked.has(etag):
        return Answer(304, common)
    length = len(_GZIP_HEADER) + entry.compressed + 8 if zipped else entry.size
    common += [("Content-Type", kind), ("Content-Length", str(length))]
    if zipped:
        common.append(_GZIPPED)
    body: bytes | Iterator[bytes] = b""
    if not asked.is_head:
        pieces = _framed(source, entry) if zipped else _inflated(source, entry)
        body = b"".join(pieces) if length <= WHOLE_BYTES else Stream(iter(pieces))
    return Answer(200, common, body)


def _read(source: Source, offset: int, length: int) -> bytes | Iterator[bytes]:
    return source.read(offset, length) if length <= WHOLE_BYTES else Stream(source.pieces(offset, length))


def _framed(source: Source, entry: Entry) -> Iterable[bytes]:
    trailer = struct.pack("<LL", entry.crc, entry.size & 0xFFFFFFFF)
    if entry.compressed <= WHOLE_BYTES:
        return (_GZIP_HEADER, source.read(entry.offset, entry.compressed), trailer)
    return chain([_GZIP_HEADER], source.pieces(entry.offset, entry.compressed), [trailer])


def _inflated(source: Source, entry: Entry) -> Iterator[bytes]:
    return _inflate(source.pieces(entry.offset, entry.compressed))


def _inflate(pieces: Iterable[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for piece in pieces:
        pending = piece
        while pending:
            data = inflater.decompress(pending, PIECE)
            pending = inflater.unconsumed_tail
            if data:
                yield data
    if rest := inflater.flush():
        yield rest
