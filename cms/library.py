"""Kho học liệu in Wagtail's admin: what root editors list, filter, inspect and decide.

Terms of the taxonomy are edited here. Resources and versions are only shown: whatever changes them
goes through the actions of the repository (``library_views``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import django_filters
from django.db import models
from django.db.models import Exists, OuterRef, Subquery
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, Panel
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets import HeaderButton
from wagtail.permission_policies.base import BasePermissionPolicy
from wagtail.snippets.views.snippets import InspectView, SnippetViewSet, SnippetViewSetGroup

from accounts.models import OrgUnit, UnitFacts, User
from accounts.permissions import units_where
from accounts.querysets import on_day
from cms.admin_search import SearchedList
from cms.context import link_to
from cms.editors import VERB, is_editor
from cms.library_facts import inspect_url, publications_of, publish_url, state_of
from cms.synonyms import both_ways, synonym_panels
from cms.templatetags.ui import vi_datetime
from repository.models import (
    Curriculum,
    Grade,
    LearningResource,
    Level,
    Licence,
    Publication,
    ResourceType,
    Subject,
    SubjectOffer,
    TextbookSeries,
    Version,
)
from repository.models.resources import Ingest, Kind, Review
from search.models import Synonym


class EditorPolicy(BasePermissionPolicy):
    """Editors may do the named acts with every row, others nothing."""

    def __init__(self, model: type[models.Model], actions: frozenset[str]) -> None:
        super().__init__(model)
        self.actions = actions

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in self.actions and is_editor(user)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> models.QuerySet[Any]:
        allowed = self.user_has_any_permission(user, actions)
        return self.model._default_manager.all() if allowed else self.model._default_manager.none()

    def users_with_any_permission(self, actions: Any) -> models.QuerySet[User]:
        root = OrgUnit.objects.root()
        people = User.objects.filter(is_active=True)
        if root is None or not self.actions & set(actions):
            return people.none()
        held = [user.pk for user in people if units_where(user, VERB).filter(pk=root.pk).exists()]
        return people.filter(pk__in=held)


class Shown(SnippetViewSet):
    """A model that editors read here and change by actions."""

    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = SearchedList
    inspect_view_enabled = True
    list_per_page = 30

    @property
    def permission_policy(self) -> EditorPolicy:
        return EditorPolicy(self.model, frozenset({"view", "choose"}))


class Edited(SnippetViewSet):
    """Terms of the taxonomy."""

    add_to_reference_index = False
    copy_view_enabled = False
    index_view_class = SearchedList
    list_per_page = 100
    list_display = ["name", "code", "position"]
    search_fields = ["name", "code"]
    extra: tuple[str, ...] = ()

    @property
    def permission_policy(self) -> EditorPolicy:
        return EditorPolicy(self.model, frozenset({"view", "add", "change", "delete", "choose"}))

    @cached_property
    def panels(self) -> list[Panel]:
        return [FieldPanel(name) for name in ("name", "code", "position", *self.extra)]


class CurriculumViews(Edited):
    model = Curriculum
    icon = "calendar-alt"


class LevelViews(Edited):
    model = Level
    icon = "list-ol"
    extra = ("short_name",)


class GradeViews(Edited):
    model = Grade
    icon = "list-ol"
    extra = ("level", "number")
    list_display = ["name", "code", "level", "position"]


class SubjectViews(Edited):
    model = Subject
    icon = "tag"
    extra = ("curriculum", "group", "sign")
    list_display = ["name", "code", "curriculum", "group", "position"]
    list_filter = ["curriculum", "group"]


class SubjectOfferViews(Edited):
    model = SubjectOffer
    icon = "table"
    list_display = [
        "subject",
        "grade",
        Column(
            "compulsory",
            label=_("Duty or choice"),
            accessor=lambda row: _("compulsory") if row.compulsory else _("by choice"),
        ),
    ]
    list_filter = ["grade", "subject"]
    search_fields = ["subject__name", "grade__name"]

    @cached_property
    def panels(self) -> list[Panel]:
        return [FieldPanel(name) for name in ("subject", "grade", "compulsory")]

    def get_queryset(self, request: Any) -> models.QuerySet[SubjectOffer]:
        return SubjectOffer.objects.select_related("subject", "grade")


class ResourceTypeViews(Edited):
    model = ResourceType
    icon = "doc-full"


class LicenceViews(Edited):
    model = Licence
    icon = "key"
    extra = ("allows_download", "url", "summary")


class SeriesViews(Edited):
    model = TextbookSeries
    icon = "folder-open-inverse"


class SynonymViews(Edited):
    model = Synonym
    icon = "pick"
    list_display = ["words", "meaning", Column("both_ways", label=_("Both ways"), accessor=both_ways)]
    search_fields = ["words", "meaning"]
    edit_handler = synonym_panels


class ResourceFilters(WagtailFilterSet):
    """What an editor looks for among resources."""

    review = django_filters.ChoiceFilter(
        field_name="versions__review", choices=Review.choices, distinct=True, label=_("Review")
    )

    class Meta:
        model = LearningResource
        fields = ["subject", "level", "type", "licence"]


class ResourceList(SearchedList):
    """Resources; new ones come through the site's own upload, which goes on after a lost connection."""

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        url = link_to("repository:upload")
        return [HeaderButton(_("Upload a lesson"), url=url, icon_name="plus")] if url else []


