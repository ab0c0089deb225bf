"""Reading a Common Cartridge (IMS CC 1.0 to 1.3): what its table of contents leads to, and its questions.

It says what the cartridge says: sections with their parts in order. Members are read through a function,
so that this knows nothing of archives.
Sources: IMS Common Cartridge profile 1.3, 2 (resources) and 3 (manifest); QTI 1.2.1 and 2.1 for counting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from . import pages, xml
from .manifest import Manifest, ManifestItem, Resource
from .mediatypes import extension
from .names import candidates, resolve

IMSCC = "imscc"
Sort = Literal["page", "file", "link", "topic", "questions", "tool", "other"]

_PAGES = frozenset({"html", "htm", "xhtml", "xht"})
#: Files that stand for themselves where nothing leads to them; pictures and styles belong to pages.
_DOCUMENTS = frozenset(
    {"pdf", "doc", "docx", "odt", "rtf", "ppt", "pptx", "odp", "xls", "xlsx", "ods", "csv", "txt", "mp3",
     "m4a", "ogg", "wav", "mp4", "webm", "m4v", "epub", "ggb"}
)  # fmt: skip
#: How much is read of one member (a page, a link, questions), and of all of them at an upload and an import.
MEMBER_BYTES = 2 * 1024 * 1024
LOOK_BYTES = 8 * 1024 * 1024
TOTAL_BYTES = 48 * 1024 * 1024
_MOST_PARTS = 2_000
_LONGEST_TITLE = 250
_LONGEST_URL = 1_000


@dataclass(frozen=True, slots=True)
class Part:
    """A line of the cartridge. ``path`` is its member ("" for none), ``url`` where a link leads, ``html`` the
    text of a topic, ``count`` how many questions there are. ``heading``: the folders between it and its
    section."""

    sort: Sort
    title: str
    identifier: str = ""
    path: str = ""
    url: str = ""
    html: str = ""
    count: int = 0
    heading: str = ""
    is_bank: bool = False


@dataclass(slots=True)
class Section:
    title: str
    parts: list[Part] = field(default_factory=list)


@dataclass(slots=True)
class Cartridge:
    """Sections in order; ``missing`` names members that the contents lead to in vain."""

    title: str
    sections: list[Section]
    missing: list[str] = field(default_factory=list)
    cut: bool = False

    @property
    def parts(self) -> list[Part]:
        return [part for section in self.sections for part in section.parts]

    def of(self, *sorts: Sort) -> list[Part]:
        return [part for part in self.parts if part.sort in sorts]


#: (path of a member, most bytes) → its beginning
Reader = Callable[[str, int], bytes]
#: The member that a path means, None where there is none
Finder = Callable[[str], str | None]


def read_cartridge(
    manifest: Manifest, *, base: str, find: Finder, read: Reader, most: int = TOTAL_BYTES
) -> Cartridge:
    """What a cartridge holds. ``base`` is the folder of its manifest ("" or "x/"); at most ``most`` bytes of
    members are read, and what lies beyond is known by its name alone."""
    return _Reading(manifest, base, find, read, left=most).run()


class _Reading:
    def __init__(self, manifest: Manifest, base: str, find: Finder, read: Reader, *, left: int) -> None:
        self.manifest, self.base, self.find, self._read = manifest, base, find, read
        self.left = left
        self.resources = {resource.identifier: resource for resource in manifest.resources}
        self.used: set[str] = set()
        self.linked: set[str] = set()
        self.missing: list[str] = []
        self.count = 0

    def read(self, path: str) -> bytes:
        """The beginning of a member; nothing once enough was read of all."""
        data = self._read(path, min(MEMBER_BYTES, self.left)) if self.left > 0 else b""
        self.left -= len(data)
        return data

    def run(self) -> Cartridge:
        sections = [*self._from_contents(), *self._from_the_rest()]
        return Cartridge(
            title=self.manifest.title[:_LONGEST_TITLE],
            sections=[section for section in sections if section.parts],
            missing=self.missing,
            cut=self.count >= _MOST_PARTS,
        )

    # -- the table of contents -----------------------------------------------------------------------------

    def _from_contents(self) -> Iterator[Section]:
        """Top folders become sections; what lies beside them on the top shares one without a title."""
        items = self.manifest.items
        roots = [item for item in items if not item.parent]
        # The standard wants one item without a title around everything (3.4).
        loose = Section("")
        if len(roots) == 1 and not roots[0].resource and any(i.parent == roots[0].identifier for i in items):
            loose.title = roots[0].title[:_LONGEST_TITLE]
            roots = [item for item in items if item.parent == roots[0].identifier]
        below: dict[str, list[ManifestItem]] = {}
        for item in items:
            below.setdefault(item.parent, []).append(item)
        for item in roots:
            if item.identifier in below and item.identifier:
                section = Section(item.title[:_LONGEST_TITLE])
                self._take(item, section)
                self._gather(item, below, section, [], set())
                yield section
            else:
                self._take(item, loose)
        yield loose

    def _gather(
        self,
        parent: ManifestItem,
        below: dict[str, list[ManifestItem]],
        section: Section,
        headings: list[str],
        seen: set[str],
    ) -> None:
        # What stands below a folder without an identifier cannot be told from what stands at the top.
        if not parent.identifier or parent.identifier in seen:
            return
        seen.add(parent.identifier)
        for item in below.get(parent.identifier, []):
            self._take(item, section, " › ".join(headings))
            self._gather(item, below, section, [*headings, item.title], seen)

    def _take(self, item: ManifestItem, section: Section, heading: str = "") -> None:
        resource = self.resources.get(item.resource)
        if resource is None or self.count >= _MOST_PARTS:
            return
        self.used.add(resource.identifier)
        part = self._part(resource, item.title, heading)
        if part is not None:
            self.count += 1
            section.parts.append(part)

    # -- what the contents do not lead to ------------------------------------------------------------------

    def _from_the_rest(self) -> Iterator[Section]:
        """Pages, documents and question banks that stand outside the contents."""
        self._note_links()
        rest, kept = Section(""), Section("")
        known = {resource.identifier for resource in self.manifest.resources if _is_qti(resource)}
        for resource in self.manifest.resources:
            if resource.identifier in self.used or self.count >= _MOST_PARTS:
                continue
            target = self._target(resource.href) if resource.href else ""
            if _is_qti(resource) or (_is_bank_of_canvas(target) and _stem(target) not in known):
                part = self._questions(resource, "", "")
                kept.parts += [part] if part else []
            elif resource.type.lower().startswith("webcontent") and self._stands_alone(target):
                part = self._part(resource, "", "")
                rest.parts += [part] if part else []
            else:
                continue
            self.count += 1
        yield rest
        yield kept

    def _stands_alone(self, target: str) -> bool:
        last = extension(target)
        return last in _PAGES or (last in _DOCUMENTS and target not in self.linked)

    def _note_links(self) -> None:
        """The members that pages of the cartridge lead to: they need no line of their own."""
        for resource in self.manifest.resources[:_MOST_PARTS]:
            target = self._target(resource.href) if resource.href else ""
            if extension(target) not in _PAGES:
                continue
            root = pages.parse(pages.decode(self.read(target)))
            if root is not None:
                for element in root.iter("a", "source", "video", "audio"):
                    address = str(element.get("href") or element.get("src") or "")
                    if found := member_of(target, address, self.base, self.find):
                        self.linked.add(found)

    # -- one resource --------------------------------------------------------------------------------------

    def _target(self, href: str) -> str:
        return _found(self.base, href, self.find)

    def _file_of(self, resource: Resource) -> str:
        """The member that describes a resource: its href, else its first file."""
        for href in (resource.href, *resource.files):
            if href and (target := self._target(href)):
                return target
        if resource.href or resource.files:
            self.missing.append(resource.href or resource.files[0])
        return ""

    def _part(self, resource: Resource, title: str, heading: str) -> Part | None:
        kind = resource.type.lower()
        if _is_qti(resource):
            return self._questions(resource, title, heading)
        if "lti" in kind:
            return Part("tool", title[:_LONGEST_TITLE], resource.identifier, heading=heading)
        target = self._file_of(resource)
        if not target:
            return None
        if kind.startswith("imswl"):
            return self._link(resource, target, title, heading)
        if kind.startswith("imsdt"):
            return self._topic(resource, target, title, heading)
        return self._member(resource, target, title, heading)

    def _member(self, resource: Resource, target: str, title: str, heading: str) -> Part:
        """A page, a file, or what only the program that wrote it understands."""
        is_page = extension(target) in _PAGES
        if is_page and not title:
            title = pages.read_page(pages.decode(self.read(target))).title
        named = (title or _stem(target))[:_LONGEST_TITLE]
        if not is_page and not resource.type.lower().startswith("webcontent"):
            return Part("other", named, resource.identifier, heading=heading)
        return Part("page" if is_page else "file", named, resource.identifier, target, heading=heading)

    def _tree(self, path: str) -> etree._Element | None:
        try:
            return xml.parse(self.read(path)).root
        except ValueError:
            return None

    def _link(self, resource: Resource, path: str, title: str, heading: str) -> Part:
        root = self._tree(path)
        address = xml.attribute(xml.child(root, "url"), "href")[:_LONGEST_URL]
        named = title or xml.child_text(root, "title") or address
        return Part("link", named[:_LONGEST_TITLE], resource.identifier, url=address, heading=heading)

    def _topic(self, resource: Resource, path: str, title: str, heading: str) -> Part:
        root = self._tree(path)
        text = xml.child(root, "text")
        html = "".join(str(part) for part in text.itertext()) if text is not None else ""
        named = title or xml.child_text(root, "title") or _stem(path)
        return Part("topic", named[:_LONGEST_TITLE], resource.identifier, path, html=html, heading=heading)

    def _questions(self, resource: Resource, title: str, heading: str) -> Part | None:
        path = self._file_of(resource)
        if not path:
            return None
        found = read_questions(self.read(path))
        return Part(
            "questions",
            (title or found.title or _stem(path))[:_LONGEST_TITLE],
            resource.identifier,
            path,
            count=found.count,
            heading=heading,
            is_bank=found.is_bank or "question-bank" in resource.type.lower(),
        )


@dataclass(frozen=True, slots=True)
class Questions:
    """A file of questions: its own identity and title, how many it holds, whether it is a bank."""

    identifier: str = ""
    title: str = ""
    count: int = 0
    is_bank: bool = False
    version: str = ""


def read_questions(data: bytes) -> Questions:
    """What a file of QTI 1.x or 2.x holds; nothing where it cannot be read."""
    try:
        root = xml.parse(data).root
    except ValueError:
        return Questions()
    name = xml.local(root.tag)
    if name == "questestinterop":
        holder = xml.child(root, "assessment")
        bank = xml.child(root, "objectbank")
        count = sum(1 for element in root.iter() if xml.local(element.tag) == "item")
        one = holder if holder is not None else bank
        title = xml.attribute(one, "title") or _label(bank, "bank_title")
        return Questions(xml.attribute(one, "ident"), title, count, holder is None, "1.2")
    if name in ("assessmentitem", "assessmenttest"):
        wanted = "assessmentitemref" if name == "assessmenttest" else ""
        count = sum(1 for element in root.iter() if xml.local(element.tag) == wanted) if wanted else 1
        return Questions(xml.attribute(root, "identifier"), xml.attribute(root, "title"), count, False, "2")
    return Questions()


def _label(element: etree._Element | None, label: str) -> str:
    """The entry of a QTI metadata field."""
    if element is None:
        return ""
    for one in element.iter():
        if xml.local(one.tag) == "qtimetadatafield" and xml.child_text(one, "fieldlabel") == label:
            return xml.child_text(one, "fieldentry")
    return ""


def member_of(page: str, address: str, base: str, find: Finder) -> str:
    """The member that an address on a page means, "" for none. Canvas writes `$IMS-CC-FILEBASE$/…` for files
    of the folder `web_resources`, `$WIKI_REFERENCE$/pages/…` for pages."""
    address = address.strip()
    for mark, folder in (("$IMS-CC-FILEBASE$", "web_resources/"), ("$IMS_CC_FILEBASE$", "web_resources/"),
                         ("%24IMS-CC-FILEBASE%24", "web_resources/")):  # fmt: skip
        if address.startswith(mark):
            rest = address.removeprefix(mark).lstrip("/")
            return _found(base + folder, rest, find) or _found(base, rest.removeprefix("../"), find)
    if address.startswith(("$", "#", "{")) or not address:
        return ""
    folder = page.rpartition("/")[0]
    return _found(folder + "/" if folder else "", address, find)


def _found(base: str, href: str, find: Finder) -> str:
    path = resolve(base, href.partition("#")[0].partition("?")[0])
    if not path:
        return ""
    return next((match for spelling in candidates(path) if (match := find(spelling))), "")


def _is_qti(resource: Resource) -> bool:
    return resource.type.lower().startswith("imsqti")


def _is_bank_of_canvas(path: str) -> bool:
    return path.lower().endswith(".xml.qti")


def _stem(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0].replace("_", " ").strip() or path


def questions_in(parts: Sequence[Part]) -> int:
    return sum(part.count for part in parts if part.sort == "questions")
