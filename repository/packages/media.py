"""Telling from its container whether browsers can play an audio or video file. Nothing is decoded.

MP4 is walked box by box (ISO/IEC 14496-12), WebM and Ogg are known by their first page, sound by its header.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from .codes import PackageRefused

#: What is taken: media type to the kind of the version and the name in sentences.
PLAYED = {
    "video/mp4": ("video", "MP4"),
    "audio/mp4": ("audio", "M4A"),
    "video/webm": ("video", "WebM"),
    "audio/webm": ("audio", "WebM"),
    "audio/ogg": ("audio", "Ogg"),
    "audio/mpeg": ("audio", "MP3"),
    "audio/wav": ("audio", "WAV"),
}

#: Containers that no browser or not every one opens, by their signature.
_UNPLAYED = (
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "Windows Media (WMV, WMA)"),
    (0, b"FLV\x01", "Flash Video (FLV)"),
    (0, b"\x00\x00\x01\xba", "MPEG (MPG, VOB)"),
    (0, b"\x00\x00\x01\xb3", "MPEG (MPG)"),
    (0, b"#!AMR", "AMR"),
    (0, b".RMF", "RealMedia"),
    (0, b"fLaC", "FLAC"),
    (0, b"\xff\xf1", "AAC"),
    (0, b"\xff\xf9", "AAC"),
)
_PICTURE_BRANDS = frozenset({b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis"})
_SOUND_BRANDS = frozenset({b"M4A ", b"M4B "})
#: Sample entries of MP4 (its codecs) that every browser plays, and names for those that it does not.
_GOOD_ENTRIES = frozenset({b"avc1", b"avc3", b"mp4a", b".mp3"})
_NEWER_ENTRIES = {b"av01": "AV1", b"vp09": "VP9", b"Opus": "Opus", b"fLaC": "FLAC"}
_OTHER_ENTRIES = {
    b"hvc1": "H.265 (HEVC)",
    b"hev1": "H.265 (HEVC)",
    b"dvh1": "Dolby Vision",
    b"mp4v": "MPEG-4 Visual (DivX, Xvid)",
    b"s263": "H.263",
    b"samr": "AMR",
    b"alac": "Apple Lossless",
    b"ac-3": "Dolby Digital",
    b"ec-3": "Dolby Digital Plus",
}
_CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl"})
_HANDLERS = {b"vide": "video", b"soun": "audio"}
_MOST_BOXES, _DEEPEST = 4000, 4
_PCM_TAGS = frozenset({0x0001, 0x0003, 0xFFFE})


@dataclass(frozen=True, slots=True)
class Media:
    """A file that browsers play: a key of `PLAYED`, whether devices of some years do not yet, and its length
    in seconds as the container says it, 0 where it does not."""

    media_type: str
    newer: str = ""
    seconds: float = 0.0


def is_media(head: bytes) -> bool:
    """Whether a file's beginning is that of sound or video, playable or not."""
    return bool(
        (head[4:8] == b"ftyp" and head[8:12] not in _PICTURE_BRANDS)
        or head[4:8] in (b"moov", b"mdat", b"wide")
        or head.startswith((b"\x1aE\xdf\xa3", b"OggS", b"ID3"))
        or (head[:4] == b"RIFF" and head[8:12] in (b"WAVE", b"AVI "))
        or _is_mpeg_audio(head)
        or any(head[at:].startswith(mark) for at, mark, _ in _UNPLAYED)
    )


def check_media(file: BinaryIO, head: bytes, length: int) -> Media:
    """What kind of media `file` is, of `length` bytes, the first of them `head`.

    Raises PackageRefused: `media_unplayable` (container), `media_codec`, `truncated`.
    """
    for at, mark, name in _UNPLAYED:
        if head[at:].startswith(mark):
            raise PackageRefused("media_unplayable", found=name)
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide"):
        return _mp4(file, head, length)
    if head.startswith(b"\x1aE\xdf\xa3"):
        return _matroska(head)
    if head.startswith(b"OggS"):
        return _ogg(head)
    if head[:4] == b"RIFF":
        return _riff(head, length)
    return Media("audio/mpeg")


