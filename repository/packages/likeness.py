"""Whether two packages can be two versions of one lesson: by titles, identifiers, parts, the author's files.

Pure. It errs towards "can be": what any two packages of one program or one school have in common tells
nothing and is left aside, but a single thing that they share besides is enough.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Match = Literal["title", "identifier", "parts", "files"]

#: Words that stand in the names of most lessons and files.
_COMMON_WORDS = frozenset(
    {"bài", "giảng", "bai", "giang", "tiết", "tiet", "lớp", "lop", "môn", "mon", "học", "hoc", "điện", "tử",
     "dien", "tu", "tuần", "tuan", "chương", "chuong", "phần", "phan", "bản", "sửa", "mới", "ban", "sua",
     "moi", "cuối", "cuoi", "và", "của", "cho", "final", "new", "copy", "version", "ver", "v", "scorm",
     "html", "html5", "h5p", "package", "output", "course", "lesson", "module", "export", "elearning", "e",
     "learning", "the", "of", "and", "for", "untitled", "project", "presentation"}
)  # fmt: skip
#: Titles of parts as the curriculum and authoring programs give them to every lesson.
_COMMON_PARTS = frozenset(
    {"khởi động", "mở đầu", "khám phá", "hình thành kiến thức", "luyện tập", "thực hành", "vận dụng",
     "củng cố", "kiểm tra", "kiểm tra bài cũ", "ôn tập", "tổng kết", "kết thúc", "giới thiệu", "mục tiêu",
     "nội dung", "bài giảng", "bài học", "introduction", "summary", "quiz", "menu", "content", "contents",
     "lesson", "course", "untitled", "sco", "assessment", "start", "index"}
)  # fmt: skip
#: What identifiers are called where a program only numbers them.
_COMMON_IDENTIFIERS = frozenset(
    {"", "item", "items", "itm", "i", "sco", "scoid", "id", "res", "resource", "r", "a", "au", "b", "s",
     "page", "p", "part", "section", "lesson", "org", "organization", "toc", "quiz", "course", "module",
     "content", "asset", "unit", "main", "index", "playing"}
)  # fmt: skip
_WORD = re.compile(r"\w+")
#: Shared words of two titles over all of them; shared parts and files over those of the newer version.
_TITLES_ALIKE = 0.5
_PARTS_ALIKE = 0.5
_FILES_ALIKE = 0.25


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a package. ``titles``: its own, that of the lesson, its file's name; ``parts``: titles
    of parts that open; ``files``: (size, check) of pages, pictures, sounds, films."""

    titles: tuple[str, ...] = ()
    identifiers: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    files: frozenset[tuple[int, int]] = frozenset()


def folded(text: str) -> str:
    """Letters and words as they are compared: composed, without regard to case and spaces."""
    return " ".join(unicodedata.normalize("NFC", text[:400]).casefold().split())


def matches(older: Facts, newer: Facts) -> list[Match]:
    """What two versions have in common that other lessons would not; nothing: they are two lessons."""
    found: list[Match] = []
    if any(_titles_alike(one, other) for one in newer.titles for other in older.titles):
        found.append("title")
    if _telling(newer.identifiers) & _telling(older.identifiers):
        found.append("identifier")
    if _share(_parts(newer.parts), _parts(older.parts)) >= _PARTS_ALIKE:
        found.append("parts")
    if _share(newer.files, older.files) >= _FILES_ALIKE:
        found.append("files")
    return found


def can_be_told(facts: Facts) -> bool:
    """Whether there is anything to compare: a title with words of its own, parts or files."""
    return any(_words(title) for title in facts.titles) or bool(_parts(facts.parts))


def _words(title: str) -> set[str]:
    words = (word for run in _WORD.findall(folded(title)) for word in run.split("_"))
    return {word for word in words if word and word not in _COMMON_WORDS and not word.isdigit()}


def _titles_alike(one: str, other: str) -> bool:
    mine, theirs = _words(one), _words(other)
    if not mine or not theirs:
        return False
    shared = len(mine & theirs)
    within = shared == min(len(mine), len(theirs)) and (shared > 1 or len(mine) == len(theirs))
    return within or shared / len(mine | theirs) >= _TITLES_ALIKE


def _telling(identifiers: Iterable[str]) -> set[str]:
    """Without those that a program gives to every lesson: a common word and a number."""
    return {one for one in identifiers if _tells(one)}


def _tells(identifier: str) -> bool:
    letters = re.sub(r"[\W\d_]+", "", identifier).casefold()
    return letters not in _COMMON_IDENTIFIERS or sum(map(str.isdigit, identifier)) > 6


def _parts(titles: Iterable[str]) -> set[str]:
    return {text for title in titles if (text := folded(title)) and text not in _COMMON_PARTS}


def _share(new: Iterable[object], old: Iterable[object]) -> float:
    ours = set(new)
    return len(ours & set(old)) / len(ours) if ours else 0.0
