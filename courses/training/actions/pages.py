"""Activities that are not in the library: pages of text, and sessions that classes give their days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.errors import Refusal
from accounts.models import User
from accounts.text import nfc
from courses.training.actions.building import (
    changed,
    minutes_in_range,
    next_position,
    require_manages,
    titled,
)
from courses.training.cartridges import PlannedPage
from courses.training.completion import ATTENDED, OPENED, Rule
from courses.training.models import Activity, CartridgeImport, Course, Section
from courses.training.prose import ProseError, clean_blocks, resources_of, versions_of
from courses.training.publication import published_versions
from repository.models import LearningResource

_ONLY_RULE = {Activity.Kind.PAGE: OPENED, Activity.Kind.SESSION: ATTENDED}


@transaction.atomic
def add_page(
    *,
    by: User | None,
    section: Section,
    title: str,
    blocks: Sequence[Mapping[str, Any]] = (),
    about: str = "",
    minutes: int | None = None,
    required: bool = True,
) -> Activity:
    """A page of text at the end of a section, completed by opening it."""
    page = _add(
        by, section, kind=Activity.Kind.PAGE, title=title, about=about, minutes=minutes, required=required
    )
    if blocks:
        write_page(by=by, activity=page, blocks=blocks)
    return page


@transaction.atomic
def add_pages(*, by: User | None, section: Section, pages: Sequence[PlannedPage]) -> list[Activity]:
    """The pages of an import at the end of a section, in one go; their blocks are cleaned already, and show
    files of that import alone."""
    require_manages(by, section.course.unit_id)
    Course.objects.select_for_update().get(pk=section.course_id)
    first = next_position(section)
    stream = Activity().body.stream_block
    added = Activity.objects.bulk_create(
        Activity(
            section=section,
            position=first + number,
            kind=Activity.Kind.PAGE,
            title=titled(page.title),
            about=nfc(page.about).strip()[:2000],
            required=page.required,
            rule=Rule(OPENED).as_json(),
            body=stream.to_python(page.blocks),
        )
        for number, page in enumerate(pages)
    )
    changed(section.course_id)
    return list(added)


@transaction.atomic
def add_meeting(
    *,
    by: User | None,
    section: Section,
    title: str,
    about: str = "",
    minutes: int | None = None,
    required: bool = True,
) -> Activity:
    """A session at the end of a section; each class gives it its days, attending one completes it."""
    return _add(
        by, section, kind=Activity.Kind.SESSION, title=title, about=about, minutes=minutes, required=required
    )


def _add(
    by: User | None,
    section: Section,
    *,
    kind: Activity.Kind,
    title: str,
    about: str,
    minutes: int | None,
    required: bool,
) -> Activity:
    require_manages(by, section.course.unit_id)
    Course.objects.select_for_update().get(pk=section.course_id)
    activity = Activity.objects.create(
        section=section,
        position=next_position(section),
        kind=kind,
        title=titled(title),
        about=nfc(about).strip()[:2000],
        minutes=minutes_in_range(minutes),
        required=required,
        rule=Rule(_ONLY_RULE[kind]).as_json(),
    )
    changed(section.course_id)
    return activity


_PROSE_SAID = {
    "block_too_long": _("Block %(n)s is too long. Split it into several."),
    "block_resource_unknown": _(
        "Block %(n)s names nothing of the library. Search for it, or paste the address of its page."
    ),
    "block_file_unknown": _("Block %(n)s shows no file of an import. Remove it."),
    "block_empty": _("Block %(n)s quotes nobody's words yet. Fill it in or remove it."),
    "blocks_too_many": _("A page has at most %(n)s blocks. Make two pages of it."),
    "block_unknown": _("Block %(n)s is of an unknown kind. Remove it."),
}


@transaction.atomic
def write_page(*, by: User | None, activity: Activity, blocks: Sequence[Mapping[str, Any]]) -> None:
    """Writes the text of a page anew; the classes that have it show the new text."""
    course = activity.section.course
    require_manages(by, course.unit_id)
    if activity.kind != Activity.Kind.PAGE:
        raise Refusal("activity_not_page", _("Only a page of text has blocks."))
    try:
        kept = clean_blocks(blocks)
    except ProseError as error:
        raise Refusal(error.code, _PROSE_SAID[error.code], n=error.number) from None
    _require_usable(by, course, kept)
    activity.body = activity.body.stream_block.to_python(kept)
    activity.save(update_fields=["body"])
    changed(course.pk)


def _require_usable(by: User | None, course: Course, blocks: Sequence[Mapping[str, Any]]) -> None:
    """Refuses blocks that show or link to what the writer may not see, or the course's unit may not use."""
    wanted = resources_of(blocks)
    seen = LearningResource.objects.filter(uid__in=wanted)
    if by is not None:
        seen = seen.visible_to(by)
    found = dict(seen.values_list("pk", "uid"))
    there = {str(found[pk]) for pk in published_versions(found, course.unit_id)}
    _require_imported(course, blocks)
    for number, block in enumerate(blocks, start=1):
        if block["type"] in {"picture", "lesson"} and block["value"]["resource"] not in there:
            raise Refusal(
                "block_resource_unpublished",
                _("What block %(n)s leads to is not published for the unit of the course. Choose another."),
                n=number,
            )


def _require_imported(course: Course, blocks: Sequence[Mapping[str, Any]]) -> None:
    """Refuses to show files of a package that was never taken into this course."""
    wanted = versions_of(blocks)
    if not wanted:
        return
    imports = CartridgeImport.objects.filter(course=course, version__uid__in=wanted)
    known = {str(uid) for uid in imports.values_list("version__uid", flat=True)}
    for number, block in enumerate(blocks, start=1):
        if block["type"] == "file" and block["value"]["file"].partition("/")[0] not in known:
            raise Refusal("block_file_unknown", _PROSE_SAID["block_file_unknown"], n=number)
