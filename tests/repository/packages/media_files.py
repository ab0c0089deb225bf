"""Small audio and video files made by code: containers as programs write them, little or no content."""

from __future__ import annotations

import io
import math
import struct
import wave


def sound(seconds: float = 0.5, rate: int = 8000) -> bytes:
    """A WAV file with a tone that browsers play."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        samples = (int(9000 * math.sin(at / rate * 440 * math.tau)) for at in range(int(seconds * rate)))
        file.writeframes(b"".join(struct.pack("<h", sample) for sample in samples))
    return out.getvalue()


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", len(body) + 8, kind) + body


def track(handler: bytes, entry: bytes) -> bytes:
    """A track of MP4 with one sample entry: its handler ("vide", "soun") and its codec."""
    described = box(b"stsd", bytes(4), struct.pack(">I", 1), box(entry, bytes(16)))
    return box(
        b"trak",
        box(b"tkhd", bytes(20)),
        box(
            b"mdia",
            box(b"hdlr", bytes(8), handler, bytes(12)),
            box(b"minf", box(b"stbl", described)),
        ),
    )


VIDEO_TRACK, SOUND_TRACK = track(b"vide", b"avc1"), track(b"soun", b"mp4a")


def mp4(
    *tracks: bytes, brand: bytes = b"isom", content: bytes = bytes(2000), index_last: bool = False
) -> bytes:
    """An MP4 file; its index (moov) before or after the content."""
    index, media = box(b"moov", box(b"mvhd", bytes(20)), *tracks), box(b"mdat", content)
    parts = (media, index) if index_last else (index, media)
    return b"".join([box(b"ftyp", brand, bytes(4), b"isom"), *parts])


VIDEO = mp4(VIDEO_TRACK, SOUND_TRACK)


def webm(*codecs: bytes, doctype: bytes = b"webm") -> bytes:
    return b"\x1aE\xdf\xa3\x01" + bytes(6) + b"\x42\x82\x84" + doctype + bytes(20) + bytes(5).join(codecs)


def ogg(first: bytes) -> bytes:
    return b"OggS\x00\x02" + bytes(20) + b"\x01\x1e" + first + bytes(400)


def mp3(frames: int = 6, tag: bool = False) -> bytes:
    """MPEG-1 layer III, 128 kbit/s, 44.1 kHz: frames of 417 bytes."""
    head = b"ID3\x03\x00\x00\x00\x00\x00\x0a" + bytes(10) if tag else b""
    return head + b"".join(b"\xff\xfb\x90\x00" + bytes(413) for _ in range(frames))
