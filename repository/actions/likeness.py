"""A version that is unlike the one before: it is the same lesson all the same, or becomes one of its own."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from repository import errors
from repository.actions._rights import require_edit
from repository.actions.resources import create_resource, current_metadata
from repository.actions.versions import lock
from repository.metadata import Metadata, one_line
from repository.models import LearningResource, Likeness, Publication, Review, Version

#: Not yet before anybody's eyes but the author's
_OPEN = (Review.DRAFT, Review.RETURNED)


@transaction.atomic
def confirm_likeness(*, by: User, version: Version) -> Version:
    """The author says that the file is the same lesson. Twice is harmless."""
    version, resource = lock(version)
    require_edit(by, resource)
    if version.likeness == Likeness.UNLIKE:
        version.likeness = Likeness.CONFIRMED
        version.save(update_fields=["likeness"])
    return version


@transaction.atomic
def own_lesson(*, by: User, version: Version) -> LearningResource:
    """Makes a draft version the first one of a new lesson, named as the file says; the new lesson.

    Kind, licence and language come along, subject and grade do not: they are those of another lesson.
    Raises Refusal ``version_settled``.
    """
    version, resource = lock(version)
    require_edit(by, resource)
    shown = Publication.objects.filter(version=version)
    if version.review not in _OPEN or version.likeness == Likeness.ALIKE or shown.exists():
        raise errors.version_settled()
    known = current_metadata(resource)
    stem = one_line(version.filename.rpartition(".")[0].replace("_", " "))
    metadata = Metadata(
        title=(version.title or stem or version.filename)[:250],
        type=known.type,
        licence=known.licence,
        language=known.language,
    )
    made = create_resource(by=by, owner_unit=resource.owner_unit, metadata=metadata)
    version.resource, version.number, version.likeness = made, 1, Likeness.ALIKE
    version.review = Review.DRAFT
    version.save(update_fields=["resource", "number", "likeness", "review"])
    return made
