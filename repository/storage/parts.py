"""What a caller remembers for storage about a file that arrives in several requests."""

from __future__ import annotations

from typing import Any, Protocol


class Ledger(Protocol):
    """The caller's record of an arriving file.

    ``kept`` is what the storage last handed out as ``part.kept``, recorded in one step with the offset that
    was acknowledged with it, so that the two never disagree. ``size`` is the announced one.
    """

    @property
    def kept(self) -> dict[str, Any]: ...

    @property
    def size(self) -> int: ...

    def claim(self) -> int:
        """A number that nobody else ever gets, from 1. Raises StorageBusyError."""
        ...
