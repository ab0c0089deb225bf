"""What was probably meant, by the words that the library knows."""

from __future__ import annotations

from search.queries import Query


def better(query: Query) -> Query | None:
    """The query as it was probably meant; None where it is well typed, or nothing is known that is near."""
    return None
