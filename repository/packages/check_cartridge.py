"""Judging a Common Cartridge: what of it can be opened, and what waits for a course or for question banks."""

from __future__ import annotations

from .cartridge import LOOK_BYTES, Cartridge, Part, questions_in, read_cartridge
from .check_cmi5 import Package
from .codes import PackageRefused
from .manifest import Manifest
from .names import shown
from .report import Item


def take_cartridge(package: Package, manifest: Manifest, path: str) -> None:
    """Write into the report what a cartridge holds. Raises `PackageRefused` where it holds nothing.

    Its pages can be looked at as they are; a course makes sections of it (`cartridge`).
    """
    report = package.report
    cartridge = read_cartridge(
        manifest, base=report.base, find=package.find, read=package.read, most=LOOK_BYTES
    )
    if not cartridge.parts:
        raise PackageRefused("nothing_to_launch", path)
    report.items = _items(cartridge)
    report.launch = next((item.path for item in report.items if item.path), "")
    report.tool = "Canvas" if any("course_settings/canvas_export" in name for name in package.paths) else ""
    if cartridge.missing:
        package.note("item_missing", cartridge.missing)
    if not report.launch:
        package.note("cartridge_bare", [])
    _note_kept(package, cartridge)


def _note_kept(package: Package, cartridge: Cartridge) -> None:
    if questions := cartridge.of("questions"):
        titles = [part.title for part in questions]
        package.note(
            "questions_kept",
            [part.path for part in questions],
            questions=questions_in(questions),
            titles=", ".join(f"“{shown(title)}”" for title in titles[:3]),
        )
    if tools := cartridge.of("tool"):
        package.note("tools_left_out", [part.title for part in tools], title=shown(tools[0].title))


def _items(cartridge: Cartridge) -> list[Item]:
    """Sections as headings, pages to open; what is no page stands there by its name."""
    items: list[Item] = []
    for number, section in enumerate(cartridge.sections, start=1):
        heading = f"section-{number}" if section.title else ""
        if heading:
            items.append(_item(heading, section.title, "", 0))
        items += [
            _item(f"part-{number}-{place}", part.title, heading, 1 if heading else 0, part)
            for place, part in enumerate(section.parts, start=1)
        ]
    return items


def _item(identifier: str, title: str, parent: str, depth: int, part: Part | None = None) -> Item:
    path = part.path if part is not None and part.sort == "page" else ""
    return Item(
        identifier=identifier,
        title=title,
        launch=path,
        path=path,
        query="",
        scorm_type="asset" if path else "",
        depth=depth,
        parent=parent,
        visible=part is None or bool(path),
    )
