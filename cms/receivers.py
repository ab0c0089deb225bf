"""Drops stored pages when what they show changes; always after the commit, for a reader in between
would store the old state once more.
"""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from accounts.models import UnitFacts, UnitLink, UnitSuccessor
from accounts.signals import units_changed
from cms import front, members, timetable
from cms.context import PORTAL_KEY
from cms.models import Portal
from courses.training.models import Course, CourseRun
from repository.models import Grade, Level, Subject, SubjectOffer
from repository.signals import resource_changed, resource_withdrawn


def drop_front(**_kwargs: Any) -> None:
    transaction.on_commit(front.drop)


def drop_members(**_kwargs: Any) -> None:
    transaction.on_commit(members.drop)


def drop_terms(**_kwargs: Any) -> None:
    transaction.on_commit(timetable.forget)
    transaction.on_commit(front.drop)


def drop_all(**_kwargs: Any) -> None:
    transaction.on_commit(lambda: cache.delete(PORTAL_KEY))
    transaction.on_commit(front.drop_pages)


PAGES = (page_published, page_unpublished, page_slug_changed, post_page_move)
RESOURCES = (resource_changed, resource_withdrawn)
ON_EVERY_PAGE: tuple[type[Model], ...] = (Portal, UnitFacts)
ON_THE_FRONT_PAGE: tuple[type[Model], ...] = (Course, CourseRun)
MEMBERS: tuple[type[Model], ...] = (UnitFacts, UnitLink, UnitSuccessor)
TERMS: tuple[type[Model], ...] = (Subject, Grade, Level, SubjectOffer)

units_changed.connect(drop_members, dispatch_uid="cms_members")
for _signal in PAGES:
    _signal.connect(drop_all, dispatch_uid="cms_pages")
for _signal in RESOURCES:
    _signal.connect(drop_front, dispatch_uid="cms_front")
for _saved in (post_save, post_delete):
    for _model in MEMBERS:
        _saved.connect(drop_members, sender=_model, dispatch_uid=f"cms_members_{_model.__name__}")
    for _model in ON_EVERY_PAGE:
        _saved.connect(drop_all, sender=_model, dispatch_uid=f"cms_portal_{_model.__name__}")
    for _model in TERMS:
        _saved.connect(drop_terms, sender=_model, dispatch_uid=f"cms_terms_{_model.__name__}")
    for _model in ON_THE_FRONT_PAGE:
        _saved.connect(drop_front, sender=_model, dispatch_uid=f"cms_front_{_model.__name__}")
