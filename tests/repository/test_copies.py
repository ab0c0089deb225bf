"""Copies of what goes on to object storage: few, whole, readable by several at once."""

from __future__ import annotations

import io
import random
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from repository.storage import copies


@pytest.fixture(autouse=True)
def _none_left() -> Iterator[None]:
    copies._copies.clear()
    yield
    copies._copies.clear()


def made(folder: Path, data: bytes) -> copies.Copy:
    copy = copies.Copy(folder)
    for place in range(0, len(data), 1000):
        copy.write(data[place : place + 1000])
    return copy


def test_two_read_one_copy_each_from_its_place(tmp_path: Path) -> None:
    uid, data = uuid.uuid4(), random.Random(1).randbytes(9_999)
    copies.keep(uid, made(tmp_path / "work", data))
    readers = [io.BufferedReader(reader, 512) for _ in range(2) if (reader := copies.find(uid, len(data)))]
    copies.forget(uid)
    assert copies.find(uid, len(data)) is None
    for place in (0, 5_000, 9_990, 10_500):
        for reader in readers:
            reader.seek(place)
        assert [reader.read(700) for reader in readers] == [data[place : place + 700]] * 2
    assert readers[0].seek(-9, io.SEEK_END) == 9_990
    assert list((tmp_path / "work").iterdir()) == []  # it has no name


def test_another_length_is_another_file(tmp_path: Path) -> None:
    uid = uuid.uuid4()
    copies.keep(uid, made(tmp_path, b"abc"))
    assert copies.find(uid, 4) is None


def test_they_are_few_and_not_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    uids = [uuid.uuid4() for _ in range(copies.MOST + 1)]
    for uid in uids:
        copies.keep(uid, made(tmp_path, b"abc"))
    assert [copies.find(uid, 3) is not None for uid in uids] == [False] + [True] * copies.MOST
    monkeypatch.setattr(copies.time, "monotonic", lambda: float("inf"))
    assert copies.find(uids[-1], 3) is None
    assert not copies._copies


def test_a_folder_that_cannot_be_written_means_no_copy(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert copies.begin(tmp_path / "file") is None
