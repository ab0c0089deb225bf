"""Rating a resource, taking that back, hiding a comment, reporting one."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.errors import NotAllowed
from accounts.models import User
from repository import errors
from repository.actions.reports import report_problem
from repository.models import LearningResource, ProblemReport, Publication, Rating
from repository.models.ratings import COMMENT_CHARS, LEAST_STARS, MOST_STARS
from repository.signals import resource_rated


@transaction.atomic
def rate(*, by: User, resource: LearningResource, stars: int, comment: str = "") -> Rating:
    """Keeps what a person thinks of a resource, in place of what she thought before.

    Words that a reviewer hid stay hidden until they are other words. Raises NotAllowed for what she does
    not see, a Refusal for her own lesson, or for stars that there are not.
    """
    resource = _locked(by, resource)
    if resource.author_id == by.pk:
        raise errors.own_rating()
    if not LEAST_STARS <= stars <= MOST_STARS:
        raise errors.stars_missing()
    words, now = " ".join(comment.split())[:COMMENT_CHARS], timezone.now()
    before = Rating.objects.filter(resource=resource, user=by).first()
    if before is None:
        made = Rating.objects.create(resource=resource, user=by, stars=stars, comment=words, changed_at=now)
        _announce(resource)
        return made
    return _change(before, resource, stars, words, now)


def _change(before: Rating, resource: LearningResource, stars: int, words: str, now: datetime) -> Rating:
    has_other_stars, has_other_words = before.stars != stars, before.comment != words
    if has_other_words:
        before.hidden_at = before.hidden_by = None
    if has_other_stars or has_other_words:
        before.stars, before.comment, before.changed_at = stars, words, now
        before.save(update_fields=["stars", "comment", "changed_at", "hidden_at", "hidden_by"])
    if has_other_stars:
        _announce(resource)
    return before


@transaction.atomic
def unrate(*, by: User, resource: LearningResource) -> bool:
    """Takes her rating back, also where she no longer sees the resource; whether there was one."""
    LearningResource.objects.select_for_update().get(pk=resource.pk)
    there_was = bool(Rating.objects.filter(resource=resource, user=by).delete()[0])
    if there_was:
        _announce(resource)
    return there_was


@transaction.atomic
def hide_comment(*, by: User, rating: Rating) -> Rating:
    """Only its writer and the reviewers read the words any more; the stars stay. Closes reports of it."""
    rating = _hideable(by, rating)
    if rating.hidden_at is None:
        rating.hidden_at, rating.hidden_by = timezone.now(), by
        rating.save(update_fields=["hidden_at", "hidden_by"])
    ProblemReport.objects.waiting().filter(rating=rating).update(
        state=ProblemReport.State.DONE, answered_by=by, answered_at=timezone.now()
    )
    return rating


@transaction.atomic
def show_comment(*, by: User, rating: Rating) -> Rating:
    """Takes the hiding back."""
    rating = _hideable(by, rating)
    rating.hidden_at = rating.hidden_by = None
    rating.save(update_fields=["hidden_at", "hidden_by"])
    return rating


def report_comment(*, by: User, rating: Rating) -> ProblemReport:
    """Asks the reviewers to look at somebody else's comment. Raises NotAllowed, or a Refusal."""
    if rating.user_id == by.pk or not Rating.objects.readable_by(by).filter(pk=rating.pk).exists():
        raise NotAllowed("resource.report")
    shown = Publication.objects.visible_to(by).filter(version__resource=rating.resource_id)
    newest = shown.select_related("version").order_by("-version__number").first()
    if newest is None:
        raise NotAllowed("resource.report")
    return report_problem(
        by=by, version=newest.version, what=ProblemReport.What.COMMENT, text=rating.comment, rating=rating
    )


def _locked(by: User, resource: LearningResource) -> LearningResource:
    """The resource's row, so that two stars of one person at once are one rating."""
    seen = LearningResource.objects.visible_to(by).filter(pk=resource.pk)
    if not by.is_active or not seen.exists():
        raise NotAllowed("resource.rate")
    return LearningResource.objects.select_for_update().get(pk=resource.pk)


def _hideable(by: User, rating: Rating) -> Rating:
    if not Rating.objects.hideable_by(by).filter(pk=rating.pk).exists():
        raise NotAllowed("resource.review")
    return Rating.objects.select_for_update(of=("self",)).get(pk=rating.pk)


def _announce(resource: LearningResource) -> None:
    resource_rated.send(sender=LearningResource, resource_ids=[resource.pk])
