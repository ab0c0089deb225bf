"""What a cartridge becomes in a course: sections of pages, questions to keep, what was left out. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape
from typing import Any
from uuid import UUID

from courses.training.imported import blocks_of
from courses.training.prose import LONGEST_LINE, ProseError, clean_blocks
from repository.packages import pages
from repository.packages.cartridge import (
    MEMBER_BYTES,
    TOTAL_BYTES,
    Cartridge,
    Finder,
    Part,
    Reader,
    Section,
    member_of,
    read_questions,
)

#: Of a file of questions, which is kept whole
QUESTION_BYTES = 8 * 1024 * 1024
#: Said in a report by name at most
_MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class PlannedPage:
    """A page of text to be, its blocks as they are kept; ``about`` says where it stood in the cartridge."""

    title: str
    blocks: list[dict[str, Any]]
    about: str = ""
    required: bool = True


@dataclass(slots=True)
class PlannedSection:
    title: str
    pages: list[PlannedPage] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PlannedQuestions:
    """A file of questions to be kept as it came."""

    identifier: str
    path: str
    title: str
    count: int
    is_bank: bool
    format: str
    document: bytes

    def as_fields(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(slots=True)
class Planned:
    """``left_out``: by reason the titles of what did not come along (tools, other, shortened, frames)."""

    sections: list[PlannedSection] = field(default_factory=list)
    questions: list[PlannedQuestions] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    def report(self) -> dict[str, Any]:
        """As it is kept with the import, and shown."""
        return {
            **self.counts,
            "sections": len(self.sections),
            "questions": [{"title": one.title, "count": one.count} for one in self.questions[:_MOST_NAMED]],
            "question_count": sum(one.count for one in self.questions),
            "question_sets": len(self.questions),
            "left_out": {reason: titles[:_MOST_NAMED] for reason, titles in self.left_out.items()},
            "missing": self.missing[:_MOST_NAMED],
        }


@dataclass(slots=True)
class _Planner:
    version: UUID
    base: str
    find: Finder
    read: Reader
    unnamed: str
    left: int
    planned: Planned = field(default_factory=Planned)

    def bytes_of(self, part: Part, most: int) -> bytes:
        """A part's member, or its beginning, which is said; nothing once enough was read of all, however
        often a member is named."""
        most = min(most, self.left)
        data = self.read(part.path, most) if most > 0 else b""
        self.left -= len(data)
        if len(data) >= most:
            self._leave("length", part.title)
        return data

    def section(self, section: Section, tell: Callable[[], None]) -> None:
        made = PlannedSection(section.title or self.unnamed)
        for part in section.parts:
            page = self.page(part)
            if page is not None:
                made.pages.append(page)
            tell()
        if made.pages:
            self.planned.sections.append(made)

    def page(self, part: Part) -> PlannedPage | None:
        """What one part becomes; None where it is kept or left out."""
        if part.sort == "questions":
            self.keep(part)
            return None
        if part.sort in ("tool", "other") or (part.sort == "link" and not _leads(part.url)):
            self._leave("tools" if part.sort == "tool" else "other", part.title)
            return None
        counts = self.planned.counts
        counts[f"{part.sort}s"] = counts.get(f"{part.sort}s", 0) + 1
        try:
            blocks = clean_blocks(self.blocks(part))
        except ProseError:
            self._leave("length", part.title)
            blocks = []
        return PlannedPage(part.title or "–", blocks, part.heading, required=part.sort != "link")

    def blocks(self, part: Part) -> list[dict[str, Any]]:
        if part.sort == "link":
            link = f'<p><a href="{escape(part.url)}">{escape(part.title or part.url)}</a></p>'
            return [{"type": "paragraph", "value": link}]
        if part.sort == "file":
            return [self._file(part.path, part.title)]
        html = part.html or pages.decode(self.bytes_of(part, MEMBER_BYTES))
        blocks, left_out = blocks_of(html, lambda address: self._named(part.path, address))
        for reason in left_out:
            self._leave(reason, part.title)
        return blocks

    def _named(self, page: str, address: str) -> str:
        found = member_of(page, address, self.base, self.find)
        return f"{self.version}/{found}" if found else ""

    def _file(self, path: str, note: str) -> dict[str, Any]:
        return {"type": "file", "value": {"file": f"{self.version}/{path}", "note": note[:LONGEST_LINE]}}

    def _leave(self, reason: str, title: str) -> None:
        titles = self.planned.left_out.setdefault(reason, [])
        if title not in titles[-1:]:
            titles.append(title)

    def keep(self, part: Part) -> None:
        """Whole or not at all: half a file of questions is none."""
        document = self.bytes_of(part, QUESTION_BYTES)
        if len(document) >= QUESTION_BYTES or self.left <= 0:
            return
        found = read_questions(document)
        self.planned.questions.append(
            PlannedQuestions(
                identifier=(found.identifier or part.identifier)[:400],
                path=part.path,
                title=part.title,
                count=found.count or part.count,
                is_bank=part.is_bank,
                format=found.version,
                document=document,
            )
        )


def _leads(address: str) -> bool:
    return address.lower().startswith(("http://", "https://", "mailto:"))


def plan_of(
    cartridge: Cartridge,
    *,
    version: UUID,
    base: str,
    find: Finder,
    read: Reader,
    unnamed: str = "…",
    most: int = TOTAL_BYTES,
    tell: Callable[[int, int], None] = lambda done, of: None,
) -> Planned:
    """What a cartridge becomes. ``version`` names it in the blocks that show its files; ``unnamed`` is the
    title of what stands outside its sections; ``most`` how many bytes of members are read; ``tell`` hears how
    many parts are done, of how many."""
    planner = _Planner(version, base, find, read, unnamed, most)
    planner.planned.missing = list(cartridge.missing)
    of, done = len(cartridge.parts), 0

    def one_more() -> None:
        nonlocal done
        done += 1
        tell(done, of)

    for section in cartridge.sections:
        planner.section(section, one_more)
    return planner.planned
