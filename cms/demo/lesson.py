"""A lesson as data, and its rendering to the files of one SCO."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

_ASSETS = Path(__file__).parent / "assets"
_LETTERS = "abcdef"


@dataclass(frozen=True)
class Question:
    """One right answer among a few; ``right`` counts from 0, ``why`` is shown after handing in."""

    text: str
    options: tuple[str, ...]
    right: int
    why: str


@dataclass(frozen=True)
class Page:
    """A screen of the lesson; ``body`` is trusted HTML."""

    title: str
    body: str


@dataclass(frozen=True)
class Lesson:
    """What one SCO teaches. ``pictures`` are SVG documents by file name, shown as ``hinh/NAME``.

    ``pass_mark`` is of 100; ``must_pass`` makes a lower mark *failed* instead of *completed* (1.2 only).
    """

    title: str
    subject: str
    pages: tuple[Page, ...]
    questions: tuple[Question, ...] = ()
    pictures: Mapping[str, str] = field(default_factory=dict)
    accent: str = "#1f5f8b"
    tint: str = "#e6f0f7"
    pass_mark: int = 60
    must_pass: bool = False


def asset(name: str) -> bytes:
    """A script or style sheet that lessons share."""
    return (_ASSETS / name).read_bytes()


def right_answers(lesson: Lesson) -> list[str]:
    """Element ids of the right answers, in order: what a test clicks to get full marks."""
    return [f"q{n}-{_LETTERS[q.right]}" for n, q in enumerate(lesson.questions, 1)]


def files(lesson: Lesson, tracking: str, *, prefix: str = "", shared: str = "") -> dict[str, bytes]:
    """The lesson's own files: its page and pictures. ``shared`` leads from the page to the common assets."""
    made = {f"{prefix}index.html": _html(lesson, tracking, shared).encode()}
    for name, svg in lesson.pictures.items():
        made[f"{prefix}hinh/{name}"] = svg.encode()
    return made


def common(tracking: str, *, prefix: str = "") -> dict[str, bytes]:
    """The style sheet and scripts that the pages made by ``files`` load."""
    names = ("lesson.css", "find_api.js", tracking, "lesson.js")
    return {f"{prefix}{name}": asset(name) for name in names}


def _question(number: int, question: Question) -> str:
    options = "".join(
        f'<label><input type="radio" name="q{number}" id="q{number}-{letter}" value="{letter}">'
        f"<span>{option}</span></label>"
        for letter, option in zip(_LETTERS, question.options, strict=False)
    )
    return f'<fieldset id="q{number}"><legend>Câu {number}. {question.text}</legend>{options}</fieldset>'


def _quiz(lesson: Lesson) -> list[str]:
    if not lesson.questions:
        return []
    count = len(lesson.questions)
    asked = "".join(_question(n, q) for n, q in enumerate(lesson.questions, 1))
    lead = f"<p>{count} câu hỏi, mỗi câu chọn một đáp án. Đạt khi có từ {lesson.pass_mark} điểm trở lên.</p>"
    return [f'<section class="page" hidden><h2 tabindex="-1">Luyện tập</h2>{lead}{asked}</section>']


def _html(lesson: Lesson, tracking: str, shared: str) -> str:
    sections = [
        f'<section class="page" hidden><h2 tabindex="-1">{page.title}</h2>{page.body}</section>'
        for page in lesson.pages
    ] + _quiz(lesson)
    key = {f"q{n}": {"right": _LETTERS[q.right], "why": q.why} for n, q in enumerate(lesson.questions, 1)}
    scripts = "".join(
        f'<script src="{shared}{name}"></script>' for name in ("find_api.js", tracking, "lesson.js")
    )
    must_pass = "yes" if lesson.must_pass else "no"
    finish = "Nộp bài" if lesson.questions else "Kết thúc"
    key_text = json.dumps(key, ensure_ascii=False).replace("</", "<\\/")
    return f"""<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(lesson.title)}</title>
<link rel="stylesheet" href="{shared}lesson.css">
<style>:root {{ --accent: {lesson.accent}; --tint: {lesson.tint}; }}</style>
</head>
<body data-pass="{lesson.pass_mark}" data-must-pass="{must_pass}">
<header>
<p>{escape(lesson.subject)}</p>
<h1>{escape(lesson.title)}</h1>
<progress id="progress" max="{len(sections)}" value="1" aria-label="Tiến độ bài học"></progress>
</header>
<p id="no-api" hidden>Bài đang mở ngoài hệ thống học tập: kết quả chưa được ghi lại.</p>
<main>
<div id="result" role="status" hidden></div>
{"".join(sections)}
</main>
<nav aria-label="Chuyển trang">
<button type="button" id="prev">Trước</button>
<p>Trang <b id="page-number">1</b> / <span id="page-count">{len(sections)}</span></p>
<button type="button" id="next">Sau</button>
<button type="button" id="finish" hidden>{finish}</button>
</nav>
<script type="application/json" id="key">{key_text}</script>
{scripts}
</body>
</html>
"""
