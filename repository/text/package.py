"""Text of a package's members, each under the part of the package that shows it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from repository.packages import pages
from repository.packages.archive import Archive, Member, read_archive, read_member
from repository.packages.codes import PackageRefused
from repository.packages.detect import manifest_path
from repository.packages.limits import Limits
from repository.packages.manifest import Manifest, parse_manifest
from repository.packages.mediatypes import extension
from repository.packages.names import candidates, fold
from repository.text import data
from repository.text.html import read_html, text_of
from repository.text.office import read_office
from repository.text.parts import MB, Parts, UnreadableError
from repository.text.pdf import read_pdf
from repository.text.plain import read_plain, read_subtitles

#: Of one page or data file, and of one document inside the package.
_PAGE_BYTES, _DOCUMENT_BYTES = 8 * MB, 60 * MB
_PAGES = frozenset({"html", "htm", "xhtml"})
_OFFICE = frozenset({"docx", "pptx", "ppsx", "xlsx"})
_SUBTITLES = frozenset({"vtt", "srt"})
_SCRIPTS = frozenset({"js"})
#: What lies in packages for machines: manifests, schemas, styles of players.
_MACHINE_XML = re.compile(
    r"^(imsmanifest|imsmetadata|metadata|adlcp\w*|imscp\w*|imsss\w*|imsmd\w*|ims_xml|lom\w*|datatypes|xml|"
    r"common\w*|crossdomain|browserconfig|configuration)\.xml$"
)
#: Data of authoring programs, what their slides say in any language: Storyline, iSpring, Captivate, Rise,
#: ActivePresenter, H5P. Scripts elsewhere are code, in which only Vietnamese sentences are content.
_DATA = re.compile(
    r"(^|/)(html5/data/js/|data/(js/)?(slide|quiz|question|data|content|text)[\w-]*\.js|story_content/\w*data\w*\.js"
    r"|assets/js/(project|cpm)\.js|cpm\.js|rlprj\w*\.js|(data|questions?|quiz|content|cauhoi|bai\d*)\d*\.js)",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"(^|/)(jquery|bootstrap|angular|react|vue|require|modernizr|mathjax|createjs|easeljs|player|vendor|polyfill|"
    r"scormdriver|scorm_?api|apiwrapper|lms|swfobject|frame|bootstrapper|runtime|ispringplayer)[\w.-]*\.js$|\.min\.js$"
    r"|(^|/)(lib|libs|mobile|scormdriver|node_modules)/",
    re.IGNORECASE,
)
_H5P_LIBRARY = re.compile(r"(^|/)(H5P|FontAwesome|Drop|jQuery)[\w.]*-\d+(\.\d+)*/", re.IGNORECASE)
_BIG_COURSE = re.compile(r"(courseData|__fetchCourse|deserialize)\b")


@dataclass(frozen=True, slots=True)
class Start:
    """What can be launched: the id it is known by, the member that opens it, its title."""

    id: int
    path: str
    title: str = ""


def read_package(file: BinaryIO, parts: Parts, starts: Sequence[Start] = (), launch: str = "") -> None:
    """The members' text in the order of ``starts``, then of their paths. Raises UnreadableError."""
    try:
        archive = read_archive(file, limits=Limits())
    except PackageRefused:
        raise UnreadableError("text_broken") from None
    _Reader(archive, parts, starts, launch).read()


