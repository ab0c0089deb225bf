"""A topic of the library as an e-lesson: an opening page, a page a question, a quiz; as a SCORM package."""

# ruff: noqa: E501 - prose and mark-up, not code
from __future__ import annotations

import random
from html import escape

from cms.demo import drawing as d
from cms.demo.lesson import Lesson, Page, Question
from cms.demo.topics import Topic

_COLOURS = {
    "math": ("#2f5d8a", "#e8f0f8"),
    "words": ("#8a3f5d", "#f8e8ef"),
    "science": ("#2f6b4f", "#e6f4ec"),
    "society": ("#8a5a2f", "#f8efe4"),
    "arts": ("#6b3f8a", "#f1e8f8"),
    "life": ("#2f6f7a", "#e4f3f5"),
}


def lesson(topic: Topic, *, where: str, group: str) -> Lesson:
    """The lesson of a topic whose questions all have wrong answers; ``group`` chooses its colours."""
    accent, tint = _COLOURS[group]
    dice = random.Random(topic.title)  # noqa: S311 - the same order every time
    pages = [_opening(topic), *(_page(topic, n) for n in range(len(topic.asks))), _summary(topic)]
    questions = []
    for ask in topic.asks:
        options = [ask.answer, *ask.wrong]
        dice.shuffle(options)
        questions.append(
            Question(
                escape(ask.text),
                tuple(escape(option) for option in options),
                options.index(ask.answer),
                f"Đáp án đúng là: {ask.answer}.",
            )
        )
    return Lesson(
        title=topic.name,
        subject=where,
        pages=tuple(pages),
        questions=tuple(questions),
        pictures={"so-do.svg": _picture(topic, accent, tint)},
        accent=accent,
        tint=tint,
    )


def _picture(topic: Topic, accent: str, tint: str) -> str:
    """The name of the topic in the middle, its questions around it."""
    parts = [d.rect(190, 112, 260, 66, tint, line=accent, radius=12)]
    words = topic.name.split()
    half = (len(words) + 1) // 2
    rows = [" ".join(words[:half]), " ".join(words[half:])] if len(topic.name) > 22 else [topic.name]
    for n, row in enumerate(rows):
        parts.append(d.words(320, 152 + (n - (len(rows) - 1) / 2) * 24, row, size=17, bold=True, fill=accent))
    for n, (x, y) in enumerate(((110, 45), (530, 45), (320, 250))[: len(topic.asks)]):
        parts.append(d.circle(x, y, 30, "#ffffff", line=accent))
        parts.append(d.words(x, y + 9, str(n + 1), size=26, bold=True, fill=accent))
        ends = ((140, 62, 215, 110), (500, 62, 425, 110), (320, 218, 320, 182))[n]
        parts.append(d.arrow(*ends, line=accent))
    return d.svg(640, 290, f"Sơ đồ bài học: {topic.name}", *parts)


def _opening(topic: Topic) -> Page:
    asks = "".join(f"<li>{escape(ask.text)}</li>" for ask in topic.asks)
    return Page(
        "Mở đầu",
        f"<p>Bài học có {len(topic.asks)} câu hỏi lớn. Em thử trả lời trong đầu trước khi xem từng phần.</p>"
        f'<img src="hinh/so-do.svg" width="640" height="290" alt="Sơ đồ bài học: {escape(topic.name)}"><ol>{asks}</ol>',
    )


def _page(topic: Topic, n: int) -> Page:
    ask = topic.asks[n]
    wrong = " hoặc ".join(f"“{escape(option)}”" for option in ask.wrong)
    return Page(
        f"Phần {n + 1}",
        f"<p><strong>{escape(ask.text)}</strong></p><p>Em nghĩ trong nửa phút, viết câu trả lời ra nháp rồi mới mở ô dưới đây.</p>"
        f'<details><summary>Xem câu trả lời</summary><p class="sum">{escape(ask.answer)}</p></details>'
        f"<p>Nhiều bạn trả lời {wrong}. Em hãy nói với bạn bên cạnh vì sao câu đó chưa đúng: "
        "nêu một ví dụ, hoặc chỉ ra bước bị nhầm.</p>",
    )


def _summary(topic: Topic) -> Page:
    rows = "".join(
        f"<tr><td>{escape(ask.text)}</td><td><strong>{escape(ask.answer)}</strong></td></tr>"
        for ask in topic.asks
    )
    return Page(
        "Ghi nhớ",
        f"<table><tr><th>Câu hỏi</th><th>Trả lời</th></tr>{rows}</table>"
        '<div class="rule"><p>Che cột bên phải, tự trả lời lại từng câu, rồi làm phần luyện tập ở trang sau.</p></div>',
    )
