"""Questions about resources, versions and publications. Permission is part of each."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from accounts.permissions import at_or_above, where


class PublicationQuerySet(models.QuerySet[Any]):
    """Publications in force, and who may see them."""

    def in_force(self) -> PublicationQuerySet:
        return self.filter(withdrawn_on__isnull=True)

    def visible_to(self, user: Any) -> PublicationQuerySet:
        """In force, and for a unit at or above one of the person's, or open to guests.

        Holders of a role that reads the library also see what is published below their unit.
        """
        seen = Q(open_to_guests=True) | at_or_above(user) | where(user, "resource.read_drafts")
        return self.filter(seen, withdrawn_on__isnull=True)


class LearningResourceQuerySet(models.QuerySet[Any]):
    """Learning resources."""

    def published(self) -> LearningResourceQuerySet:
        from repository.models import Publication

        return self.filter(Exists(Publication.objects.in_force().filter(version__resource=OuterRef("pk"))))

    def visible_to(self, user: Any) -> LearningResourceQuerySet:
        """What the library shows a person: published to her, or open to guests."""
        from repository.models import Publication

        return self.filter(
            Exists(Publication.objects.visible_to(user).filter(version__resource=OuterRef("pk")))
        )

    def editable_by(self, user: Any) -> LearningResourceQuerySet:
        """Her own, and those of the units whose drafts she reviews."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(Q(author=user) | where(user, "resource.review", "owner_unit"), discarded_at=None)

    def with_standing(self) -> LearningResourceQuerySet:
        """Adds what decides where an author finds it: ``newest_ingest``, ``newest_review`` of the newest
        version, ``is_published`` and ``was_published``."""
        from repository.models import Publication, Version

        newest = Version.objects.filter(resource=OuterRef("pk")).order_by("-number")
        publications = Publication.objects.filter(version__resource=OuterRef("pk"))
        return self.annotate(
            newest_ingest=Subquery(newest.values("ingest")[:1]),
            newest_review=Subquery(newest.values("review")[:1]),
            is_published=Exists(publications.in_force()),
            was_published=Exists(publications),
        )

    def discarded_by(self, user: Any) -> LearningResourceQuerySet:
        """Her drafts that she deleted and may still bring back."""
        return self.filter(author=user, discarded_at__isnull=False)


class VersionQuerySet(models.QuerySet[Any]):
    """Versions."""

    def readable_by(self, user: Any) -> VersionQuerySet:
        """Versions a person may open: her own, those she reviews, those published to her."""
        from repository.models import Publication

        published = Exists(Publication.objects.visible_to(user).filter(version=OuterRef("pk")))
        if not user.is_authenticated or not user.is_active:
            return self.filter(published)
        return self.filter(
            Q(published)
            | Q(resource__author=user)
            | where(user, "resource.read_drafts", "resource__owner_unit"),
            resource__discarded_at=None,
        )

    def waiting_for(self, user: Any) -> VersionQuerySet:
        """Submitted versions that a reviewer may judge, the longest waiting first."""
        return self.filter(
            where(user, "resource.review", "resource__owner_unit"), review="submitted", ingest="ready"
        ).order_by("submitted_at")

    def reviewable_by(self, user: Any) -> VersionQuerySet:
        """Ready versions that are or were before the reviewers, of units where she reviews."""
        return self.filter(
            where(user, "resource.review", "resource__owner_unit"),
            ingest="ready",
            review__in=["submitted", "approved", "returned"],
        )


def _is_reviewed_by(user: Any) -> Q:
    """Of what is said about a resource: whether that is owned or published where this person reviews."""
    from repository.models import Publication

    review = "resource.review"
    here = Publication.objects.in_force().filter(version__resource=OuterRef("resource"))
    return Q(where(user, review, "resource__owner_unit")) | Q(Exists(here.filter(where(user, review))))


class ProblemReportQuerySet(models.QuerySet[Any]):
    """Reports of problems, for those who answer them and those who wrote them."""

    def waiting(self) -> ProblemReportQuerySet:
        return self.filter(state="open")

    def answerable_by(self, user: Any) -> ProblemReportQuerySet:
        """Those on her own resources, and on what is owned or published where she reviews."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(Q(resource__author=user) | _is_reviewed_by(user))


class RatingQuerySet(models.QuerySet[Any]):
    """Ratings, for those who read their words and those who may hide them."""

    def with_words(self) -> RatingQuerySet:
        return self.exclude(comment="")

    def readable_by(self, user: Any) -> RatingQuerySet:
        """Comments are for signed-in people of the sector, on what they see; hidden ones for nobody but
        who wrote them and who may hide them."""
        from repository.models import LearningResource

        if not user.is_authenticated or not user.is_active:
            return self.none()
        seen = LearningResource.objects.visible_to(user).filter(pk=OuterRef("resource"))
        return self.filter(Q(hidden_at=None) | Q(user=user) | _is_reviewed_by(user), Exists(seen))

    def hideable_by(self, user: Any) -> RatingQuerySet:
        """Those on what is owned or published where she reviews, but for her own lessons."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(_is_reviewed_by(user)).exclude(resource__author=user)
