"""One Elasticsearch server: its client, our indices there, and the notes that processes leave each other.

The notes are documents of a small index of their own: the lock of who writes, the index that is being
built, what was written meanwhile, and that a rebuild was asked for.
"""

from __future__ import annotations

import os
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import unquote, urlsplit, urlunsplit

from django.utils import timezone
from elasticsearch import (
    ApiError,
    BadRequestError,
    ConflictError,
    ConnectionTimeout,
    Elasticsearch,
    NotFoundError,
    TransportError,
)

from search.documents import Ref
from search.engines import elastic_index
from search.engines.base import EngineUnavailableError

#: How long one answer may take; whoever asks for a page does not wait longer.
ASK_SECONDS = 5
#: The same for writing and building.
WRITE_SECONDS = 60
#: After a server that did not answer in time, nobody waits for it again so soon.
PAUSE_SECONDS = 5
#: How long to wait for the lock, and how long whoever died with it keeps it.
LOCK_SECONDS, LEASE_SECONDS = 20, 60
#: A build that was not heard of for so long is dead.
BUILD_SECONDS = 300
#: A rebuild that was asked for is not asked for again so soon.
ASK_AGAIN_SECONDS = 900
#: How long an index of millions of documents may take to be put in order.
MERGE_SECONDS = 3_600
#: Nobody asks an index while it is filled, and should the server stop, it is filled anew.
_WHILE_FILLED: dict[str, Any] = {
    "refresh_interval": "-1",
    "translog.durability": "async",
    "auto_expand_replicas": "false",
    "number_of_replicas": 0,
}
_NOTES: dict[str, Any] = {
    # Notes need not outlive the server.
    "settings": {"number_of_shards": 1, "auto_expand_replicas": "0-1", "translog.durability": "async"},
    "mappings": {
        "dynamic": "strict",
        "_meta": {"made_by": "hoclieu"},
        "properties": {
            "holder": {"type": "keyword"},
            "until": {"type": "double"},
            "index": {"type": "keyword"},
            "what": {"type": "keyword"},
            "number": {"type": "long"},
        },
    },
}
#: Answers by which a server says that it cannot now.
BUSY = frozenset({408, 429, 500, 502, 503, 504})


class MissingIndexError(EngineUnavailableError):
    """There is no index yet."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The index that answers: its name, what made it, the fields it knows."""

    index: str
    make: str
    fields: frozenset[str]


