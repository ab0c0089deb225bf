"""The zip reader against archives that are broken, lie, or are made to do harm."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib

import pytest

from repository.packages import verify as verifying
from repository.packages.archive import Archive, inflate, read_archive, read_member
from repository.packages.codes import PackageRefused
from repository.packages.limits import Limits
from repository.packages.verify import verify

from .builders import central, package, patched, raw_zip, zipped


def opened(data: bytes, limits: Limits | None = None) -> Archive:
    archive = read_archive(io.BytesIO(data), limits=limits or Limits())
    verify(archive)
    return archive


def refusal(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(PackageRefused) as caught:
        opened(data, limits)
    return caught.value.finding.code


def names(data: bytes) -> list[str]:
    return [member.path for member in opened(data).members]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_members_come_back_as_they_went_in(method: int) -> None:
    content = {"a.txt": b"x" * 700_000, "ảnh/b.bin": bytes(range(256)) * 40, "empty": b""}
    archive = opened(zipped(content, method=method))
    read = {m.path: b"".join(inflate(archive.file, m)) for m in archive.members}
    assert read == content
    assert archive.unpacked_bytes == sum(map(len, content.values()))


@pytest.mark.parametrize("broken", [(), (1,), (8,), (8, 1)])
def test_a_large_archive_is_read_by_two_threads(broken: tuple[int, ...], monkeypatch) -> None:
    """Each its half; of two faults the one that lies first in the file is told."""
    monkeypatch.setattr(verifying, "TWO_THREADS_FROM", 1)
    content = {f"{number}.bin": bytes([number]) * 300_000 for number in range(10)}
    data = bytearray(zipped(content, method=zipfile.ZIP_STORED))
    for number in broken:
        data[data.index(bytes([number]) * 1000) + 500] ^= 1
    if not broken:
        assert len(opened(bytes(data)).members) == 10
        return
    with pytest.raises(PackageRefused) as caught:
        opened(bytes(data))
    assert caught.value.finding.code == "member_broken"
    assert caught.value.finding.path == f"{min(broken)}.bin"


def test_data_offset_is_that_of_the_bytes_themselves() -> None:
    data = zipped({"a.js": b"let a = 1;" * 50})
    (member,) = opened(data).members
    assert zlib.decompress(data[member.offset : member.offset + member.compressed], -15) == b"let a = 1;" * 50


def test_reading_a_piece_stops_early() -> None:
    archive = opened(zipped({"a": b"ab" * 1_000_000}, method=zipfile.ZIP_STORED))
    assert read_member(archive.file, archive.members[0], at_most=3) == b"aba"


def test_streamed_entries_with_data_descriptors() -> None:
    class Unseekable(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, block) -> int:
            self.data += bytes(block)
            return len(block)

    sink = Unseekable()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"hello" * 100)
        archive.writestr("b.txt", b"")
    assert names(bytes(sink.data)) == ["a.txt", "b.txt"]


def test_a_program_before_the_archive_and_bytes_after_it() -> None:
    assert names(b"MZ" + b"\0" * 500 + package() + b"\r\n") == ["imsmanifest.xml", "index.html"]


@pytest.mark.parametrize("cut", [1, 10, 22, 100, 300])
def test_cut_off_at_the_end(cut: int) -> None:
    assert refusal(package()[:-cut]) == "archive_broken"


def test_nothing_and_not_a_zip() -> None:
    assert refusal(b"") == "empty_file"
    assert refusal(b"PK\x03\x04" + b"\0" * 100) == "archive_broken"


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "a/../../x",
        "..\\x",
        "a\\..\\..\\x",
        "/etc/passwd",
        "\\\\server\\x",
        "C:/x",
        "c:x",
        "a/..",
        "x" * 1025,
    ],
)
def test_paths_that_leave_the_package(name: str) -> None:
    assert refusal(raw_zip([(b"index.html", b"x"), (name.encode(), b"x")])) == "path_unsafe"


@pytest.mark.parametrize(
    ("name", "path"),
    [("a\\b.html", "a/b.html"), ("./a//b.html", "a/b.html"), ("a..b/...", "a..b/..."), ("a/./b", "a/b")],
)
def test_paths_are_put_right(name: str, path: str) -> None:
    assert names(raw_zip([(name.encode(), b"x")])) == [path]


def test_names_in_old_encodings() -> None:
    vietnamese = "Bài giảng/Tiếng Việt.html"
    for encoding in ("utf-8", "cp1258"):
        import unicodedata

        raw = unicodedata.normalize("NFC", vietnamese)
        if encoding == "cp1258":
            # cp1258 writes the tone mark apart from the letter: à is one byte, ế is ê + mark.
            raw = "".join(_for_cp1258(character) for character in raw)
        archive = opened(raw_zip([(raw.encode(encoding), b"x")]))
        assert [member.path for member in archive.members] == [vietnamese]
        assert [finding.code for finding in archive.findings] == ["names_recoded"]


def _for_cp1258(character: str) -> str:
    import unicodedata

    try:
        character.encode("cp1258")
    except UnicodeEncodeError:
        pieces = unicodedata.normalize("NFD", character)
        # base + shape mark stay together (â, ê, ô, ơ, ư, ă), the tone mark is apart
        shape = [p for p in pieces[1:] if p in "\u0302\u0306\u031b"]
        tone = [p for p in pieces[1:] if p not in "\u0302\u0306\u031b"]
        return unicodedata.normalize("NFC", pieces[0] + "".join(shape)) + "".join(tone)
    return character


def test_names_flagged_utf8_are_not_reported() -> None:
    archive = opened(zipped({"Bài 1.html": b"x"}))
    assert archive.members[0].path == "Bài 1.html"
    assert archive.findings == []


def test_nul_in_a_name() -> None:
    assert refusal(raw_zip([(b"a\0.html", b"x")])) == "name_broken"


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_links_and_devices(kind: int) -> None:
    assert refusal(raw_zip([(b"a", b"/etc/passwd")], made_by=3 << 8 | 20, mode=kind | 0o777)) == "link_inside"


def test_what_systems_leave_behind_is_left_aside() -> None:
    data = zipped(
        {"__MACOSX/._a": b"x", ".DS_Store": b"x", "p/Thumbs.db": b"x", "p/._b": b"x", "index.html": b"x"}
    )
    archive = opened(data)
    assert [member.path for member in archive.members] == ["index.html"]
    (finding,) = archive.findings
    assert (finding.code, finding.params["count"]) == ("litter_ignored", 4)


def test_of_two_files_with_one_name_the_later_counts() -> None:
    archive = opened(raw_zip([(b"a", b"first"), (b"a", b"second")]))
    assert [b"".join(inflate(archive.file, member)) for member in archive.members] == [b"second"]
    assert [finding.code for finding in archive.findings] == ["names_duplicate"]


def test_limits() -> None:
    data = zipped({f"{n}.txt": b"x" * 100 for n in range(5)})
    assert refusal(data, Limits(package_bytes=100)) == "package_too_large"
    assert refusal(data, Limits(entries=4)) == "too_many_entries"
    assert refusal(data, Limits(unpacked_bytes=499)) == "unpacked_too_large"
    assert opened(data, Limits(entries=5, unpacked_bytes=500)).members


def test_ratio_counts_for_large_members_only() -> None:
    assert refusal(zipped({"a": b"\0" * 3_000_000})) == "ratio_too_high"
    assert opened(zipped({"a": b"\0" * 1_000_000})).members


def test_a_size_that_deflate_cannot_reach_is_a_lie() -> None:
    data = zipped({"a": b"\0" * 1000})
    size = struct.pack("<L", 500_000_000)
    lying = patched(patched(data, 22, size), central(data) + 24, size)
    assert refusal(lying) == "member_broken"


def test_encrypted_by_flag_and_by_method() -> None:
    data = package()
    assert refusal(patched(data, central(data) + 8, b"\x01\x00")) == "encrypted"
    assert refusal(patched(data, central(data) + 10, struct.pack("<H", 99))) == "encrypted"


def test_unknown_method() -> None:
    data = package()
    assert refusal(patched(data, central(data) + 10, struct.pack("<H", 12))) == "method_unsupported"


def test_second_disk() -> None:
    data = package()
    end = data.rindex(b"PK\x05\x06")
    assert refusal(patched(data, end + 4, b"\x01\x00")) == "archive_split"
    assert refusal(patched(data, end + 8, b"\x01\x00")) == "archive_split"


def test_header_and_directory_disagree() -> None:
    data = package()
    assert refusal(patched(data, 30, b"x")) == "header_mismatch"  # name
    assert refusal(patched(data, 8, b"\x00\x00")) == "header_mismatch"  # method
    assert refusal(patched(data, 0, b"PK\x03\x05")) == "header_mismatch"
    assert refusal(patched(data, 18, b"\x01\x00\x00\x00")) == "header_mismatch"  # compressed size


def test_data_beyond_the_end() -> None:
    data = package()
    at = central(data, 1)
    assert refusal(patched(data, at + 20, struct.pack("<L", 2**31 - 1))) == "outside_archive"
    assert refusal(patched(data, at + 42, struct.pack("<L", len(data)))) == "outside_archive"


def test_members_on_top_of_each_other() -> None:
    data = raw_zip([(b"a", b"x" * 50), (b"a", b"y" * 50)])
    second = central(data, 1)
    assert refusal(patched(data, second + 42, struct.pack("<L", 0))) == "members_overlap"


def test_changed_bytes_fail_the_checksum() -> None:
    stored = raw_zip([(b"a.txt", b"hello")])
    assert refusal(patched(stored, 35, b"J")) == "member_broken"
    data = zipped({"a.txt": b"hello world " * 1000})
    wrong = struct.pack("<L", 1)
    assert refusal(patched(patched(data, 14, wrong), central(data) + 16, wrong)) == "member_broken"


def test_bytes_after_the_deflate_stream() -> None:
    """They would follow the file to the browser, which gets the compressed bytes as they are."""
    deflated = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = deflated.compress(b"hello") + deflated.flush()
    data = raw_zip([(b"a", body + b"junk")])
    figures = struct.pack("<3L", zlib.crc32(b"hello"), len(body) + 4, 5)
    at = central(data)
    data = patched(patched(data, 14, figures), at + 16, figures)
    data = patched(patched(data, 8, b"\x08\x00"), at + 10, b"\x08\x00")
    assert refusal(data) == "member_broken"


def test_zip64_directory() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, archive.open("a.bin", "w", force_zip64=True) as member:
        member.write(b"abc")
    assert names(buffer.getvalue()) == ["a.bin"]


def test_extra_field_that_runs_over_its_end() -> None:
    info = zipfile.ZipInfo("a.txt")
    info.extra = struct.pack("<HH", 0x7875, 4) + b"abcd"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(info, b"x")
    data = buffer.getvalue()
    at = central(data) + 46 + len("a.txt") + 2
    assert refusal(patched(data, at, struct.pack("<H", 5))) == "header_mismatch"


def test_little_in_very_many_bytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Empty blocks before the data: who goes by the ten bytes that come out would read all of them."""

    class Stuffed:
        def compress(self, data: bytes) -> bytes:
            return (
                b"\0\0\0\xff\xff" * 60_000
                + bytes([1, *struct.pack("<2H", len(data), len(data) ^ 0xFFFF)])
                + data
            )

        def flush(self) -> bytes:
            return b""

    monkeypatch.setattr(zipfile, "_get_compressor", lambda *_: Stuffed())
    stuffed = io.BytesIO()
    with zipfile.ZipFile(stuffed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"ten  bytes")
    assert zipfile.ZipFile(stuffed).read("a.txt") == b"ten  bytes"
    assert refusal(stuffed.getvalue()) == "member_broken"