class Inspect(InspectView):
    """Says fields in the editors' words and times by the clock in Viet Nam."""

    labels = {
        "title": _("Name of the lesson"),
        "description": _("Description"),
        "keywords": _("Keywords"),
        "type": _("Resource type"),
        "licence": _("Licence"),
        "subject": _("Subject"),
        "grades": _("Grades"),
        "author": _("Author"),
        "owner_unit": _("Unit"),
        "revision": _("Revision of the description"),
        "changed_at": _("Changed"),
        "resource": _("Lesson"),
        "number": pgettext_lazy("of a version", "Number"),
        "filename": _("File"),
        "kind": _("Kind"),
        "edition": _("Edition"),
        "tool": _("Made with"),
        "ingest": _("Check of the file"),
        "review": _("Review"),
        "by": _("Uploaded by"),
        "created_at": _("Uploaded"),
        "note": _("What changed"),
    }

    def get_field_label(self, field_name: str, field: Any) -> str:
        return str(self.labels.get(field_name) or super().get_field_label(field_name, field))

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        value = super().get_field_display_value(field_name, field)
        return vi_datetime(value) if isinstance(value, datetime) else value or "–"


class ResourceInspect(Inspect):
    template_name = "cms/admin/resource.html"

    def get_owner_unit_display_value(self) -> str:
        return OrgUnit.objects.names([self.object.owner_unit_id]).get(self.object.owner_unit_id, "")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        inspect = Version.snippet_viewset.get_url_name("inspect")  # type: ignore[attr-defined]
        versions = list(self.object.versions.select_related("by", "blob"))
        for version in versions:
            version.inspect_url = reverse(inspect, args=[version.pk])
            version.publish_url = publish_url(version)
        return super().get_context_data(
            **kwargs,
            versions=versions,
            page_url=link_to("repository:resource", self.object.uid),
            publications=publications_of(Publication.objects.filter(version__resource=self.object)),
            with_version=True,
        )


class ResourceViews(Shown):
    """Learning resources of every unit."""

    model = LearningResource
    icon = "openquote"
    index_view_class = ResourceList
    inspect_view_class = ResourceInspect
    list_display = [
        "title",
        Column("subject", label=_("Subject")),
        Column("author", label=_("Author")),
        Column("owner_name", label=_("Unit")),
        Column("state", label=_("State of the lesson"), accessor=state_of),
        Column("changed_at", label=_("Changed"), accessor=lambda row: vi_datetime(row.changed_at)),
    ]
    filterset_class = ResourceFilters
    search_fields = ["title", "keywords", "author__last_name", "author__first_name"]
    inspect_view_fields = [
        "title",
        "description",
        "keywords",
        "type",
        "licence",
        "subject",
        "grades",
        "author",
        "owner_unit",
        "revision",
        "changed_at",
    ]

    def get_queryset(self, request: Any) -> models.QuerySet[LearningResource]:
        facts = UnitFacts.objects.filter(on_day(), unit=OuterRef("owner_unit"))
        resources = LearningResource.objects.filter(discarded_at=None).select_related("subject", "author")
        of_row = Version.objects.filter(resource=OuterRef("pk"))
        return resources.annotate(
            owner_name=Subquery(facts.values("name")[:1]),
            is_published=Exists(Publication.objects.in_force().filter(version__resource=OuterRef("pk"))),
            is_waiting=Exists(of_row.filter(review=Review.SUBMITTED)),
        )


class VersionFilters(WagtailFilterSet):
    ingest = django_filters.ChoiceFilter(choices=Ingest.choices, label=_("Check of the file"))
    review = django_filters.ChoiceFilter(choices=Review.choices, label=_("Review"))
    kind = django_filters.ChoiceFilter(choices=Kind.choices, label=_("Kind"))

    class Meta:
        model = Version
        fields = ["ingest", "review", "kind"]


class VersionInspect(Inspect):
    template_name = "cms/admin/version.html"

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        url = publish_url(self.object)
        return [HeaderButton(_("Publish"), url=url, icon_name="upload")] if url else []

    def get_page_subtitle(self) -> str:
        facts = {"title": self.object.resource.title, "number": self.object.number}
        return gettext("%(title)s, version %(number)s") % facts

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            publications=publications_of(self.object.publications.all()),
            events=self.object.review_events.select_related("by"),
        )


class VersionViews(Shown):
    """Uploaded files, each for ever."""

    model = Version
    icon = "doc-full-inverse"
    inspect_view_class = VersionInspect
    list_display = [
        TitleColumn("filename", label=_("File"), get_url=inspect_url),
        Column("resource", label=_("Lesson")),
        Column("number", label=pgettext_lazy("of a version", "Number")),
        Column("get_kind_display", label=_("Kind")),
        Column("get_ingest_display", label=_("Check of the file")),
        Column("get_review_display", label=_("Review")),
        Column("created_at", label=_("Uploaded"), accessor=lambda row: vi_datetime(row.created_at)),
    ]
    filterset_class = VersionFilters
    search_fields = ["filename", "resource__title"]
    inspect_view_fields = [
        "resource",
        "number",
        "filename",
        "kind",
        "edition",
        "tool",
        "ingest",
        "review",
        "by",
        "created_at",
        "note",
    ]

    def get_queryset(self, request: Any) -> models.QuerySet[Version]:
        return Version.objects.select_related("resource")


class LibraryGroup(SnippetViewSetGroup):
    """The menu "Kho học liệu"."""

    menu_label = _("Library")
    menu_icon = "folder-open-1"
    menu_order = 150
    items = (
        ResourceViews,
        VersionViews,
        SubjectViews,
        SubjectOfferViews,
        GradeViews,
        LevelViews,
        CurriculumViews,
        ResourceTypeViews,
        LicenceViews,
        SeriesViews,
        SynonymViews,
    )


def urls() -> list[URLPattern]:
    """Pages of the editors' acts."""
    from cms import library_views

    return [
        path("library/publish/<uuid:uid>/", library_views.publish_version, name="library_publish"),
        path("library/withdraw/<uuid:uid>/", library_views.withdraw_publication, name="library_withdraw"),
    ]
