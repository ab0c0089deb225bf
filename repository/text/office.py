"""Text of Office Open XML: Word by page, PowerPoint by slide, Excel by sheet.

The zip is read by the project's own reader and the XML by its own parser: no entities, no swelling.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from repository.packages import xml
from repository.packages.archive import Archive, Member, read_archive, read_member
from repository.packages.codes import PackageRefused
from repository.packages.limits import Limits
from repository.packages.names import resolve
from repository.text.parts import MB, Parts, UnreadableError

#: Of one XML file: the tree takes ten times as much memory.
_XML_BYTES = 16 * MB
_MOST_CELLS = 50_000
_SLIDE = re.compile(r"ppt/slides/slide(\d+)\.xml")


class _Office:
    """An open file: its members by path."""

    def __init__(self, file: BinaryIO, parts: Parts) -> None:
        try:
            self.archive: Archive = read_archive(file, limits=Limits())
        except PackageRefused:
            raise UnreadableError("text_broken") from None
        self.members: dict[str, Member] = {member.path: member for member in self.archive.members}
        self._parts = parts

    def tree(self, path: str) -> etree._Element | None:
        """A member's XML; None where there is no such member or no XML in it."""
        member = self.members.get(path)
        if member is None or member.size > _XML_BYTES:
            return None
        self._parts.spend(member.size)
        try:
            return xml.parse(read_member(self.archive.file, member, at_most=_XML_BYTES)).root
        except (PackageRefused, ValueError):
            return None

    def relations(self, path: str) -> dict[str, tuple[str, str]]:
        """What a member refers to: id → (last part of the type, path)."""
        folder, _, name = path.rpartition("/")
        root = self.tree(f"{folder}/_rels/{name}.rels")
        if root is None:
            return {}
        found = {}
        for one in xml.children(root, "relationship"):
            target = xml.attribute(one, "target")
            place = target.lstrip("/") if target.startswith("/") else resolve(f"{folder}/", target)
            if place and xml.attribute(one, "targetmode").lower() != "external":
                found[xml.attribute(one, "id")] = (xml.attribute(one, "type").rpartition("/")[2], place)
        return found


def read_office(file: BinaryIO, parts: Parts, *, label: str = "", place: str = "", start: int = 0) -> None:
    """Every page, slide or sheet as a part numbered from 1. Raises UnreadableError."""
    office = _Office(file, parts)
    if "word/document.xml" in office.members:
        found = _word(office)
    elif any(path.startswith("ppt/slides/") for path in office.members):
        found = _powerpoint(office)
    elif "xl/workbook.xml" in office.members:
        found = _excel(office)
    else:
        raise UnreadableError("text_unknown_kind")
    for number, (title, text) in enumerate(found, 1):
        parts.add(text, label=title or label, place=place, number=number, start=start)


# Word


def _word(office: _Office) -> Iterator[tuple[str, str]]:
    """The document cut where Word broke its pages when it was last saved."""
    root = office.tree("word/document.xml")
    if root is None:
        raise UnreadableError("text_broken")
    page: list[str] = []
    for element in root.iter(etree.Element):
        name = xml.local(element.tag)
        if name == "p":
            page.append("\n")
        elif name == "t":
            page.append(str(element.text or ""))
        elif name in ("tab", "tc"):
            page.append(" ")
        elif name == "lastrenderedpagebreak" or (name == "br" and xml.attribute(element, "type") == "page"):
            if "".join(page).strip():
                yield "", "".join(page)
                page = []
        elif name in ("br", "cr"):
            page.append("\n")
    yield "", "".join(page)


# PowerPoint


def _powerpoint(office: _Office) -> Iterator[tuple[str, str]]:
    for path in _slides(office):
        root = office.tree(path)
        title, text = ("", "") if root is None else _slide(root)
        for kind, notes in office.relations(path).values():
            spoken = office.tree(notes) if kind == "notesSlide" else None
            if spoken is not None:
                text = f"{text}\n{_slide(spoken)[1]}"
        yield title, text


def _slides(office: _Office) -> list[str]:
    """The slides in the order in which they are shown; by their file names where that is not said."""
    named = sorted(
        (path for path in office.members if _SLIDE.fullmatch(path)),
        key=lambda path: int(_SLIDE.fullmatch(path)[1][:9]),  # type: ignore[index]
    )
    root = office.tree("ppt/presentation.xml")
    if root is None:
        return named
    relations = office.relations("ppt/presentation.xml")
    ordered = []
    for one in root.iter(etree.Element):
        if xml.local(one.tag) == "sldid":
            # Two attributes are called id: the slide's number, and with a namespace the relation.
            wanted = [str(value) for key, value in one.attrib.items() if xml.namespace(key)]
            ordered += [relations[each][1] for each in wanted if each in relations]
    return list(dict.fromkeys(ordered)) or named


def _slide(root: etree._Element) -> tuple[str, str]:
    """Title and text of a slide, a line a paragraph; slide numbers and dates are left out."""
    title, lines = "", []
    for shape in root.iter(etree.Element):
        kind = xml.local(shape.tag)
        if kind not in ("sp", "graphicframe"):
            continue
        holder = next((e for e in shape.iter(etree.Element) if xml.local(e.tag) == "ph"), None)
        role = xml.attribute(holder, "type").lower()
        if role in ("sldnum", "dt", "ftr", "hdr"):
            continue
        said = _paragraphs(shape)
        if role in ("title", "ctrtitle") and not title:
            title = " ".join(said)
        lines += said
    return title, "\n".join(lines)


def _paragraphs(shape: etree._Element) -> list[str]:
    found = []
    for paragraph in shape.iter(etree.Element):
        if xml.local(paragraph.tag) == "p":
            runs = (e for e in paragraph.iter(etree.Element) if xml.local(e.tag) in ("t", "br"))
            text = "".join(str(run.text or "") if xml.local(run.tag) == "t" else " " for run in runs)
            if text.strip():
                found.append(text.strip())
    return found


# Excel


def _excel(office: _Office) -> Iterator[tuple[str, str]]:
    book = office.tree("xl/workbook.xml")
    relations = office.relations("xl/workbook.xml")
    shared = _shared_strings(office)
    if book is None:
        raise UnreadableError("text_broken")
    for sheet in book.iter(etree.Element):
        if xml.local(sheet.tag) != "sheet":
            continue
        wanted = [str(value) for key, value in sheet.attrib.items() if xml.namespace(key)]
        path = next((relations[each][1] for each in wanted if each in relations), "")
        root = office.tree(path) if path else None
        yield xml.attribute(sheet, "name"), "" if root is None else _cells(root, shared)


def _shared_strings(office: _Office) -> list[str]:
    root = office.tree("xl/sharedStrings.xml")
    return [] if root is None else [xml.text(one) for one in xml.children(root, "si")]


def _cells(root: etree._Element, shared: list[str]) -> str:
    """The cells with words, a line a row; figures alone are not looked for."""
    rows: list[str] = []
    seen = 0
    for row in root.iter(etree.Element):
        if xml.local(row.tag) != "row":
            continue
        words = []
        for cell in xml.children(row, "c"):
            seen += 1
            kind = xml.attribute(cell, "t")
            value = xml.child_text(cell, "v")
            if kind == "s" and value.isdecimal() and int(value[:9]) < len(shared):
                words.append(shared[int(value[:9])])
            elif kind == "inlineStr":
                words.append(xml.text(xml.child(cell, "is")))
            elif kind == "str":
                words.append(value)
        if words:
            rows.append(" ".join(words))
        if seen > _MOST_CELLS:
            break
    return "\n".join(rows)
