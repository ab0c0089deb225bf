"""What the editors' pages of the library say of lessons, versions and publications."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import OrgUnit
from repository.models import Publication, Version
from repository.models.resources import Ingest


def inspect_url(row: models.Model) -> str:
    views = type(row).snippet_viewset  # type: ignore[attr-defined]
    return reverse(views.get_url_name("inspect"), args=[row.pk])


def publish_url(version: Version) -> str:
    """Where a version is published; nothing for a file that cannot be."""
    return reverse("library_publish", args=[version.uid]) if version.ingest == Ingest.READY else ""


def publications_of(found: models.QuerySet[Publication]) -> list[Publication]:
    """Publications with their units' names, the newest first."""
    rows = list(found.select_related("by", "version").order_by("-published_at", "-pk"))
    names = OrgUnit.objects.names({row.unit_id for row in rows})
    for row in rows:
        row.unit_name = names.get(row.unit_id, "")  # type: ignore[attr-defined] # for the page
    return rows


def state_of(row: Any) -> Any:
    """What editors call the state of a lesson of the list (``ResourceViews.get_queryset``)."""
    if row.is_published:
        return _("Published, newer version waiting") if row.is_waiting else _("Published")
    return _("Waiting for review") if row.is_waiting else _("Draft")
