"""Judging an uploaded file: one report, whatever the file is, and no exception for a bad one.

The archive is read in `archive`, the manifest in `manifest`; here it is decided what can be launched and what
is missing. Nothing is written anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import BinaryIO

from . import contents, detect, doctor, exports, index, pages, xml
from .archive import Archive, Member, read_archive, read_member
from .cartridge import IMSCC
from .check_cartridge import take_cartridge
from .check_cmi5 import take_cmi5
from .check_h5p import take_h5p
from .cmi5 import CMI5, structure_path
from .codes import Finding, PackageRefused
from .files import check_file
from .h5p import H5P
from .limits import MB, Limits
from .manifest import (
    LONGEST_ADDRESS,
    MOST_ITEMS,
    AddressTooLongError,
    Manifest,
    ManifestItem,
    parse_manifest,
)
from .media import is_media
from .mediatypes import extension
from .names import candidates, fold, resolve, shown
from .passing import Seen
from .report import Item, Report
from .verify import verify

ARCHIVE_EXTENSIONS = frozenset({"zip", "h5p", "imscc", "scorm", "pif", "elp", "elpx"})

_PAGE_BYTES = 256 * 1024
_MOST_SCRIPTS_READ = 20
_ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"PK00PK\x03\x04")


def check_upload(
    file: BinaryIO,
    *,
    filename: str,
    limits: Limits | None = None,
    budget: doctor.Budget | None = None,
    seen: Seen | None = None,
) -> Report:
    """Judge any upload. The content decides what it is; the name only helps to say what is wrong.

    `seen`: what an archive's bytes were while they came in; see `passing`.
    Raises nothing for bad content, only what reading `file` itself raises (OSError).
    """
    limits = limits or Limits()
    file.seek(0)
    head = file.read(8)
    is_archive = head.startswith(_ZIP_SIGNATURES) or extension(filename) in ARCHIVE_EXTENSIONS
    if is_archive and (head.startswith(b"PK") or not _is_something_else(head)):
        return check_package(file, filename=filename, limits=limits, budget=budget, seen=seen)
    return check_file(file, filename=filename, limits=limits)


def _is_something_else(head: bytes) -> bool:
    """A PDF, picture or video that is called .zip is judged as what it is."""
    return is_media(head) or head.startswith((b"%PDF-", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF"))


def check_package(
    file: BinaryIO,
    *,
    filename: str,
    limits: Limits | None = None,
    budget: doctor.Budget | None = None,
    seen: Seen | None = None,
) -> Report:
    """Judge a package: archive, every member's bytes, kind, contents, files. `budget`: of the second look."""
    limits = limits or Limits()
    report = Report()
    try:
        archive = read_archive(file, limits=limits)
        verify(archive, seen)
        report.findings += archive.findings
        report.files = len(archive.members)
        report.unpacked_bytes = archive.unpacked_bytes
        report.contents = contents.count(member.path for member in archive.members)
        check = _Check(archive, report, limits)
        try:
            check.run()
        except PackageRefused as refusal:
            report.findings.append(refusal.finding)
        if report.refused:
            report.findings += exports.what_again(report, check.paths)
        else:
            tracked = report.tracked_parts > 0 and report.kind != CMI5
            lost = [one.paths for one in report.findings if one.code == "launch_files_missing"]
            told = {path for paths in lost for path in paths}
            more, report.read_whole = doctor.look(
                archive.file, check.lessons, find=check.find, tracked=tracked, budget=budget, told=told
            )
            report.findings += more
            report.index = index.build(archive.members)
    except PackageRefused as refusal:
        report.findings.append(refusal.finding)
    report.sort_findings()
    if not report.title:
        report.title = _title_from(filename)
    return report


def _title_from(filename: str) -> str:
    stem = filename.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]
    return " ".join(stem.replace("_", " ").split())


