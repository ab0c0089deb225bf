"""A page of text as it is shown: its blocks with what they show and link to in the library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from courses.training.models import Activity, CartridgeImport
from courses.training.page_editor import items_of
from courses.training.prose import LINKED, LISTS, clean_html, resources_of, versions_of
from courses.training.publication import published_versions
from repository.content.links import file_url, member_url, view_url
from repository.models import Kind, LearningResource, Version
from repository.packages.mediatypes import media_type


@dataclass(frozen=True, slots=True)
class FileShown:
    """A file of an import: shown in a frame where a page of ours can, else to be fetched."""

    title: str
    url: str
    frame: bool
    picture: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """A block for its template; ``resource`` is None where it may not be shown any more."""

    kind: str
    value: Any
    resource: LearningResource | None = None
    picture_url: str | None = None
    file: FileShown | None = None

    @property
    def template(self) -> str:
        return f"courses/blocks/{self.kind}.html"


def shown_blocks(activity: Activity, unit_id: int) -> list[Shown]:
    """The blocks of a page, with what the course's unit may use of the library. Two queries at most."""
    raw = list(activity.body.raw_data)
    wanted = resources_of(raw)
    resources = (
        {str(one.uid): one for one in LearningResource.objects.filter(uid__in=wanted).select_related("type")}
        if wanted
        else {}
    )
    versions = published_versions([one.pk for one in resources.values()], unit_id) if resources else {}
    imported = _imported(activity, raw)
    return [
        _file(block, imported) if block["type"] == "file" else _shown(block, resources, versions)
        for block in raw
    ]


def _imported(activity: Activity, raw: list[Any]) -> dict[str, Version]:
    """By public id the versions that blocks show files of, where they were taken into this course."""
    wanted = versions_of(raw)
    if not wanted:
        return {}
    taken = CartridgeImport.objects.filter(course=activity.section.course_id).values("version")
    rows = Version.objects.filter(uid__in=wanted, pk__in=taken, ingest="ready")
    return {str(row.uid): row for row in rows}


def _file(block: Any, imported: dict[str, Version]) -> Shown:
    uid, _slash, path = block["value"]["file"].partition("/")
    version = imported.get(uid)
    if version is None:
        return Shown("file", block["value"])
    kind = media_type(path)
    picture = kind.startswith("image/") and kind != "image/svg+xml"
    frame = picture or kind == "application/pdf" or kind.startswith(("audio/", "video/"))
    url = member_url(version, path, bare=picture) if frame else file_url(version, path)
    title = block["value"].get("note") or path.rpartition("/")[2]
    return Shown("file", block["value"], file=FileShown(title, url, frame, picture))


def _shown(block: Any, resources: dict[str, LearningResource], versions: dict[int, Version]) -> Shown:
    kind, value = block["type"], block["value"]
    if kind in LISTS:
        return Shown(kind, items_of(value))
    if kind == "paragraph":
        return Shown(kind, clean_html(value))
    if kind not in LINKED:
        return Shown(kind, value)
    resource = resources.get(value["resource"])
    version = versions.get(resource.pk) if resource else None
    if resource is None or version is None:
        return Shown(kind, value)
    is_picture = kind == "picture" and version.kind == Kind.IMAGE
    return Shown(kind, value, resource, view_url(version) if is_picture else None)
