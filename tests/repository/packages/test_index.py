"""The index document and its look-ups."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest

from repository.packages import index
from repository.packages.archive import read_archive
from repository.packages.limits import Limits
from repository.packages.mediatypes import content_type, is_media, media_type

from .builders import zipped


def of(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> index.Index:
    archive = read_archive(io.BytesIO(zipped(files, method=method)), limits=Limits())
    return index.load(index.dump(index.build(archive.members)))


def test_entry_points_at_the_bytes() -> None:
    data = zipped({"a.js": b"let a = 1;" * 30, "b.png": b"\x89PNG"})
    archive = read_archive(io.BytesIO(data), limits=Limits())
    built = index.build(archive.members)
    again = index.load(index.dump(built))
    assert list(again) == list(built)
    entry = again.find("a.js")
    assert entry is not None
    assert zlib.decompress(data[entry.offset : entry.offset + entry.compressed], -15) == b"let a = 1;" * 30
    assert (entry.media_type, entry.size, entry.deflated) == ("text/javascript", 300, True)
    assert entry.crc == zlib.crc32(b"let a = 1;" * 30)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("Images/Logo.PNG", "Images/Logo.PNG"),
        ("images/logo.png", "Images/Logo.PNG"),
        ("Bài 1.html", "Bài 1.html"),
        ("B%C3%A0i%201.html", "Bài 1.html"),
        ("BÀI 1.HTML", "Bài 1.html"),
        ("Ba\u0300i 1.html", "Bài 1.html"),
        ("100%.html", "100%.html"),
        ("Logo.PNG", None),
        ("", None),
        ("Images/", None),
    ],
)
def test_look_up(asked: str, found: str | None) -> None:
    entry = of({"Images/Logo.PNG": b"x", "Bài 1.html": b"x", "100%.html": b"x"}).find(asked)
    assert (entry.path if entry else None) == found


def test_exact_name_beats_the_other_case() -> None:
    known = of({"a.html": b"1", "A.html": b"22"})
    assert [known.find(name).size for name in ("a.html", "A.html")] == [1, 2]  # type: ignore[union-attr]


def test_media_members_are_deflated_audio_and_video_only() -> None:
    assert of({"a.mp4": b"x" * 99}).find("a.mp4").is_media_member  # type: ignore[union-attr]
    assert not of({"a.mp4": b"x"}, zipfile.ZIP_STORED).find("a.mp4").is_media_member  # type: ignore[union-attr]
    assert not of({"a.png": b"x" * 99}).find("a.png").is_media_member  # type: ignore[union-attr]


def test_two_thousand_files_stay_small() -> None:
    known = of(
        {f"story_content/slides/{n:04d}/image_{n * 7919}.png": bytes([n % 251]) * 20 for n in range(2000)}
    )
    document = index.dump(known)
    assert len(document) < 60_000
    assert list(index.load(document)) == list(known)


@pytest.mark.parametrize(
    "data", [b"", b"junk", zlib.compress(b"{}"), zlib.compress(b'{"v":9}'), zlib.compress(b"[]")]
)
def test_what_is_no_index(data: bytes) -> None:
    with pytest.raises(ValueError, match="index document"):
        index.load(data)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a/b.HTML", "text/html"),
        ("a.mjs", "text/javascript"),
        ("a.wasm", "application/wasm"),
        ("a.woff2", "font/woff2"),
        ("a.vtt", "text/vtt"),
        ("a.m4a", "audio/mp4"),
        ("a.json", "application/json"),
        ("a.svg", "image/svg+xml"),
        ("folder.js/readme", "application/octet-stream"),
        ("a.unknown", "application/octet-stream"),
    ],
)
def test_media_types(path: str, kind: str) -> None:
    assert media_type(path) == kind


def test_content_type_says_utf8_for_scripts_but_not_for_pages() -> None:
    assert content_type("text/javascript") == "text/javascript; charset=utf-8"
    assert content_type("text/html") == "text/html"
    assert is_media("audio/mpeg")
    assert not is_media("image/png")
