"""Judging a cmi5 package: its course structure, and whether the units it names can be opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from . import detect, pages, xml
from .cmi5 import CMI5, Entry, Structure, StructureError, is_elsewhere, parse_structure
from .codes import PackageRefused
from .limits import MB, Limits
from .manifest import LONGEST_ADDRESS, MOST_ITEMS, AddressTooLongError
from .names import shown
from .report import Item, Report

#: How the table of contents marks a unit that reports by statements.
UNIT = "au"


class Package(Protocol):
    """What is asked of the run over an archive (`check`)."""

    report: Report
    limits: Limits
    paths: list[str]

    def size_of(self, path: str) -> int: ...
    def read(self, path: str, at_most: int = ...) -> bytes: ...
    def find(self, path: str) -> str | None: ...
    def note(self, code: str, paths: Sequence[str], **params: object) -> None: ...
    def target(self, href: str) -> tuple[str, str]: ...
    def judge_page(self, path: str, *, declared_missing: float, hints: bool = ...) -> None: ...


def take_cmi5(package: Package, path: str) -> None:
    """Write into the report what the structure at `path` says. Raises `PackageRefused`."""
    structure = _read(package, path)
    report = package.report
    report.kind, report.title, report.manifest = CMI5, structure.title[:300], path
    report.base = path.rpartition("/")[0] + "/" if "/" in path else ""
    report.tool = detect.authoring_tool(package.paths, pages.decode(package.read(path))[:20_000])
    if structure.recovered:
        package.note("manifest_recovered", [path])
    if structure.cut:
        package.note("items_too_many", [], limit=MOST_ITEMS)
    if report.base:
        package.note("manifest_not_at_root", [report.base.rstrip("/")])
    if not structure.units:
        raise PackageRefused("nothing_to_launch", path)
    report.items = _items(package, structure)
    first = next(item for item in report.items if item.path)
    report.launch = first.launch
    # What the page asks for in vain is a hint here: a structure lists no files to compare with.
    package.judge_page(first.path, declared_missing=0.0, hints=True)


def _read(package: Package, path: str) -> Structure:
    limit = package.limits.manifest_bytes
    size = package.size_of(path)
    if size > limit:
        raise PackageRefused("manifest_too_large", path, size=size // MB, limit=limit // MB)
    try:
        return parse_structure(package.read(path, at_most=limit))
    except xml.EntitiesDeclaredError:
        raise PackageRefused("manifest_entities", path) from None
    except xml.TooDeepError:
        raise PackageRefused("manifest_too_deep", path) from None
    except AddressTooLongError:
        raise PackageRefused("address_too_long", path, limit=LONGEST_ADDRESS) from None
    except StructureError as error:
        raise PackageRefused("structure_invalid", path, found=shown(error.found)) from None
    except ValueError:
        raise PackageRefused("manifest_unreadable", path) from None


def _items(package: Package, structure: Structure) -> list[Item]:
    items, lost, elsewhere = [], [], []
    for entry in structure.entries:
        target, query = "", ""
        if entry.url and is_elsewhere(entry.url):
            elsewhere.append(entry.url)
        elif entry.url:
            target, query = package.target(entry.url)
            if not target:
                lost.append(entry.url)
        items.append(
            Item(
                identifier=entry.identifier,
                title=entry.title,
                launch=target + query,
                path=target,
                query=query,
                scorm_type=UNIT if target else "",
                depth=entry.depth,
                parent=entry.parent,
                visible=True,
                extra=_extra(entry, structure),
            )
        )
    if not any(item.path for item in items):
        if lost:
            raise PackageRefused("launch_missing", shown(lost[0]))
        raise PackageRefused("units_elsewhere_only", shown(elsewhere[0]), count=len(elsewhere))
    if lost:
        package.note("item_missing", lost)
    if elsewhere:
        package.note("units_elsewhere", elsewhere)
    return items


def _extra(entry: Entry, structure: Structure) -> dict[str, Any]:
    """What the runtime needs of an entry: its facts, what it serves, the course that it belongs to."""
    extra = {**entry.facts, "course": structure.identifier}
    if entry.objectives:
        extra["objectives"] = list(entry.objectives)
    return extra