class _Reader:
    def __init__(self, archive: Archive, parts: Parts, starts: Sequence[Start], launch: str) -> None:
        self.file = archive.file
        self.parts = parts
        self.members = {member.path: member for member in archive.members}
        self.folded = {fold(path): path for path in reversed(self.members)}
        first = re.split(r"[?#]", launch, maxsplit=1)[0]
        self.starts = list(starts) or ([Start(0, first)] if first else [])
        self.pages: dict[str, tuple[str, str]] = {}

    def find(self, path: str) -> str | None:
        """The member that a path means, in whatever case."""
        for spelling in candidates(path):
            if spelling in self.members:
                return spelling
            if (found := self.folded.get(fold(spelling))) is not None:
                return found
        return None

    def read(self) -> None:
        owners = self._owners()
        order = {start.id: at for at, start in enumerate(self.starts)}
        titles = {start.id: start.title for start in self.starts}
        launched = {self.find(start.path) for start in self.starts}

        def place(path: str) -> tuple[int, int, list[tuple[int, int, str]]]:
            rank = 0 if path in launched else 1 if extension(path) not in _SCRIPTS else 2
            return order.get(owners.get(path, -1), len(order)), rank, _natural(path)

        for path in sorted(self.members, key=place):
            read = self._reader_of(path)
            if read is None:
                continue
            start = owners.get(path, 0)
            try:
                read(path, titles.get(start, ""), start)
            except (PackageRefused, UnreadableError):
                continue  # one member that cannot be read is not the whole lesson

    # Which part shows a member

    def _owners(self) -> dict[str, int]:
        """Each member's part: by the manifest's lists of files, by links from its launch page, by folder."""
        starts = [(start, found) for start in self.starts if (found := self.find(start.path))]
        if len(starts) <= 1:
            return {path: start.id for start, _found in starts for path in self.members}
        owners: dict[str, int] = {}
        for start, found in starts:
            owners.setdefault(found, start.id)
        self._by_manifest(starts, owners)
        self._by_links(starts, owners)
        self._by_folder(starts, owners)
        return owners

    def _by_manifest(self, starts: list[tuple[Start, str]], owners: dict[str, int]) -> None:
        manifest = self._manifest()
        if manifest is None:
            return
        ids: dict[str, int] = {}
        for start, found in starts:
            ids.setdefault(found, start.id)
        claims: dict[str, set[int]] = {}
        for resource in manifest.resources:
            entry = self.find(re.split(r"[?#]", resource.href, maxsplit=1)[0]) if resource.href else None
            if entry in ids:
                for listed in resource.files:
                    if path := self.find(listed):
                        claims.setdefault(path, set()).add(ids[entry])
        for path, claimed in claims.items():
            if len(claimed) == 1:
                owners.setdefault(path, min(claimed))

    def _manifest(self) -> Manifest | None:
        path = manifest_path(list(self.members))
        if path is None:
            return None
        try:
            return parse_manifest(self._bytes(path, _PAGE_BYTES))
        except (ValueError, PackageRefused):
            return None

    def _by_links(self, starts: list[tuple[Start, str]], owners: dict[str, int]) -> None:
        """Pages that one launch page leads to; what is already somebody's stays so."""
        for start, found in starts:
            waiting = [found]
            while waiting:
                path = waiting.pop()
                if extension(path) not in _PAGES or owners.get(path) != start.id:
                    continue
                for linked in self._linked(path):
                    if linked not in owners:
                        owners[linked] = start.id
                        waiting.append(linked)

    def _linked(self, path: str) -> list[str]:
        try:
            page = pages.read_page(text_of(self._bytes(path, _PAGE_BYTES)))
        except PackageRefused:
            return []
        there, _missing = pages.local_files(path, [*page.frames, *page.links, *page.scripts], self.find)
        return there

    def _by_folder(self, starts: list[tuple[Start, str]], owners: dict[str, int]) -> None:
        """Members in or below the folder of exactly one launch page."""
        folders: dict[str, set[int]] = {}
        for start, found in starts:
            folders.setdefault(found.rpartition("/")[0], set()).add(start.id)
        for path in self.members:
            folder = path.rpartition("/")[0]
            while path not in owners:
                here = folders.get(folder)
                if here is not None:
                    if len(here) == 1:
                        owners[path] = min(here)
                    break
                if not folder:
                    break
                folder = folder.rpartition("/")[0]

    # Reading members

    def _bytes(self, path: str, at_most: int) -> bytes:
        member: Member = self.members[path]
        self.parts.spend(min(member.size, at_most))
        return read_member(self.file, member, at_most=at_most)

    def _reader_of(self, path: str) -> Callable[[str, str, int], None] | None:
        kind = extension(path)
        name = path.rpartition("/")[2].lower()
        if kind in _PAGES:
            return self._page
        if kind in _SCRIPTS:
            is_code = _CODE.search(path) and not _DATA.search(path)
            return None if is_code or _H5P_LIBRARY.search(path) else self._script
        if kind == "xml":
            return None if _MACHINE_XML.match(name) else self._xml
        readers: dict[str, Callable[[str, str, int], None]] = {
            "json": self._json, "txt": self._plain, "pdf": self._document,
            **dict.fromkeys(_OFFICE, self._document), **dict.fromkeys(_SUBTITLES, self._subtitles),
        }  # fmt: skip
        return readers.get(kind)

    def _page(self, path: str, title: str, start: int) -> None:
        source = text_of(self._bytes(path, _PAGE_BYTES))
        own, text = read_html(source)
        if _BIG_COURSE.search(source):
            text = "\n".join([text, *data.from_script(source)])
        self.parts.add(text, label=title or own, place=path, start=start)

    def _script(self, path: str, title: str, start: int) -> None:
        source = text_of(self._bytes(path, _PAGE_BYTES))
        known = _DATA.search(path) is not None
        self._lines(data.from_script(source, vietnamese_only=not known), path, title, start)

    def _json(self, path: str, title: str, start: int) -> None:
        self._lines(data.from_json(text_of(self._bytes(path, _PAGE_BYTES))), path, title, start)

    def _xml(self, path: str, title: str, start: int) -> None:
        self._lines(data.from_xml(self._bytes(path, _PAGE_BYTES)), path, title, start)

    def _plain(self, path: str, title: str, start: int) -> None:
        text = read_plain(self._bytes(path, _PAGE_BYTES))
        self._lines([line for line in text.split("\n") if data.is_sentence(line.strip())], path, title, start)

    def _subtitles(self, path: str, title: str, start: int) -> None:
        self.parts.add(read_subtitles(self._bytes(path, _PAGE_BYTES)), label=title, place=path, start=start)

    def _document(self, path: str, _title: str, start: int) -> None:
        if self.members[path].size > _DOCUMENT_BYTES:
            return
        file = io.BytesIO(self._bytes(path, _DOCUMENT_BYTES))
        name = path.rpartition("/")[2]
        read = read_pdf if extension(path) == "pdf" else read_office
        read(file, self.parts, label=name, place=path, start=start)

    def _lines(self, lines: Iterable[str], path: str, title: str, start: int) -> None:
        self.parts.add("\n".join(lines), label=title, place=path, start=start)


def _natural(path: str) -> list[tuple[int, int, str]]:
    """Paths with slide2 before slide10."""
    return [(1, int(piece[:12]), "") if piece.isdecimal() else (0, 0, piece)
            for piece in re.split(r"(\d+)", fold(path)) if piece]  # fmt: skip
