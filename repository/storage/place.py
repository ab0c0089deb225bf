"""A bucket of object storage. Pure: what signs addresses needs no more than this."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A bucket and the keys to it. ``endpoint`` is the origin as whoever asks there sees it."""

    endpoint: str
    bucket: str
    access_key: str
    secret_key: str
    region: str