class _Check:
    """One run over one archive: what several steps need is kept here."""

    def __init__(self, archive: Archive, report: Report, limits: Limits) -> None:
        self.archive = archive
        self.report = report
        self.limits = limits
        self.members = {member.path: member for member in archive.members}
        self.folded = {fold(path): path for path in reversed(self.members)}
        self.paths = list(self.members)
        self.flash = pages.flash_files(self.paths)

    def run(self) -> None:
        if not self.members:
            raise PackageRefused("archive_empty")
        path = detect.manifest_path(self.paths)
        if path is None:
            self._without_manifest(detect.kind_without_manifest(self.paths))
        else:
            self._with_manifest(path)
        if self.flash and not any(finding.reason == "flash" for finding in self.report.findings):
            self.note("flash_parts", self.flash)

    def note(self, code: str, paths: Sequence[str], **params: object) -> None:
        shown_paths = tuple(shown(path) for path in paths)
        first = shown_paths[0] if shown_paths else ""
        self.report.findings.append(Finding(code, {"count": len(paths), **params}, first, shown_paths))

    def find(self, path: str) -> str | None:
        """The member that `path` means, without regard to case where need be."""
        return path if path in self.members else self.folded.get(fold(path))

    def size_of(self, path: str) -> int:
        return self.members[path].size

    def read(self, path: str, at_most: int = _PAGE_BYTES) -> bytes:
        return read_member(self.archive.file, self.members[path], at_most=at_most)

    @property
    def lessons(self) -> Sequence[Member]:
        """The files that its author made: of an H5P exercise not the libraries, which many share."""
        if self.report.kind != H5P:
            return self.archive.members
        own = self.report.base + "content/"
        return [member for member in self.archive.members if member.path.startswith(own)]

    # -- HTML5 and the rest ---------------------------------------------------------------------------------

    def _without_manifest(self, kind: str) -> None:
        self.report.kind = kind
        if kind == "office":
            raise PackageRefused("office_document", kind=detect.office_kind(self.paths))
        if kind in detect.UNSUPPORTED_NAMES:
            raise PackageRefused("kind_unsupported", kind=detect.UNSUPPORTED_NAMES[kind])
        if kind == H5P:
            take_h5p(self)
            return
        structure = structure_path(self.paths) if kind == CMI5 else None
        if structure is not None:
            take_cmi5(self, structure)
            return
        entry = detect.entry_page(self.paths)
        if not kind or entry is None:
            raise PackageRefused("no_manifest")
        self._html5(entry)

    def _html5(self, entry: str) -> None:
        text = pages.decode(self.read(entry))
        self.report.kind = detect.HTML5
        self.report.launch = entry
        self.report.base = entry.rpartition("/")[0] + "/" if "/" in entry else ""
        self.report.tool = detect.authoring_tool(self.paths, text[:20_000])
        self.report.title = self.report.title or pages.read_page(text).title
        self.judge_page(entry, declared_missing=0.0)

    # -- SCORM ----------------------------------------------------------------------------------------------

    def _with_manifest(self, path: str) -> None:
        manifest = self._parse(path)
        report = self.report
        report.kind, report.edition, report.title = manifest.kind, manifest.edition, manifest.title
        report.manifest = path
        report.base = path.rpartition("/")[0] + "/" if "/" in path else ""
        report.sequenced = manifest.sequenced
        if manifest.kind == "qti":
            raise PackageRefused("questions_only", path)
        if manifest.kind in detect.UNSUPPORTED_NAMES:
            raise PackageRefused("kind_unsupported", kind=detect.UNSUPPORTED_NAMES[manifest.kind])
        report.tool = detect.authoring_tool(self.paths, pages.decode(self.read(path))[:20_000])
        for code in manifest.notes:
            self.note(code, [], limit=MOST_ITEMS)
        if manifest.recovered:
            self.note("manifest_recovered", [path])
        if report.base:
            self.note("manifest_not_at_root", [report.base.rstrip("/")])
        if not manifest.kind:
            self._plain(manifest, path)
            return
        if manifest.kind == IMSCC:
            take_cartridge(self, manifest, path)
            return
        report.items = self._items(manifest, path)
        missing = self._missing_files(manifest)
        first = next((item for item in report.items if item.path and item.visible), None)
        first = first or next(item for item in report.items if item.path)
        report.launch = first.launch
        self.judge_page(first.path, declared_missing=missing)

    def _parse(self, path: str) -> Manifest:
        member: Member = self.members[path]
        if member.size > self.limits.manifest_bytes:
            raise PackageRefused(
                "manifest_too_large", path, size=member.size // MB, limit=self.limits.manifest_bytes // MB
            )
        try:
            return parse_manifest(self.read(path, at_most=self.limits.manifest_bytes))
        except xml.EntitiesDeclaredError:
            raise PackageRefused("manifest_entities", path) from None
        except xml.TooDeepError:
            raise PackageRefused("manifest_too_deep", path) from None
        except AddressTooLongError:
            raise PackageRefused("address_too_long", path, limit=LONGEST_ADDRESS) from None
        except ValueError:
            raise PackageRefused("manifest_unreadable", path) from None

    def _plain(self, manifest: Manifest, path: str) -> None:
        """A manifest that is not SCORM's: open its first page, track nothing."""
        hrefs = [item.href for item in manifest.items if item.href]
        hrefs += [resource.href for resource in manifest.resources if resource.href]
        found = (self.target(href)[0] for href in hrefs)
        entry = next((target for target in found if target and _is_page(target)), None)
        entry = entry or detect.entry_page(self.paths)
        if entry is None:
            raise PackageRefused("nothing_to_launch", path)
        self.note("manifest_plain", [path])
        self._html5(entry)

    def target(self, href: str) -> tuple[str, str]:
        """The member that a launch address means ("" if it is not there) and its query + fragment."""
        address = re.match(r"[^?#]*", href)
        plain = address.group() if address else ""
        path = resolve(self.report.base, plain)
        if not path:
            return "", ""
        found = next((match for spelling in candidates(path) if (match := self.find(spelling))), "")
        return found, href[len(plain) :]

    def _items(self, manifest: Manifest, path: str) -> list[Item]:
        """The table of contents with the files behind it; refused where nothing can be opened."""
        listed = manifest.items
        if not any(item.href for item in listed):
            listed = self._items_from_resources(manifest) or listed
        items = [self._item(item) for item in listed]
        wanted = [source.href for source in listed if source.href]
        if not wanted:
            raise PackageRefused("nothing_to_launch", path)
        lost = [
            source.href for source, item in zip(listed, items, strict=True) if source.href and not item.path
        ]
        outside = [href for href in lost if resolve(self.report.base, re.split(r"[?#]", href)[0]) is None]
        if len(lost) == len(wanted):
            if outside:
                raise PackageRefused("launch_outside", shown(outside[0]))
            self._nothing_left(manifest, lost)
        if lost:
            self.note("item_missing", lost)
        broken = [item for item in listed if item.resource and not item.href]
        if broken:
            self.note("item_broken", [item.resource for item in broken], title=shown(broken[0].title))
        return items

    def _items_from_resources(self, manifest: Manifest) -> tuple[ManifestItem, ...]:
        """One line for each SCO (else each page) that is there, where the table of contents lists none."""
        pages_there = [
            resource
            for resource in manifest.resources
            if resource.href and _is_page(self.target(resource.href)[0])
        ]
        chosen = [resource for resource in pages_there if resource.scorm_type == "sco"] or pages_there
        if not chosen:
            return ()
        self.note("organization_missing", [resource.href for resource in chosen])
        if len(chosen) > MOST_ITEMS:
            self.note("items_too_many", [], limit=MOST_ITEMS)
        return tuple(
            ManifestItem(
                identifier=resource.identifier or f"item-{number}",
                title=manifest.title or _title_from(self.target(resource.href)[0]),
                parent="",
                depth=0,
                resource=resource.identifier,
                href=resource.href,
                scorm_type=resource.scorm_type or "asset",
                visible=True,
            )
            for number, resource in enumerate(chosen[:MOST_ITEMS], start=1)
        )

    def _nothing_left(self, manifest: Manifest, lost: list[str]) -> None:
        """Say why, as far as can be told, and stop: the launch page is gone, the rest may be Flash."""
        self._missing_files(manifest)
        if self.flash and not pages.plays_without_flash(self.paths):
            self.note("flash_only", self.flash)
        raise PackageRefused("launch_missing", shown(lost[0]))

    def _item(self, source: ManifestItem) -> Item:
        path, query = self.target(source.href) if source.href else ("", "")
        return Item(
            identifier=source.identifier,
            title=source.title,
            launch=path + query,
            path=path,
            query=query,
            scorm_type=source.scorm_type if path else "",
            depth=source.depth,
            parent=source.parent,
            visible=source.visible,
            prerequisites=source.prerequisites,
            mastery_score=source.mastery_score,
            max_time_allowed=source.max_time_allowed,
            time_limit_action=source.time_limit_action,
            data_from_lms=source.data_from_lms,
            completion_threshold=source.completion_threshold,
            scaled_passing_score=source.scaled_passing_score,
            hide_lms_ui=source.hide_lms_ui,
        )

    def _missing_files(self, manifest: Manifest) -> float:
        """Note declared files that are not there; the share of them that is missing, 0 to 1."""
        declared = manifest.declared_files
        missing = []
        for href in declared:
            path = resolve(self.report.base, re.split(r"[?#]", href, maxsplit=1)[0])
            if path is not None and not any(self.find(spelling) for spelling in candidates(path)):
                missing.append(path)
        if missing:
            self.note("files_missing", missing, total=len(declared))
        return len(missing) / len(declared) if declared else 0.0

    # -- the page that opens it ----------------------------------------------------------------------------

    def judge_page(self, path: str, *, declared_missing: float, hints: bool = False) -> None:
        """Refuse where the launch page opens nothing but Flash or lacks what it is made of.

        `hints`: what it lacks besides is left to the hints (`doctor`)."""
        if not _is_page(path):
            return
        page = pages.read_page(pages.decode(self.read(path)))
        find: Callable[[str], str | None] = self.find
        scripts, lost_scripts = pages.local_files(path, page.scripts, find)
        frames, lost_frames = pages.local_files(path, page.frames, find)
        links, _ = pages.local_files(path, page.links, find)
        lost = lost_scripts + lost_frames
        flash = bool(self.flash) and (page.flash or self._scripts_open_flash(scripts))
        modern = pages.plays_without_flash(self.paths)
        if flash and not modern and (lost or pages.is_frame_of_a_film(page, [*frames, *links])):
            self.note("flash_only", self.flash)
        if lost:
            nothing_there = not scripts and not frames and not links and page.visible_characters == 0
            grave = declared_missing > 0.5 or nothing_there or (flash and not modern)
            if hints and not grave:
                return
            code = "launch_incomplete" if grave else "launch_files_missing"
            self.report.findings.append(
                Finding(
                    code,
                    {"count": len(lost), "missing": shown(lost[0])},
                    path,
                    tuple(shown(one) for one in lost),
                )
            )

    def _scripts_open_flash(self, scripts: list[str]) -> bool:
        return any(
            pages.mentions_flash(pages.decode(self.read(path))) for path in scripts[:_MOST_SCRIPTS_READ]
        )


def _is_page(path: str) -> bool:
    return extension(path) in ("html", "htm", "xhtml", "xht")
