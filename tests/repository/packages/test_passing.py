"""What is noted of an archive while it comes in: the truth about its bytes, never more, however it is cut."""

from __future__ import annotations

import io
import random
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from repository.packages import passing, verify
from repository.packages.archive import DEFLATED, STORED, inflate, read_archive
from repository.packages.check import check_upload
from repository.packages.codes import PackageRefused
from repository.packages.limits import MB, Limits
from repository.packages.passing import Passed, Passing

from . import hostile
from .builders import PAGE, package, raw_zip, zipped

NOISE = random.Random(5).randbytes(70_000)
FILES = {"index.html": PAGE, "a/b.js": "let a = 1;" * 9_000, "c.png": NOISE, "nothing.txt": ""}
PACKAGE = package({"a/b.js": "let a = 1;" * 200, "a/c.png": NOISE[:5_000]})


def passed(data: bytes, steps: list[int] | None = None) -> Passing:
    """The archive fed in pieces of these lengths, the last of them again and again."""
    seen, start = Passing(), 0
    cut = iter(steps or [])
    step = len(data)
    while start < len(data):
        step = next(cut, step)
        seen.feed(data[start : start + step])
        start += step
    return seen


def inflated(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Paths of what is inflated at the end, from now on."""
    paths: list[str] = []

    def noted(file, member):
        paths.append(member.path)
        return inflate(file, member)

    monkeypatch.setattr(verify, "inflate", noted)
    return paths


@pytest.mark.parametrize("steps", [None, [1], [7, 30, 1, 4096], [100_000]])
def test_all_members_are_noted_however_the_archive_is_cut(
    steps: list[int] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = zipped(FILES)
    paths = inflated(monkeypatch)
    archive = read_archive(io.BytesIO(data), limits=Limits())
    verify.verify(archive, passed(data, steps).seen)
    assert paths == []
    verify.verify(archive)
    assert sorted(paths) == sorted(FILES)


def test_what_is_noted_is_what_the_bytes_are() -> None:
    data = raw_zip([(b"a.txt", b"abc" * 1_000)])
    ((start, noted),) = passed(data).seen.items()
    raw = data[start : start + noted.compressed]
    assert noted.method in (STORED, DEFLATED)
    plain = raw if noted.method == STORED else zlib.decompress(raw, -15)
    assert noted == Passed(noted.method, len(raw), 3_000, zlib.crc32(plain))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.integers(0, len(PACKAGE) - 1), st.integers(0, 255)), max_size=4),
    st.lists(st.integers(1, 3_000), max_size=8),
)
def test_the_judgement_is_the_same_with_and_without(changes: list[tuple[int, int]], steps: list[int]) -> None:
    data = bytearray(PACKAGE)
    for at, value in changes:
        data[at] = value
    plain = check_upload(io.BytesIO(data), filename="a.zip")
    aided = check_upload(io.BytesIO(data), filename="a.zip", seen=passed(bytes(data), steps).seen)
    assert [str(finding) for finding in aided.findings] == [str(finding) for finding in plain.findings]
    assert (aided.verdict, aided.files, aided.title) == (plain.verdict, plain.files, plain.title)


def test_a_directory_that_says_otherwise_is_not_believed() -> None:
    data = bytearray(zipped({"a.txt": "abc" * 100}))
    seen = passed(bytes(data)).seen
    crc = zlib.crc32(b"abc" * 100).to_bytes(4, "little")
    while (at := data.find(crc)) >= 0:
        data[at : at + 4] = b"lie!"
    archive = read_archive(io.BytesIO(data), limits=Limits())
    with pytest.raises(PackageRefused, match="member_broken"):
        verify.verify(archive, seen)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        b"%PDF-1.4" + NOISE,
        zipped(FILES)[:3_000],
        raw_zip([(b"a.txt", b"abc")], flags=0x8),
        raw_zip([(b"a.txt", b"abc")], flags=0x1),
        hostile.overlapping(),
    ],
)
def test_what_is_out_of_the_ordinary_is_left_to_the_judgement(data: bytes) -> None:
    seen = passed(data, [100])
    whole = check_upload(io.BytesIO(data), filename="a.zip")
    aided = check_upload(io.BytesIO(data), filename="a.zip", seen=seen.seen)
    assert [str(finding) for finding in aided.findings] == [str(finding) for finding in whole.findings]


def test_what_swells_is_not_inflated_while_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passing, "_SWELLS_FROM", MB)
    data = zipped({"a.txt": "x" * (40 * MB), "b.txt": "b"})
    seen = passed(data, [4_096])
    assert seen.over
    assert seen.seen == {}
    assert seen._unpacked < 3 * MB
