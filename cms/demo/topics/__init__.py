"""The topics of the demo library, a file a level, and what they are read into.

A file has ``== SUBJECT`` lines and a line a topic:
``GRADE LETTER TITLE | QUESTION = ANSWER / WRONG / WRONG | …``. The right answer stands first; a question
may have no wrong ones. Letters: see ``KINDS``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_FILES = ("mam_non", "tieu_hoc", "thcs", "thpt", "khac")
#: letter → code of the resource type, and how a title begins
KINDS = {
    "P": ("cau-hoi", "Phiếu bài tập: "),
    "G": ("giao-an", "Kế hoạch bài dạy: "),
    "D": ("de-thi", ""),
    "T": ("tham-khao", ""),
    "E": ("e-learning", ""),
    "N": ("thi-nghiem", "Hướng dẫn thực hành: "),
    "S": ("skkn", "Sáng kiến kinh nghiệm: "),
}


@dataclass(frozen=True)
class Ask:
    """A question with its answer, and perhaps some wrong ones."""

    text: str
    answer: str
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True)
class Topic:
    """What one resource of the library is about. ``grade`` is "" where the subject has no grades."""

    letter: str
    subject: str
    grade: str
    name: str
    asks: tuple[Ask, ...]

    @property
    def title(self) -> str:
        return KINDS[self.letter][1] + self.name

    @property
    def type(self) -> str:
        return KINDS[self.letter][0]

    @property
    def early(self) -> bool:
        """Whether it is for kindergarten."""
        return self.subject.startswith("mn-")


@cache
def topics() -> tuple[Topic, ...]:
    """All of them, in the order of the files. ValueError for a line that says too little."""
    return tuple(topic for name in _FILES for topic in _read(_FOLDER / f"{name}.txt"))


def _read(path: Path) -> Iterator[Topic]:
    subject = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("== "):
            subject = line[3:].strip()
            continue
        head, *asked = line.split(" | ")
        grade, letter, name = head.split(" ", 2)
        if not subject or letter not in KINDS or len(asked) < 2:
            raise ValueError(f"{path.name}, line {number}: {line[:60]}")
        yield Topic(letter, subject, _grade(grade), name, tuple(_ask(text) for text in asked))


def _grade(word: str) -> str:
    if word == "-":
        return ""
    return f"lop-{word}" if word.isdigit() else word


def _ask(text: str) -> Ask:
    question, _, answers = text.rpartition("? = ")
    if not question:
        question, _, answers = text.partition(" = ")
        right, *wrong = answers.split(" / ")
        return Ask(question, right, tuple(wrong))
    right, *wrong = answers.split(" / ")
    return Ask(question + "?", right, tuple(wrong))
