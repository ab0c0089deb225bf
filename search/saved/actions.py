"""Keeping a search, changing how often mail comes, stopping, deleting and bringing back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.errors import NotAllowed, Refusal
from accounts.models import User
from search.saved.models import QUERY_CHARS, SavedSearch
from search.saved.question import read

#: So many a person: more are never read.
MOST = 50
#: For so long a deleted one can be brought back.
DELETED_DAYS = 30


def too_many() -> Refusal:
    return Refusal(
        "too_many_saved_searches",
        _("That would be more than %(most)s saved searches. Delete one that is not needed any more."),
        most=MOST,
    )


def nothing_to_save() -> Refusal:
    return Refusal("nothing_to_save", _("Search for words, or choose a filter, then save the search."))


@transaction.atomic
def save_search(*, by: User, query: str) -> tuple[SavedSearch, bool]:
    """Keeps a query string of the search page, from now on; and whether it was not kept before.

    One that was kept stays as it is. Raises a Refusal: nothing asked, too long, more than MOST.
    """
    _lock(by)
    question = read(query)
    if not question or len(question.query) > QUERY_CHARS:
        raise nothing_to_save()
    kept = SavedSearch.objects.of(by)
    before = kept.filter(query=question.query).first()
    if before is not None:
        return before, False
    if kept.count() >= MOST:
        raise too_many()
    return SavedSearch.objects.create(user=by, query=question.query, told_until=timezone.now()), True


@transaction.atomic
def set_frequency(*, by: User, uid: UUID, frequency: str) -> SavedSearch:
    """How often mail comes. Raises NotAllowed for what is not hers, ValueError for no such frequency."""
    saved = _own(by, uid)
    saved.frequency = SavedSearch.Frequency(frequency)
    saved.save(update_fields=["frequency"])
    return saved


@transaction.atomic
def set_paused(*, by: User, uid: UUID, paused: bool) -> SavedSearch:
    """No more mail, or mail again: about what is new from then on, not about what came in between."""
    saved = _own(by, uid)
    if saved.paused and not paused:
        saved.told_until = timezone.now()
    saved.paused = paused
    saved.save(update_fields=["paused", "told_until"])
    return saved


@transaction.atomic
def delete_search(*, by: User, uid: UUID) -> SavedSearch:
    """Takes it away; DELETED_DAYS long it can be brought back."""
    saved = _own(by, uid)
    saved.deleted_at = timezone.now()
    saved.save(update_fields=["deleted_at"])
    return saved


@transaction.atomic
def restore_search(*, by: User, uid: UUID) -> SavedSearch:
    """Brings a deleted one back; where the same was saved meanwhile, that one stays.

    Raises NotAllowed, or a Refusal: more than MOST.
    """
    _lock(by)
    saved = SavedSearch.objects.deleted_by(by).filter(uid=uid).first()
    if saved is None:
        raise NotAllowed("search.save")
    kept = SavedSearch.objects.of(by)
    same = kept.filter(query=saved.query).first()
    if same is not None:
        saved.delete()
        return same
    if kept.count() >= MOST:
        raise too_many()
    saved.deleted_at = None
    saved.save(update_fields=["deleted_at"])
    return saved


def forget_deleted() -> int:
    """Those deleted long ago are gone for good; returns how many."""
    long_ago = timezone.now() - timedelta(days=DELETED_DAYS)
    return SavedSearch.objects.filter(deleted_at__lt=long_ago).delete()[0]


def _lock(by: User) -> None:
    # Two saves at once count together.
    User.objects.select_for_update().get(pk=by.pk)


def _own(by: User, uid: UUID) -> SavedSearch:
    saved = SavedSearch.objects.of(by).select_for_update().filter(uid=uid).first()
    if saved is None or not by.is_active:
        raise NotAllowed("search.save")
    return saved
