"""What the page of a resource shows of its ratings: how many stars, what colleagues wrote, her own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Avg, Count, Q, QuerySet

from accounts.prepared import prepared
from repository.models import LearningResource, Rating
from repository.models.ratings import LEAST_STARS, MOST_STARS

NEWEST = 3
#: Hidden comments stand between those that people read; so many are looked at.
_LOOKED_AT = 12


@dataclass(frozen=True, slots=True)
class Stars:
    """How many rated with how many stars. ``average`` of 1–5, 0.0 where nobody has."""

    of: dict[int, int] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return sum(self.of.values())

    @property
    def average(self) -> float:
        return sum(stars * n for stars, n in self.of.items()) / self.count if self.count else 0.0

    @property
    def rounded(self) -> float:
        """The average as it is shown, to a tenth."""
        return round(self.average, 1)

    @property
    def lines(self) -> list[tuple[int, int, str]]:
        """Stars, how many gave them, and their share in percent for a drawing; the most stars first."""
        share = 100 / self.count if self.count else 0
        return [
            (stars, self.of.get(stars, 0), f"{self.of.get(stars, 0) * share:.1f}")
            for stars in range(MOST_STARS, LEAST_STARS - 1, -1)
        ]


@dataclass(frozen=True, slots=True)
class Ratings:
    """``own``: hers, if she rated; ``comments``: the newest of others, those hidden only for who may hide."""

    stars: Stars
    own: Rating | None = None
    comments: list[Rating] = field(default_factory=list)
    may_rate: bool = False
    moderates: bool = False


@prepared
def _spread(resource: int) -> QuerySet[Any, Any]:
    rows = Rating.objects.filter(resource=resource).order_by()
    return rows.values("stars").annotate(n=Count("pk")).values_list("stars", "n")


@prepared
def _told(user: Any, resource: int) -> QuerySet[Rating]:
    """Her own first, whatever is in it; then what others wrote, the newest first."""
    rows = Rating.objects.filter(resource=resource).filter(Q(user=user) | ~Q(comment=""))
    hers = Count("pk", filter=Q(user=user))
    return (
        rows.annotate(is_own=hers)
        .select_related("user", "hidden_by")
        .order_by("-is_own", "-changed_at", "-pk")[:_LOOKED_AT]
    )


def ratings_of(user: Any, resource: LearningResource, *, moderates: bool = False) -> Ratings:
    """What a person who sees a resource sees of its ratings. Guests get the stars, no words and no names."""
    stars = Stars(dict(_spread(resource=resource.pk)))
    if not user.is_authenticated or not user.is_active:
        return Ratings(stars)
    rows: list[Rating] = _told(user=user, resource=resource.pk)
    own = next((row for row in rows if row.user_id == user.pk), None)
    others = [row for row in rows if row.user_id != user.pk and (moderates or row.hidden_at is None)]
    mine = resource.author_id == user.pk
    return Ratings(stars, own, others[:NEWEST], may_rate=not mine, moderates=moderates and not mine)


def averages(resource_ids: Iterable[int] | None = None) -> dict[int, tuple[float, int]]:
    """Average stars and how many rated, of resources; those that nobody rated are absent."""
    rows = Rating.objects.order_by()
    if resource_ids is not None:
        rows = rows.filter(resource__in=list(resource_ids))
    found = rows.values_list("resource").annotate(average=Avg("stars"), n=Count("pk"))
    return {pk: (float(average), n) for pk, average, n in found}
