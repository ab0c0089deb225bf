"""The pieces that text is kept in, and the bounds within which it is read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from repository.text.clean import clean

MB = 1024 * 1024
#: Longer pieces are cut in two: a result shows a place, not a book.
PART_CHARS = 12_000
LABEL_CHARS = 200
#: A line of this many characters that stands on more pages than this is their frame, not their content.
FRAME_CHARS, FRAME_TIMES = 8, 3


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is read of one version. ``text_bytes`` counts UTF-8; ``memory_bytes`` is address space."""

    seconds: int = 60
    read_bytes: int = 200 * MB
    text_bytes: int = 400_000
    parts: int = 2_000
    memory_bytes: int = 768 * MB


class BoundReachedError(Exception):
    """Enough: ``code`` says which bound. What was found before is good."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class UnreadableError(Exception):
    """The file, or this member of it, cannot be read; ``code`` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Part:
    """One page, slide, sheet or member, clean. ``start`` is the id of what is launched to see it, or 0."""

    text: str
    label: str = ""
    place: str = ""
    number: int = 0
    start: int = 0


class Parts:
    """Takes raw text, cleans, cuts and counts it, and hands each part on."""

    def __init__(self, emit: Callable[[Part], None], bounds: Bounds, *, frames: bool = False) -> None:
        """``frames``: leave out lines that stand on many pages alike (menus, headings)."""
        self._emit = emit
        self._bounds = bounds
        self._seen: Counter[str] | None = Counter() if frames else None
        self._bytes = 0
        self._count = 0
        self._read = 0

    def spend(self, size: int) -> None:
        """Notes that so many bytes are to be read. Raises BoundReachedError."""
        self._read += size
        if self._read > self._bounds.read_bytes:
            raise BoundReachedError("text_too_much_to_read")

    def add(self, raw: str, *, label: str = "", place: str = "", number: int = 0, start: int = 0) -> None:
        """Keeps a piece of text, where there is any. Raises BoundReachedError."""
        text = self._without_frame(clean(raw))
        label = " ".join(clean(label[: LABEL_CHARS * 4]).split())[:LABEL_CHARS]
        for piece in cut(text):
            self._bytes += len(piece.encode())
            if self._count >= self._bounds.parts:
                raise BoundReachedError("text_too_many_parts")
            if self._bytes > self._bounds.text_bytes:
                raise BoundReachedError("text_too_long")
            self._count += 1
            self._emit(Part(piece, label, place[:1000], number, start))

    def _without_frame(self, text: str) -> str:
        seen = self._seen
        if seen is None:
            return text
        kept = []
        for line in text.split("\n"):
            if len(line) >= FRAME_CHARS:
                seen[line] += 1
                if seen[line] > FRAME_TIMES:
                    continue
            kept.append(line)
        return "\n".join(kept).strip()


def cut(text: str) -> list[str]:
    """The text in pieces of at most PART_CHARS characters, between lines or words where that can be."""
    pieces = []
    while len(text) > PART_CHARS:
        head = text[:PART_CHARS]
        at = max(head.rfind("\n"), 0) or max(head.rfind(" "), 0)
        if at < PART_CHARS // 2:
            at = PART_CHARS
        pieces.append(text[:at].strip())
        text = text[at:].lstrip()
    pieces.append(text.strip())
    return [piece for piece in pieces if re.search(r"\w", piece)]