class Server:
    """Raises EngineUnavailableError from everything where the server does not answer."""

    def __init__(self, url: str, prefix: str) -> None:
        self.url = url
        self.prefix = prefix
        self.alias = elastic_index.alias(prefix)
        self.notes = f"{self.alias}-notes"
        self._held = threading.local()
        self._turn = threading.Lock()
        self._mark = uuid.uuid4().hex
        self._silent_until = 0.0

    @cached_property
    def client(self) -> Elasticsearch:
        parts = urlsplit(self.url)
        auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        address = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
        return Elasticsearch(address, basic_auth=auth, request_timeout=ASK_SECONDS, max_retries=0)

    @cached_property
    def writer(self) -> Elasticsearch:
        return self.client.options(request_timeout=WRITE_SECONDS)

    @contextmanager
    def reached(self) -> Iterator[None]:
        """Whatever the server fails in becomes EngineUnavailableError; our own mistakes stay as they are."""
        if time.monotonic() < self._silent_until:
            raise EngineUnavailableError("Elasticsearch did not answer a moment ago")
        try:
            yield
        except ConnectionTimeout as error:
            self._silent_until = time.monotonic() + PAUSE_SECONDS
            raise EngineUnavailableError(str(error)) from error
        except TransportError as error:
            raise EngineUnavailableError(str(error)) from error
        except NotFoundError as error:
            raise MissingIndexError(str(error)) from error
        except ApiError as error:
            if error.status_code in BUSY:
                raise EngineUnavailableError(str(error)) from error
            raise

    # Indices

    def standing(self) -> Standing | None:
        """The index behind the alias; None where there is none."""
        with self.reached():
            found = self.client.indices.get(index=self.alias, ignore_unavailable=True, allow_no_indices=True)
        for index, about in found.items():
            mappings = about["mappings"]
            make = mappings.get("_meta", {}).get("make", "")
            return Standing(index, make, frozenset(mappings.get("properties", ())))
        return None

    def create(self, now: datetime | None = None) -> str:
        """An empty index of this code's make, not yet asked by anybody."""
        name = elastic_index.new_name(self.prefix, now or timezone.now())
        body = elastic_index.body()
        settings = {**body["settings"], **_WHILE_FILLED}
        self.writer.indices.create(index=name, settings=settings, mappings=body["mappings"])
        return name

    def show(self, index: str) -> None:
        """Lets an index answer in place of the one before, in one step, and deletes what it replaces."""
        usual: dict[str, Any] = elastic_index.Entry.Index.settings
        settings = {name: usual.get(name) for name in _WHILE_FILLED}
        self.writer.indices.put_settings(index=index, settings=settings)
        others = [name for name in self.ours() if name != index]
        taken = [{"remove": {"index": name, "alias": self.alias, "must_exist": False}} for name in others]
        self.writer.indices.update_aliases(actions=[*taken, {"add": {"index": index, "alias": self.alias}}])
        self.drop(others)

    def merge(self, index: str) -> None:
        """Puts an index that was filled into few parts, which are asked much quicker than many."""
        patient = self.client.options(request_timeout=MERGE_SECONDS)
        patient.indices.forcemerge(index=index, max_num_segments=1)

    def ours(self) -> list[str]:
        """The indices of this prefix that this project made, whether they answer or not."""
        found = self.writer.indices.get(index=f"{self.alias}-*", allow_no_indices=True)
        return sorted(
            index
            for index, about in found.items()
            if elastic_index.is_ours(self.prefix, index, about["mappings"].get("_meta", {}))
        )

    def drop(self, indices: Iterable[str]) -> None:
        for index in indices:
            self.writer.indices.delete(index=index, ignore_unavailable=True)

    # Notes

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Inside, no other process writes. Nested ones join. Raises EngineUnavailableError after a while."""
        if getattr(self._held, "depth", 0):
            self._held.depth += 1
            try:
                yield
            finally:
                self._held.depth -= 1
            return
        if not self._turn.acquire(timeout=LOCK_SECONDS):
            raise EngineUnavailableError("another thread is writing to the index")
        try:
            with self.reached():
                self._prepare_notes()
                place = self._take_lock()
            self._held.depth = 1
            try:
                yield
            finally:
                self._held.depth = 0
                # Taken over by somebody who thought us dead, or the server is away: should it come back
                # with our note, that is ours to take again.
                with suppress(ApiError, TransportError):
                    self.writer.delete(index=self.notes, id="lock", **place)
        finally:
            self._turn.release()

    def _prepare_notes(self) -> None:
        if not self.writer.indices.exists(index=self.notes):
            with suppress(BadRequestError):  # another process was quicker
                self.writer.indices.create(index=self.notes, **_NOTES)

    def _take_lock(self) -> dict[str, Any]:
        """Where the lock was written, by which it is given back. Only one thread at a time asks."""
        holder = f"{os.getpid()}:{self._mark}"
        give_up = time.monotonic() + LOCK_SECONDS
        while True:
            note = {"holder": holder, "until": time.time() + LEASE_SECONDS}
            if place := self._put("lock", note):
                return place
            if time.monotonic() > give_up:
                raise EngineUnavailableError("another process is writing to the index")
            time.sleep(0.05)

    def _put(self, name: str, note: Mapping[str, Any]) -> dict[str, Any] | None:
        """Writes a note where there is none, an expired one, or one that its holder could not take back.

        None where somebody else's is in force.
        """
        with suppress(ConflictError, NotFoundError):
            there = self._note(name)
            if there is None:
                made = self.writer.create(index=self.notes, id=name, document=note)
            elif there[0]["until"] < time.time() or _is_left_by(note, there[0]):
                made = self.writer.index(index=self.notes, id=name, document=note, **there[1])
            else:
                return None
            return _place(made)
        return None

    def _note(self, name: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
        try:
            found = self.writer.get(index=self.notes, id=name)
        except NotFoundError:
            return None
        return found["_source"], _place(found)

    def _forget(self, name: str) -> None:
        with suppress(NotFoundError):
            self.writer.delete(index=self.notes, id=name)

    def ask_once(self) -> bool:
        """Whether nobody asked for a rebuild lately; then it counts as asked."""
        with self.reached():
            self._prepare_notes()
            note = {"until": time.time() + ASK_AGAIN_SECONDS}
            return self._put("asked", note) is not None

    # Building, all under the lock

    def begin_build(self) -> str:
        """A new index to fill. Raises EngineUnavailableError where another process is filling one."""
        building = self.building()
        if building:
            raise EngineUnavailableError("another process is building the index")
        standing = self.standing()
        self.drop(name for name in self.ours() if standing is None or name != standing.index)
        self._forget_written()
        index = self.create()
        self.beat(index)
        return index

    def building(self) -> str:
        """The index that is being built, or "" where none is."""
        found = self._note("build")
        return found[0]["index"] if found and found[0]["until"] > time.time() else ""

    def beat(self, index: str) -> None:
        """The build is alive."""
        note = {"index": index, "until": time.time() + BUILD_SECONDS}
        self.writer.index(index=self.notes, id="build", document=note)

    def end_build(self) -> None:
        self._forget("build")
        self._forget("asked")
        self._forget_written()

    def note_written(self, refs: Iterable[Ref]) -> None:
        """What was written while an index is being built, and may be older there."""
        operations: list[dict[str, Any]] = []
        for what, number in refs:
            operations += [{"index": {"_id": f"written:{what}:{number}"}}, {"what": what, "number": number}]
        if operations:
            self.writer.bulk(index=self.notes, operations=operations, refresh=True)

    def written(self, most: int) -> list[Ref]:
        """Some of what was noted."""
        noted = {"exists": {"field": "what"}}
        found = self.writer.search(index=self.notes, query=noted, size=most)
        return [(hit["_source"]["what"], hit["_source"]["number"]) for hit in found["hits"]["hits"]]

    def forget_written(self, refs: Iterable[Ref]) -> None:
        operations = [{"delete": {"_id": f"written:{what}:{number}"}} for what, number in refs]
        if operations:
            self.writer.bulk(index=self.notes, operations=operations, refresh=True)

    def _forget_written(self) -> None:
        while refs := self.written(1_000):
            self.forget_written(refs)


def _is_left_by(mine: Mapping[str, Any], there: Mapping[str, Any]) -> bool:
    return bool(mine.get("holder")) and mine["holder"] == there.get("holder")


def _place(answer: Any) -> dict[str, Any]:
    return {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}
