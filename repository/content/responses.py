"""Answers with the bytes of stored files: gzip passed through, ranges, 304, and the headers of the origin.

For a deflated member ten bytes of gzip header, the member's own bytes and eight bytes of trailer are a valid
gzip body (RFC 1952), which costs no processor.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from repository.content.ranges import (
    UnsatisfiableRangeError,
    accepts_gzip,
    matches,
    requested_range,
)
from repository.content.stored import Source
from repository.packages.index import Entry
from repository.packages.mediatypes import content_type

SANDBOX = "allow-scripts allow-same-origin allow-forms allow-popups allow-modals allow-downloads"

#: Larger bodies are sent in pieces, so that a video does not lie in memory.
_WHOLE_BYTES = 1024 * 1024
_PIECE = 256 * 1024
_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_FOR_EVER = "private, max-age=31536000, immutable"

_accepts_gzip = lru_cache(maxsize=256)(accepts_gzip)


@lru_cache(maxsize=8)
def origin_headers(site: str, *, sandboxed: bool) -> dict[str, str]:
    """Headers of every answer of the content origin.

    `'self'` among the ancestors because a SCO's parent is the player, on this same origin.
    """
    policy = f"frame-ancestors 'self' {site}"
    return {
        "Content-Security-Policy": f"{policy}; sandbox {SANDBOX}" if sandboxed else policy,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def set_origin_headers(response: HttpResponseBase, *, sandboxed: bool = True) -> None:
    headers = response.headers
    for name, value in origin_headers(settings.SITE_URL, sandboxed=sandboxed).items():
        headers[name] = value


def refusal(status: int, text: str = "") -> HttpResponse:
    """An answer without a file; not to be kept by anybody."""
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    set_origin_headers(response)
    response.headers["Cache-Control"] = "no-store"
    return response


def member_response(
    request: HttpRequest, entry: Entry, source: Source, media: Source | None
) -> HttpResponseBase:
    """A package's file. `media`: the object of a media member that is stored on its own, if there is one."""
    kind = content_type(entry.media_type)
    if entry.deflated and media is None:
        return _deflated(request, entry, source, kind)
    return _plain(
        request,
        source if media is None else media,
        kind,
        f'"{entry.crc:08x}-{entry.size:x}-id"',
        offset=entry.offset if media is None else 0,
        size=entry.size,
    )


def single_response(
    request: HttpRequest, source: Source, kind: str, etag: str, *, sandboxed: bool = True
) -> HttpResponseBase:
    """A version that is one file, with ranges."""
    return _plain(request, source, kind, etag, offset=0, size=source.size, sandboxed=sandboxed)


def _with_headers(
    response: HttpResponseBase, etag: str, *, ranges: bool, varies: bool = False, sandboxed: bool = True
) -> HttpResponseBase:
    set_origin_headers(response, sandboxed=sandboxed)
    headers = response.headers
    headers["ETag"] = etag
    headers["Cache-Control"] = _FOR_EVER
    headers["Accept-Ranges"] = "bytes" if ranges else "none"
    if varies:
        headers["Vary"] = "Accept-Encoding"
    return response


def _plain(
    request: HttpRequest,
    source: Source,
    kind: str,
    etag: str,
    *,
    offset: int,
    size: int,
    sandboxed: bool = True,
) -> HttpResponseBase:
    """Bytes as they are stored: whole, a range of them, 304 or 416."""
    meta = request.META
    if matches(meta.get("HTTP_IF_NONE_MATCH"), etag):
        return _with_headers(HttpResponse(status=304), etag, ranges=True, sandboxed=sandboxed)
    wanted = None
    if request.method == "GET":
        try:
            wanted = requested_range(meta.get("HTTP_RANGE"), meta.get("HTTP_IF_RANGE"), etag, size)
        except UnsatisfiableRangeError:
            refused = refusal(416)
            refused.headers["Content-Range"] = f"bytes */{size}"
            return refused
    start, length = (wanted.start, wanted.length) if wanted else (0, size)
    response = _body(request, _pieces(source, offset + start, length), length, kind)
    if wanted:
        response.status_code = 206
        response.headers["Content-Range"] = wanted.content_range(size)
    return _with_headers(response, etag, ranges=True, sandboxed=sandboxed)


def _deflated(request: HttpRequest, entry: Entry, source: Source, kind: str) -> HttpResponseBase:
    """Gzip passed through, or inflated where gzip is not wanted or a range is asked for (which is not given:
    browsers send `identity` with it)."""
    meta = request.META
    zipped = _accepts_gzip(meta.get("HTTP_ACCEPT_ENCODING")) and "HTTP_RANGE" not in meta
    etag = f'"{entry.crc:08x}-{entry.size:x}-{"gz" if zipped else "id"}"'
    if matches(meta.get("HTTP_IF_NONE_MATCH"), etag):
        return _with_headers(HttpResponse(status=304), etag, ranges=False, varies=True)
    if zipped:
        trailer = struct.pack("<LL", entry.crc, entry.size & 0xFFFFFFFF)
        length = len(_GZIP_HEADER) + entry.compressed + len(trailer)
        pieces = _framed(source, entry, trailer)
    else:
        length = entry.size
        pieces = _inflated(source, entry)
    response = _body(request, pieces, length, kind)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    return _with_headers(response, etag, ranges=False, varies=True)


def _body(request: HttpRequest, pieces: Iterator[bytes], length: int, kind: str) -> HttpResponseBase:
    response: HttpResponseBase
    if request.method == "HEAD":
        response = HttpResponse(content_type=kind)
    elif length <= _WHOLE_BYTES:
        response = HttpResponse(b"".join(pieces), content_type=kind)
    else:
        response = StreamingHttpResponse(pieces, content_type=kind)
    response.headers["Content-Length"] = str(length)
    return response


def _pieces(source: Source, offset: int, length: int) -> Iterator[bytes]:
    stop = offset + length
    while offset < stop:
        size = min(_PIECE if length > _WHOLE_BYTES else length, stop - offset)
        yield source.read(offset, size)
        offset += size


def _framed(source: Source, entry: Entry, trailer: bytes) -> Iterator[bytes]:
    yield _GZIP_HEADER
    yield from _pieces(source, entry.offset, entry.compressed)
    yield trailer


def _inflated(source: Source, entry: Entry) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for piece in _pieces(source, entry.offset, entry.compressed):
        pending = piece
        while pending:
            data = inflater.decompress(pending, _PIECE)
            pending = inflater.unconsumed_tail
            if data:
                yield data
    if rest := inflater.flush():
        yield rest
