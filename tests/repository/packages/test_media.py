"""Audio and video: taken where browsers play them, refused with advice where they do not."""

from __future__ import annotations

import io
import struct

import pytest

from repository.packages.check import check_upload
from repository.packages.codes import CODES

from .media_files import SOUND_TRACK, VIDEO, VIDEO_TRACK, box, mp3, mp4, ogg, sound, track, webm
from .test_files import checked, codes

WMV = b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9" + bytes(400)


@pytest.mark.parametrize(
    ("data", "name", "kind", "media_type"),
    [
        (VIDEO, "bai.mp4", "video", "video/mp4"),
        (mp4(VIDEO_TRACK, SOUND_TRACK, index_last=True), "bai.mp4", "video", "video/mp4"),
        (mp4(VIDEO_TRACK, brand=b"M4V "), "bai.m4v", "video", "video/mp4"),
        (mp4(SOUND_TRACK, brand=b"M4A "), "bai.m4a", "audio", "audio/mp4"),
        (mp4(SOUND_TRACK), "bai.mp4", "audio", "audio/mp4"),
        (mp3(), "bai.mp3", "audio", "audio/mpeg"),
        (mp3(tag=True), "bai.mp3", "audio", "audio/mpeg"),
        (sound(), "bai.wav", "audio", "audio/wav"),
    ],
)
def test_what_every_browser_plays(data: bytes, name: str, kind: str, media_type: str) -> None:
    report = checked(data, name)
    assert (report.kind, report.media_type, report.verdict) == (kind, media_type, "accepted")
    assert report.title == "bai"


@pytest.mark.parametrize(
    ("data", "name", "kind", "media_type"),
    [
        (webm(b"V_VP8", b"A_OPUS"), "bai.webm", "video", "video/webm"),
        (webm(b"A_OPUS"), "bai.webm", "audio", "audio/webm"),
        (ogg(b"\x01vorbis"), "bai.ogg", "audio", "audio/ogg"),
        (ogg(b"OpusHead"), "bai.opus", "audio", "audio/ogg"),
        (mp4(track(b"vide", b"av01"), SOUND_TRACK), "bai.mp4", "video", "video/mp4"),
    ],
)
def test_what_older_phones_do_not_play_is_taken_with_a_word(data, name, kind, media_type) -> None:
    report = checked(data, name)
    assert (report.kind, report.media_type) == (kind, media_type)
    assert codes(report) == ["media_newer"]


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (WMV, "bai.wmv", "media_unplayable"),
        (WMV, "bai.mp4", "media_unplayable"),
        (b"RIFF" + bytes(4) + b"AVI LIST" + bytes(400), "bai.avi", "media_unplayable"),
        (mp4(VIDEO_TRACK, brand=b"qt  "), "bai.mov", "media_unplayable"),
        (box(b"wide") + box(b"mdat", bytes(99)), "bai.mov", "media_unplayable"),
        (mp4(VIDEO_TRACK, brand=b"3gp5"), "bai.3gp", "media_unplayable"),
        (webm(b"V_VP8", doctype=b"matroska"), "bai.mkv", "media_unplayable"),
        (ogg(b"\x80theora"), "bai.ogv", "media_unplayable"),
        (b"FLV\x01" + bytes(400), "bai.flv", "media_unplayable"),
        (b"fLaC" + bytes(400), "bai.flac", "media_unplayable"),
        (mp4(track(b"vide", b"hvc1"), SOUND_TRACK), "bai.mp4", "media_codec"),
        (mp4(track(b"vide", b"mp4v"), SOUND_TRACK), "bai.mp4", "media_codec"),
        (mp4(track(b"vide", b"zzzz")), "bai.mp4", "media_codec"),
        (mp4(), "bai.mp4", "media_unplayable"),
        (sound().replace(b"fmt \x10\x00\x00\x00\x01", b"fmt \x10\x00\x00\x00\x11"), "a.wav", "media_codec"),
        (VIDEO[:1500], "bai.mp4", "truncated"),
        (mp4(VIDEO_TRACK, index_last=True)[:1900], "bai.mp4", "truncated"),
        (sound()[:3000], "a.wav", "truncated"),
        (b"nothing of the kind" * 40, "bai.mp4", "wrong_type"),
    ],
)
def test_what_browsers_do_not_play_is_refused(data: bytes, name: str, code: str) -> None:
    report = checked(data, name)
    assert (codes(report), report.verdict) == ([code], "refused")
    assert report.findings[0].message


def movie_header(version: int, scale: int, duration: int) -> bytes:
    times = bytes(16) if version else bytes(8)
    return box(
        b"mvhd",
        bytes([version, 0, 0, 0]),
        times,
        struct.pack(">IQ" if version else ">II", scale, duration),
        bytes(80),
    )


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (movie_header(0, 600, 54_000), 90.0),
        (movie_header(1, 1000, 7_200_500), 7200.5),
        (movie_header(0, 0, 54_000), 0.0),
        (movie_header(0, 600, 0xFFFFFFFF), 0.0),
        (box(b"mvhd", bytes(4)), 0.0),
    ],
)
def test_the_length_of_an_mp4(header: bytes, seconds: float) -> None:
    film = box(b"ftyp", b"isom", bytes(4)) + box(b"moov", header, VIDEO_TRACK) + box(b"mdat", bytes(100))
    assert check_upload(io.BytesIO(film), filename="a.mp4").seconds == seconds


def test_the_length_of_other_media() -> None:
    assert check_upload(io.BytesIO(sound(1.5)), filename="a.wav").seconds == 1.5
    assert check_upload(io.BytesIO(mp3()), filename="a.mp3").seconds == 0  # its header does not say
    info = b"\x15\x49\xa9\x66\x94\x2a\xd7\xb1\x83\x0f\x42\x40\x44\x89\x88" + struct.pack(">d", 12_500.0)
    film = webm(b"V_VP8") + info
    assert check_upload(io.BytesIO(film), filename="a.webm").seconds == 12.5
    endless = webm(b"V_VP8") + info[:-8] + struct.pack(">d", float("inf"))
    assert check_upload(io.BytesIO(endless), filename="a.webm").seconds == 0


def test_advice_says_how_to_export() -> None:
    for code in ("media_unplayable", "media_codec"):
        assert "MP4" in str(CODES[code].message)
        assert "H.264" in str(CODES[code].message)


def test_a_video_under_another_name_is_taken_for_what_it_is() -> None:
    for name in ("bai.zip", "bai.pdf", "bai"):
        report = checked(VIDEO, name)
        assert (report.kind, codes(report)) == ("video", ["name_differs"]), name


def test_text_with_a_byte_order_mark_is_no_sound() -> None:
    assert codes(checked("Bài giảng".encode("utf-16"), "a.txt")) == ["unsupported_type"]


def test_hostile_boxes_end() -> None:
    deep = SOUND_TRACK
    for _ in range(40):
        deep = box(b"stbl", deep)
    for data in (mp4(*[box(b"free")] * 9000), mp4(box(b"trak", deep)), mp4(box(b"trak", bytes(64)))):
        assert checked(data, "a.mp4").verdict == "refused"


class _Counted(io.BytesIO):
    taken = 0

    def read(self, size: int | None = -1) -> bytes:  # type: ignore[override]
        data = super().read(size)
        self.taken += len(data)
        return data


def test_only_heads_are_read() -> None:
    file = _Counted(mp4(VIDEO_TRACK, SOUND_TRACK, content=bytes(5_000_000), index_last=True))
    assert check_upload(file, filename="a.mp4").verdict == "accepted"
    assert file.taken < 100_000
