"""What changes of resources and units mean for the index: a mark, in the same transaction."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from accounts.signals import units_changed
from courses.training.signals import course_changed
from repository.models import (
    Curriculum,
    Grade,
    LearningResource,
    Licence,
    ResourceType,
    Subject,
    TextbookSeries,
    Version,
)
from repository.signals import inner_text_read, resource_changed, resource_rated, resource_withdrawn
from search import unit_tree, vocabulary, wordbooks
from search.actions import UNIT, mark_dirty
from search.documents import COURSE, RESOURCE
from search.models import Synonym


@receiver(resource_changed, dispatch_uid="search_resource_changed")
@receiver(resource_rated, dispatch_uid="search_resource_rated")
@receiver(inner_text_read, dispatch_uid="search_inner_text_read")
def on_resource_changed(resource_ids: list[int], **_kwargs: Any) -> None:
    mark_dirty(RESOURCE, resource_ids)


@receiver(resource_withdrawn, dispatch_uid="search_resource_withdrawn")
def on_resource_withdrawn(version_ids: list[int], **_kwargs: Any) -> None:
    resources = LearningResource.objects.filter(
        pk__in=Version.objects.filter(pk__in=version_ids).values("resource")
    )
    mark_dirty(RESOURCE, resources.values_list("pk", flat=True))


@receiver(course_changed, dispatch_uid="search_course_changed")
def on_course_changed(course_ids: list[int], **_kwargs: Any) -> None:
    mark_dirty(COURSE, course_ids)


@receiver(units_changed, dispatch_uid="search_units_changed")
def on_units_changed(unit_ids: list[int], **_kwargs: Any) -> None:
    unit_tree.forget()
    mark_dirty(UNIT, unit_ids)


@receiver([post_save, post_delete], dispatch_uid="search_terms_changed")
def on_terms_changed(sender: type, **_kwargs: Any) -> None:
    if sender in {Curriculum, Subject, Grade, ResourceType, Licence, TextbookSeries}:
        vocabulary.forget()


@receiver([post_save, post_delete], sender=Synonym, dispatch_uid="search_synonym_changed")
def on_synonym_changed(**_kwargs: Any) -> None:
    wordbooks.touch(wordbooks.SYNONYMS)