def _is_mpeg_audio(head: bytes) -> bool:
    """A frame header of MPEG-1 or 2 layer III with a bit rate and sampling rate that exist, twice in step."""
    size = _frame_length(head)
    return bool(size) and (len(head) < size + 4 or bool(_frame_length(head[size:])))


def _frame_length(data: bytes) -> int:
    """Bytes of the layer III frame that begins here (ISO/IEC 11172-3, 2.4.2.3); 0 if none does."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE0 != 0xE0 or data[1] & 0x06 != 0x02:
        return 0
    version, rate, sampling = (data[1] >> 3) & 3, data[2] >> 4, (data[2] >> 2) & 3
    if version == 1 or rate in (0, 15) or sampling == 3:
        return 0
    first = version == 3
    rates = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320) if first else (
        8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160,
    )  # fmt: skip
    hertz = (44100, 48000, 32000)[sampling] // {3: 1, 2: 2, 0: 4}[version]
    return (144 if first else 72) * rates[rate - 1] * 1000 // hertz + ((data[2] >> 1) & 1)


# MP4


def _boxes(file: BinaryIO, start: int, stop: int) -> Iterator[tuple[bytes, int, int]]:
    """(type, first byte of the content, end) of each box of a stretch. Raises PackageRefused: `truncated`."""
    while start + 8 <= stop:
        file.seek(start)
        size, kind = struct.unpack(">I4s", file.read(8))
        content = start + 8
        if size == 1:
            size = int.from_bytes(file.read(8), "big")
            content += 8
        elif size == 0:
            size = stop - start
        end = start + size
        if end < content or end > stop:
            raise PackageRefused("truncated")
        yield kind, content, end
        start = end


def _mp4(file: BinaryIO, head: bytes, length: int) -> Media:
    brand = head[8:12] if head[4:8] == b"ftyp" else b"qt  "
    if brand == b"qt  ":
        raise PackageRefused("media_unplayable", found="QuickTime (MOV)")
    if brand.startswith(b"3g"):
        raise PackageRefused("media_unplayable", found="3GP")
    top = list(_few(_boxes(file, 0, length)))
    whole = next(((start, end) for kind, start, end in top if kind == b"moov"), None)
    if whole is None:  # the recorder was stopped before it could write its index, or the copy was
        raise PackageRefused("truncated")
    tracks = _tracks(file, *whole)
    for _handler, entry in tracks:
        if entry in _OTHER_ENTRIES:
            raise PackageRefused("media_codec", codec=_OTHER_ENTRIES[entry])
        if entry not in _GOOD_ENTRIES and entry not in _NEWER_ENTRIES:
            raise PackageRefused("media_codec", codec=entry.decode("latin-1").strip() or "?")
    if not tracks:
        raise PackageRefused("media_unplayable", found="MP4")
    newer = next((_NEWER_ENTRIES[entry] for _, entry in tracks if entry in _NEWER_ENTRIES), "")
    pictures = any(handler == "video" for handler, _ in tracks) and brand not in _SOUND_BRANDS
    return Media("video/mp4" if pictures else "audio/mp4", newer, _mp4_seconds(file, *whole))


def _mp4_seconds(file: BinaryIO, start: int, stop: int) -> float:
    """The length that the movie header says (ISO/IEC 14496-12, 8.2.2): duration by timescale."""
    for kind, first, end in _few(_boxes(file, start, stop)):
        if kind != b"mvhd" or end - first < 20:
            continue
        file.seek(first)
        body = file.read(min(end - first, 32))
        if body[0] == 1 and len(body) >= 32:
            scale, duration = struct.unpack(">IQ", body[20:32])
        else:
            scale, duration = struct.unpack(">II", body[12:20])
        unknown = duration in (0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF)
        return _sensible(duration / scale) if scale and not unknown else 0.0
    return 0.0


def _sensible(seconds: float) -> float:
    """A length that can be one: under ten days, not negative; else 0, not known."""
    return round(seconds, 2) if 0 < seconds < 864_000 else 0.0


def _few(boxes: Iterator[tuple[bytes, int, int]]) -> Iterator[tuple[bytes, int, int]]:
    for number, box in enumerate(boxes):
        if number >= _MOST_BOXES:
            return
        yield box


def _tracks(file: BinaryIO, start: int, stop: int) -> list[tuple[str, bytes]]:
    """("video" or "audio", first sample entry) of the tracks that are seen or heard."""
    found = []
    for kind, first, end in _few(_boxes(file, start, stop)):
        if kind == b"trak":
            facts: dict[str, bytes] = {}
            _read_track(file, first, end, facts)
            handler = _HANDLERS.get(facts.get("handler", b""))
            if handler:
                found.append((handler, facts.get("entry", b"")))
    return found


def _read_track(file: BinaryIO, start: int, stop: int, facts: dict[str, bytes], depth: int = 0) -> None:
    for kind, first, end in _few(_boxes(file, start, stop)):
        if kind in _CONTAINERS and depth < _DEEPEST:
            _read_track(file, first, end, facts, depth + 1)
        elif kind == b"hdlr" and "handler" not in facts:
            file.seek(first + 8)
            facts["handler"] = file.read(4)
        elif kind == b"stsd":
            file.seek(first + 12)
            facts["entry"] = file.read(4)


# The others


def _matroska(head: bytes) -> Media:
    if b"webm" not in head[:64]:
        raise PackageRefused("media_unplayable", found="Matroska (MKV)")
    codecs = set(re.findall(rb"[VA]_[A-Z0-9/]{3,20}", head))
    video = any(codec.startswith(b"V_") for codec in codecs)
    return Media("video/webm" if video else "audio/webm", "WebM", _matroska_seconds(head))


def _matroska_seconds(head: bytes) -> float:
    """The length among a file's first facts (RFC 9559, 5.1.2): Duration by TimestampScale, in nanoseconds.

    Recordings of a browser have none.
    """
    at = head.find(b"\x15\x49\xa9\x66")
    facts = head[at : at + 4096] if at >= 0 else b""
    found = re.search(rb"\x44\x89(?:\x84(.{4})|\x88(.{8}))", facts, re.DOTALL)
    scale = re.search(rb"\x2a\xd7\xb1([\x81-\x84])(.{4})", facts, re.DOTALL)
    if found is None:
        return 0.0
    (ticks,) = struct.unpack(">f", found[1]) if found[1] else struct.unpack(">d", found[2])
    size = scale[1][0] & 0x0F if scale else 0
    tick = int.from_bytes(scale[2][:size], "big") if scale else 1_000_000
    seconds = ticks * tick / 1e9
    return _sensible(seconds) if math.isfinite(seconds) else 0.0


def _ogg(head: bytes) -> Media:
    first = head[:4096]
    if b"\x80theora" in first:
        raise PackageRefused("media_unplayable", found="Ogg Theora (OGV)")
    if b"\x01vorbis" not in first and b"OpusHead" not in first:
        raise PackageRefused("media_codec", codec="Ogg")
    return Media("audio/ogg", "Ogg")


def _riff(head: bytes, length: int) -> Media:
    if head[8:12] == b"AVI ":
        raise PackageRefused("media_unplayable", found="AVI")
    at = head.find(b"fmt ", 12, 4096)
    if at < 0 or len(head) < at + 10:
        raise PackageRefused("truncated")
    if int.from_bytes(head[at + 8 : at + 10], "little") not in _PCM_TAGS:
        raise PackageRefused("media_codec", codec="WAV (ADPCM …)")
    said = int.from_bytes(head[4:8], "little")
    if said not in (0, 0xFFFFFFFF) and said + 8 > length + 1:  # programs that stream leave it open
        raise PackageRefused("truncated")
    rate = int.from_bytes(head[at + 16 : at + 20], "little")
    data = head.find(b"data", at)
    size = int.from_bytes(head[data + 4 : data + 8], "little") if data >= 0 else 0
    known = rate and size and size <= length
    return Media("audio/wav", seconds=_sensible(size / rate) if known else 0.0)
