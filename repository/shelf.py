"""An author's lessons by what is to be done with them. Pure: facts in, places out."""

from __future__ import annotations

from dataclasses import dataclass

RETURNED, WAITING, DRAFT, PUBLISHED, WITHDRAWN = "returned", "waiting", "draft", "published", "withdrawn"
PLACES = (RETURNED, WAITING, DRAFT, PUBLISHED, WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Facts:
    """What decides where a lesson stands: its newest version, and whether any is or was published."""

    ingest: str
    review: str
    published: bool
    was_published: bool


def places(facts: Facts) -> list[str]:
    """Where a lesson is listed: what needs her first, and under published as well if it is."""
    found = []
    if facts.ingest == "ready" and facts.review == "returned":
        found.append(RETURNED)
    elif facts.ingest == "ready" and facts.review == "submitted":
        found.append(WAITING)
    elif facts.review != "approved" or facts.ingest != "ready":
        found.append(DRAFT)
    if facts.published:
        found.append(PUBLISHED)
    elif not found and facts.was_published:
        found.append(WITHDRAWN)
    return found or [DRAFT]
