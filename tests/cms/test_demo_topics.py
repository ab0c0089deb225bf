"""The topics of the demo library and what is made of them: without a database."""

import io
import re
import zipfile
import zlib

import pytest

from cms.demo import pdf, stock, study, topic_lessons, worksheets
from cms.demo.topics import KINDS, Ask, topics
from repository.packages.check import check_upload

LESSONS = [topic for topic in topics() if topic.letter == "E"]
DOCUMENTS = [topic for topic in topics() if topic.letter != "E"]


def test_every_topic_can_be_told_from_the_others_and_asks_sensibly():
    every = topics()
    assert len(every) == 265
    assert len({topic.title for topic in every}) == len(every)
    assert {topic.letter for topic in every} == set(KINDS)
    for topic in every:
        for ask in topic.asks:
            options = [ask.answer, *ask.wrong]
            assert len(set(options)) == len(options), topic.title
            assert ask.text.strip(), topic.title
            assert all(option.strip() for option in options), topic.title
        if topic.letter in "EDP":
            assert all(len(ask.wrong) == 2 for ask in topic.asks), topic.title


def test_a_question_may_hold_an_equals_sign_in_itself_and_in_its_answer():
    asked = {ask.text: ask for topic in topics() for ask in topic.asks}
    assert asked["x : 3 = 8 : 12 thì x bằng?"].answer == "2"
    assert asked["Công thức bắt đầu bằng dấu nào?"] == Ask("Công thức bắt đầu bằng dấu nào?", "=", ("+", ":"))


def test_all_letters_of_every_document_can_be_drawn():
    for topic in DOCUMENTS:
        data = worksheets.pdf(topic, where="Toán lớp 5", second=True)
        assert data.startswith(b"%PDF-1.4"), topic.title
    with pytest.raises(ValueError, match="no drawing"):
        pdf.document("x", [pdf.Line("日")])


def text_of(data: bytes) -> str:
    """The text of a document's pages, by the maps that it brings for readers."""
    streams = [zlib.decompress(part) for part in re.findall(rb"stream\n(.*?)\nendstream", data, re.S)]
    maps = [stream.decode() for stream in streams if b"beginbfchar" in stream]
    fonts = [
        {int(code, 16): bytes.fromhex(char).decode("utf-16-be") for code, char in rows}
        for rows in (re.findall(r"<(..)> <([0-9a-f]{4,})>", one) for one in maps)
    ]
    shown = []
    for stream in streams:
        for weight, codes in re.findall(rb"BT /([RB]) \S+ Tf .*? <([0-9a-f]*)> Tj", stream):
            font = fonts[0 if weight == b"R" else 1]
            shown.append("".join(font[code] for code in bytes.fromhex(codes.decode())))
    return " ".join(shown)


def test_a_worksheet_keeps_its_answers_for_the_second_page():
    (topic,) = [topic for topic in topics() if topic.name == "Alkane và alkene"]
    data = worksheets.pdf(topic, where="Hóa học lớp 11")
    text = text_of(data)
    assert data.count(b"/Type /Page ") == 2
    assert "CₙH₂ₙ₊₂" in text
    before, after = text.split("Đáp án (dành cho giáo viên)")
    assert "Công thức chung của alkane? CₙH₂ₙ₊₂." in after
    assert "A. " in before
    assert "Công thức chung của alkane? CₙH₂ₙ₊₂." not in before


def test_a_second_edition_says_more():
    topic = DOCUMENTS[0]
    first, second = (worksheets.pdf(topic, where="x", second=later) for later in (False, True))
    assert "Bổ sung trong bản mới" in text_of(second)
    assert "Bổ sung trong bản mới" not in text_of(first)


@pytest.mark.parametrize("n", range(4))
def test_lessons_are_sound_packages_of_every_edition(n):
    topic = LESSONS[n]
    data = stock.package(topic, n, where="Toán lớp 5", group="math")
    assert data == stock.package(topic, n, where="Toán lớp 5", group="math")
    report = check_upload(io.BytesIO(data), filename="bai.zip")
    assert report.findings == []
    assert (report.kind, report.edition) == [
        ("scorm12", "1.2"),
        ("scorm2004", "4th"),
        ("scorm12", "1.2"),
        ("scorm2004", "3rd"),
    ][n]
    page = zipfile.ZipFile(io.BytesIO(data)).read("index.html").decode()
    assert page.count('<section class="page"') == len(topic.asks) + 3


def test_a_lesson_marks_the_right_answer_wherever_it_stands():
    for topic in LESSONS:
        made = topic_lessons.lesson(topic, where="x", group="life")
        for question, ask in zip(made.questions, topic.asks, strict=True):
            assert ask.answer.replace("&", "&amp;") in question.options[question.right].replace("&#x27;", "'")
    places = {q.right for t in LESSONS for q in topic_lessons.lesson(t, where="x", group="life").questions}
    assert places == {0, 1, 2}


def test_a_course_finds_the_lessons_of_its_packages():
    assert [lesson.title for lesson in study.lessons_of("Sáu bước thiết kế một bài giảng e‑Learning")]
    assert study.lessons_of(LESSONS[0].title)[0].questions
    with pytest.raises(LookupError):
        study.lessons_of("Không có bài này")
