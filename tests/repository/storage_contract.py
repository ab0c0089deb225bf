"""What every storage of blobs must do; run on each by ``test_storage.py``."""

from __future__ import annotations

import hashlib
import random
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from repository.storage import FolderStorage, PartLostError, S3Storage, StorageBusyError

MB = 1024 * 1024
Storage = FolderStorage | S3Storage


@dataclass
class Notes:
    """A caller's record in memory: what is kept changes together with the offset, or not at all."""

    size: int
    offset: int = 0
    kept: dict[str, Any] = field(default_factory=dict)
    numbers: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def claim(self) -> int:
        with self.lock:
            self.numbers += 1
            return self.numbers

    def record(self, offset: int, part: Any) -> bool:
        with self.lock:
            if self.offset != offset or part.reached <= offset:
                return False
            self.offset, self.kept = part.reached, dict(part.kept)
            return True

    def copy(self) -> Notes:
        """What a second request has read before the first one wrote."""
        return Notes(self.size, self.offset, dict(self.kept), self.numbers)


def noise(size: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(size)


def add(storage: Storage, uid: uuid.UUID, notes: Notes, data: bytes, step: int = 256 * 1024) -> None:
    """One request that brings `data`, and its record."""
    offset = notes.offset
    with storage.part(uid, notes) as part:
        part.append(offset, (data[place : place + step] for place in range(0, len(data), step)), len(data))
    assert notes.record(offset, part)


def content(storage: Storage, uid: uuid.UUID) -> bytes:
    with storage.open(uid) as file:
        return file.read()


class StorageContract:
    """Subclasses bring the fixture ``storage``."""

    # Written at once

    @pytest.mark.parametrize("size", [0, 1, 5 * MB, 8 * MB, 8 * MB + 1, 20 * MB])
    @pytest.mark.parametrize("announced", [True, False])
    def test_what_was_written_is_read(self, storage: Storage, size: int, announced: bool) -> None:
        uid, data = uuid.uuid4(), noise(size)
        with storage.create(uid, size if announced else None) as writer:
            for place in range(0, size, 3 * MB):
                writer.write(data[place : place + 3 * MB])
        assert writer.size == size
        assert storage.size(uid) == size
        assert content(storage, uid) == data

    def test_nothing_is_there_before_all_is(self, storage: Storage) -> None:
        uid = uuid.uuid4()
        with storage.create(uid) as writer:
            writer.write(noise(9 * MB))
            assert not storage.exists(uid)
        assert storage.exists(uid)

    @pytest.mark.parametrize("announced", [True, False])
    def test_a_writer_that_fails_leaves_nothing(self, storage: Storage, left: Any, announced: bool) -> None:
        for size in (10, 30 * MB):
            uid, whole = uuid.uuid4(), size if announced else None
            with pytest.raises(RuntimeError, match="stop"), storage.create(uid, whole) as writer:
                writer.write(bytes(size))
                raise RuntimeError("stop")
            assert not storage.exists(uid)
        assert left() == []

    @pytest.mark.parametrize("came", [3, 11])
    def test_another_length_than_announced_leaves_nothing(
        self, storage: Storage, left: Any, came: int
    ) -> None:
        uid = uuid.uuid4()
        with pytest.raises(OSError, match="announced"), storage.create(uid, 10) as writer:
            writer.write(bytes(came))
        assert not storage.exists(uid)
        assert left() == []

    def test_what_is_not_there(self, storage: Storage) -> None:
        uid = uuid.uuid4()
        assert not storage.exists(uid)
        for ask in (storage.size, storage.open, storage.at_hand):
            with pytest.raises(FileNotFoundError):
                ask(uid)

    # Read

    @pytest.mark.parametrize("way", ["open", "at_hand"])
    def test_reading_anywhere(self, storage: Storage, way: str) -> None:
        uid, data = uuid.uuid4(), noise(9 * MB + 77)
        with storage.create(uid) as writer:
            writer.write(data)
        chance = random.Random(7)
        with getattr(storage, way)(uid) as file:
            assert file.seek(0, 2) == len(data)
            assert file.read() == b""
            for _ in range(30):
                place, length = chance.randrange(len(data)), chance.choice([1, 30, 70_000, 300_000])
                file.seek(place)
                assert file.read(length) == data[place : place + length]
                assert file.tell() == min(place + length, len(data))
            file.seek(0)
            assert file.read() == data
            file.seek(len(data) + 5)
            assert file.read(10) == b""

    def test_a_huge_blob_is_hashed_piece_by_piece(self, storage: Storage) -> None:
        uid, block, total = uuid.uuid4(), bytes(MB), hashlib.sha256()
        with storage.create(uid) as writer:
            for _ in range(64):
                writer.write(block)
                total.update(block)
        with storage.open(uid) as file:
            assert hashlib.file_digest(file, "sha256").digest() == total.digest()

    # Arriving in several requests

    @pytest.mark.parametrize(
        "sizes",
        [[1], [3, 4], [5 * MB], [4 * MB, 4 * MB], [8 * MB, 8 * MB, 10], [9 * MB, 2 * MB, MB, 6 * MB, 1]],
    )
    def test_pieces_add_up(self, storage: Storage, sizes: list[int], left: Any) -> None:
        uid, data, place = uuid.uuid4(), noise(sum(sizes)), 0
        notes = Notes(len(data))
        for size in sizes:
            add(storage, uid, notes, data[place : place + size])
            place += size
            assert notes.offset == place
        assert not storage.exists(uid)
        storage.finish(uid, notes)
        assert content(storage, uid) == data
        assert left() == [uid]

    @pytest.mark.parametrize("announced", [14 * MB, None])
    def test_a_source_that_fails_keeps_what_came(self, storage: Storage, announced: int | None) -> None:
        uid, data = uuid.uuid4(), noise(14 * MB)
        notes = Notes(len(data))

        def breaking() -> Iterator[bytes]:
            yield data[: 9 * MB]
            raise OSError("connection lost")

        with pytest.raises(OSError, match="lost"), storage.part(uid, notes) as part:
            part.append(0, breaking(), announced)
        assert notes.record(0, part)
        assert notes.offset == 9 * MB
        add(storage, uid, notes, data[9 * MB :])
        storage.finish(uid, notes)
        assert content(storage, uid) == data

    @pytest.mark.parametrize("first", [100, 6 * MB, 9 * MB])
    def test_killed_before_the_record(self, storage: Storage, first: int) -> None:
        """The bytes were stored, nobody noted it: the client sends them again, perhaps cut otherwise."""
        uid, data = uuid.uuid4(), noise(12 * MB)
        notes = Notes(len(data))
        add(storage, uid, notes, data[:first])
        with storage.part(uid, notes) as part:
            part.append(first, [data[first : 11 * MB], b"garbage"])
        add(storage, uid, notes, data[first : 10 * MB])
        add(storage, uid, notes, data[10 * MB :])
        storage.finish(uid, notes)
        assert content(storage, uid) == data

    def test_what_was_lost_meanwhile_is_noticed(self, storage: Storage) -> None:
        """Never filled up with noughts: the client is told where to go on."""
        uid, data = uuid.uuid4(), noise(9 * MB)
        notes = Notes(len(data), offset=9 * MB)
        with pytest.raises(PartLostError) as lost, storage.part(uid, notes) as part:
            part.append(9 * MB, [b"x"])
        assert lost.value.reached == 0
        assert part.reached == 0

    @pytest.mark.parametrize("first", [0, 3 * MB, 9 * MB])
    def test_two_writers_at_once(self, storage: Storage, first: int) -> None:
        """Either the second is refused at once, or one of the two gets no record; nothing is mixed."""
        uid, data = uuid.uuid4(), noise(20 * MB)
        notes = Notes(len(data))
        if first:
            add(storage, uid, notes, data[:first])
        stale = notes.copy()
        stale.claim = notes.claim  # type: ignore[method-assign]
        with storage.part(uid, notes) as part:
            part.append(first, [data[first : 18 * MB]])
            try:
                with storage.part(uid, stale) as other:
                    other.append(first, [b"x" * (7 * MB)])
                    assert notes.record(first, part)
                    assert not notes.record(first, other)
            except StorageBusyError:
                assert notes.record(first, part)
        add(storage, uid, notes, data[18 * MB :])
        storage.finish(uid, notes)
        assert content(storage, uid) == data

    def test_finishing_twice_and_at_once(self, storage: Storage) -> None:
        uid, data = uuid.uuid4(), noise(8 * MB + 5)
        notes = Notes(len(data))
        add(storage, uid, notes, data)
        before = notes.copy()
        before.claim = notes.claim  # type: ignore[method-assign]
        failed: list[BaseException] = []

        def finish() -> None:
            try:
                storage.finish(uid, before)
            except BaseException as error:  # noqa: BLE001 -- asserted below
                failed.append(error)

        threads = [threading.Thread(target=finish) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        storage.finish(uid, notes)
        assert failed == []
        assert content(storage, uid) == data

    def test_finishing_what_never_came(self, storage: Storage) -> None:
        with pytest.raises(FileNotFoundError):
            storage.finish(uuid.uuid4(), Notes(5))

    # Gone

    def test_deleting_takes_one_blob_and_its_parts(self, storage: Storage, left: Any) -> None:
        mine, other = uuid.uuid4(), uuid.uuid4()
        for uid in (mine, other):
            with storage.create(uid) as writer:
                writer.write(b"abc")
        half, notes = uuid.uuid4(), Notes(20 * MB)
        add(storage, half, notes, noise(9 * MB))
        for uid in (mine, half, uuid.uuid4()):
            storage.delete(uid)
            storage.delete(uid)
        assert left() == [other]
        assert content(storage, other) == b"abc"

    def test_sweeping_spares_what_is_young_and_what_is_finished(self, storage: Storage) -> None:
        uid, young = uuid.uuid4(), uuid.uuid4()
        data = noise(9 * MB)
        notes = Notes(len(data))
        with storage.create(uid) as writer:
            writer.write(data)
        add(storage, young, notes, data)
        assert storage.sweep_stale(timedelta(days=8)) == 0
        storage.finish(young, notes)
        assert content(storage, young) == data
        assert content(storage, uid) == data
