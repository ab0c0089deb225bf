"""A topic of the library as a document of a few pages: worksheet, plan, test, reading, experiment, report."""

# ruff: noqa: E501 - prose, not code
from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import cache

from cms.demo.pdf import Line, document, heading, new_page, title
from cms.demo.topics import Ask, Topic, topics

_LETTERS = "ABCD"
_DOTS = "……………………………………………………………………………………………………………"


def pdf(topic: Topic, *, where: str, second: bool = False) -> bytes:
    """The document of a topic; ``where`` says subject and grade. ``second``: a later, longer edition."""
    lines = [title(topic.title), _text(where), *_MAKERS[topic.letter](topic)]
    if second:
        lines += [heading("Bổ sung trong bản mới"), *_reflection(topic)]
    return document(topic.title, lines)


def _text(text: str, above: float = 4) -> Line:
    return Line(text, above=above)


def _marked(asks: Sequence[Ask], seed: str) -> list[tuple[Ask, list[str], str]]:
    """Each question with its options in an order of their own, and the letter of the right one."""
    dice = random.Random(seed)  # noqa: S311 - the same order every time
    made = []
    for ask in asks:
        options = [ask.answer, *ask.wrong]
        dice.shuffle(options)
        made.append((ask, options, _LETTERS[options.index(ask.answer)]))
    return made


@cache
def _of_subject(subject: str) -> tuple[Topic, ...]:
    return tuple(topic for topic in topics() if topic.subject == subject)


def _review(topic: Topic, most: int = 4) -> list[Ask]:
    """Questions on what was learnt before: of the nearest topics of the subject that ask with options."""
    same = _of_subject(topic.subject)
    place = same.index(topic)
    near = sorted(same, key=lambda other: abs(same.index(other) - place))
    asks = [ask for other in near if other is not topic for ask in other.asks if ask.wrong]
    return asks[:most]


def _choices(marked: list[tuple[Ask, list[str], str]], first: int = 1) -> list[Line]:
    lines = []
    for n, (ask, options, _right) in enumerate(marked, first):
        lines.append(_text(f"Câu {n}. {ask.text}", above=8))
        row = "      ".join(f"{letter}. {option}" for letter, option in zip(_LETTERS, options, strict=False))
        lines.append(_text(row, above=1))
    return lines


def _worksheet(topic: Topic) -> list[Line]:
    own, more = _marked(topic.asks, topic.title), _marked(_review(topic), topic.name)
    key = [f"{n}{right}" for n, (_ask, _options, right) in enumerate(own + more, 1)]
    return [
        _text("Họ và tên: ………………………………………   Lớp: …………   Ngày: …………"),
        heading("A. Chọn đáp án đúng"),
        *_choices(own),
        heading("B. Trình bày"),
        _text(f"Bài 1. Giải thích vì sao em chọn đáp án của câu 1: {topic.asks[0].text}"),
        _text(_DOTS, above=8),
        _text(_DOTS, above=8),
        _text(
            "Bài 2. Viết một câu hỏi giống câu 2 rồi đổi cho bạn cùng bàn; chấm bài của bạn và nói rõ vì sao."
        ),
        _text(_DOTS, above=8),
        _text(_DOTS, above=8),
        heading("C. Ôn lại"),
        *_choices(more, len(own) + 1),
        new_page(heading("Đáp án (dành cho giáo viên)")),
        _text("A và C: " + ", ".join(key) + "."),
        *[_text(f"{n}. {ask.text} {ask.answer}.") for n, ask in enumerate(topic.asks, 1)],
        _text(
            "Bài 1: em nêu được cách làm hoặc lí do loại hai đáp án kia. Bài 2: chấp nhận mọi câu hỏi có một đáp án đúng."
        ),
        heading("Gợi ý sử dụng"),
        _text("Phần A làm tại lớp trong 10 phút; phần B theo cặp; phần C giao về nhà hoặc mở đầu tiết sau."),
    ]


def _test(topic: Topic) -> list[Line]:
    asked = _marked([*topic.asks, *_review(topic, 5)], topic.title)
    key = [f"{n}{right}" for n, (_ask, _options, right) in enumerate(asked, 1)]
    written = [ask for ask, _options, _right in asked[:3]]
    return [
        _text("Thời gian làm bài: 45 phút. Học sinh không sử dụng tài liệu."),
        heading("Phần I. Trắc nghiệm (mỗi câu 0,5 điểm)"),
        *_choices(asked),
        heading("Phần II. Tự luận"),
        *[
            _text(f"Bài {n}. Trình bày cách làm hoặc lí do của câu {n}: {ask.text}")
            for n, ask in enumerate(written, 1)
        ],
        new_page(heading("Đáp án và hướng dẫn chấm")),
        _text("Phần I: " + ", ".join(key) + "; mỗi câu đúng 0,5 điểm."),
        *[
            _text(f"Bài {n}: {ask.answer}. Nêu đúng kết quả được nửa số điểm, trình bày rõ được trọn điểm.")
            for n, ask in enumerate(written, 1)
        ],
    ]


def _plan(topic: Topic) -> list[Line]:
    return _early_plan(topic) if topic.early else [
        _text("Thời lượng: 1 tiết."),
        heading("I. Yêu cầu cần đạt"),
        *[_text(f"– Trả lời được: {ask.text}") for ask in topic.asks],
        _text("– Làm việc theo cặp, biết lắng nghe và nhận xét bạn bằng một điều cụ thể."),
        heading("II. Thiết bị dạy học và học liệu"),
        _text("Giáo viên: hình hoặc mẫu vật về nội dung bài, phiếu học tập, máy chiếu nếu có. Học sinh: sách giáo khoa, vở, bút màu."),
        heading("III. Tiến trình dạy học"),
        _text(f"Hoạt động 1. Mở đầu (5 phút). Học sinh nói điều đã biết về “{topic.name}”, giáo viên ghi lên bảng, chưa nhận xét đúng sai."),
        _text("Hoạt động 2. Hình thành kiến thức (18 phút). Học sinh đọc, quan sát, trả lời theo cặp:"),
        *[line for ask in topic.asks for line in (_text(f"Câu hỏi: {ask.text}"), _text(f"Dự kiến trả lời: {ask.answer}.", above=1))],
        _text("Hoạt động 3. Luyện tập (12 phút). Học sinh làm phiếu, đổi phiếu chấm chéo; giáo viên chữa chỗ nhiều em nhầm."),
        *[_text(f"Bài tập {n}. {ask.text}", above=2) for n, ask in enumerate(_review(topic, 2), 1)],
        _text("Hoạt động 4. Vận dụng (8 phút). Học sinh nêu một việc ở nhà hoặc ở địa phương có liên quan và chọn cách trình bày: nói, vẽ hoặc viết."),
        heading("IV. Đánh giá"),
        _text("Quan sát cặp đôi ở hoạt động 2; thu phiếu ở hoạt động 3; nhận xét bằng lời với em làm chưa xong và hẹn lần xem lại."),
        heading("V. Điều chỉnh sau bài dạy"),
        *[_text(_DOTS, above=8) for _ in range(3)],
    ]  # fmt: skip


def _early_plan(topic: Topic) -> list[Line]:
    return [
        _text("Thời gian: 20–25 phút. Số trẻ: cả lớp, chia hai nhóm khi luyện tập."),
        heading("I. Mục đích, yêu cầu"),
        _text(f"Trẻ tham gia vui vẻ hoạt động “{topic.name}”, nói được điều mình làm, biết chờ đến lượt."),
        heading("II. Chuẩn bị"),
        _text("Đồ dùng đủ cho mỗi trẻ, đặt vừa tầm tay; nhạc không lời; chỗ ngồi thoáng, sạch."),
        heading("III. Tiến hành"),
        _text("1. Gây hứng thú: cô và trẻ hát, đọc vè hoặc xem một hình ảnh, trò chuyện ngắn."),
        _text("2. Nội dung chính. Cô làm mẫu hai lần, vừa làm vừa nói:"),
        *[line for ask in topic.asks for line in (_text(f"– {ask.text}"), _text(f"{ask.answer}.", above=1))],
        _text("3. Trẻ thực hiện: từng nhóm, từng trẻ; cô giúp trẻ nhút nhát làm cùng bạn."),
        _text("4. Trò chơi củng cố và kết thúc: khen một việc cụ thể của vài trẻ, cùng cất đồ dùng."),
        heading("IV. Đánh giá cuối ngày"),
        *[_text(_DOTS, above=8) for _ in range(3)],
    ]


def _reading(topic: Topic) -> list[Line]:
    lines = [_text("Tài liệu ngắn để thầy cô dùng thêm khi dạy và để phụ huynh đọc cùng con.")]
    for n, ask in enumerate(topic.asks, 1):
        lines += [heading(f"{n}. {ask.text}"), _text(f"{ask.answer}.")]
    lines += [
        heading("Gợi ý hoạt động"),
        _text(
            "Đọc tiêu đề từng mục trước, đoán câu trả lời rồi mới đọc; ghi lại điều khác với điều mình đoán."
        ),
        _text("Kể lại cho một người không có mặt trong lớp và hỏi người đó còn muốn biết điều gì."),
    ]
    return [*lines, new_page(heading("Phiếu ghi chép")), *_reflection(topic)]


def _experiment(topic: Topic) -> list[Line]:
    return [
        heading("Mục tiêu"),
        _text(f"Tự tay làm được “{topic.name.lower()}”, ghi kết quả trung thực và giải thích được."),
        heading("Trước khi làm"),
        *[line for ask in topic.asks for line in (_text(ask.text), _text(f"{ask.answer}.", above=1))],
        heading("Các bước"),
        _text("1. Đọc hết hướng dẫn, phân công: người làm, người đọc số liệu, người ghi."),
        _text("2. Chuẩn bị đủ dụng cụ, kiểm tra dụng cụ nguyên vẹn."),
        _text("3. Làm lần lượt, mỗi phép đo ít nhất ba lần; ghi ngay vào bảng."),
        _text("4. Dọn dụng cụ, rửa tay, để rác thí nghiệm đúng nơi quy định."),
        new_page(heading("Bảng ghi kết quả")),
        *[_text(f"Lần {n}: {_DOTS}", above=8) for n in range(1, 4)],
        heading("Nhận xét"),
        *_reflection(topic),
        heading("An toàn"),
        _text(
            "Chỉ làm khi có giáo viên. Báo ngay khi đổ, vỡ, bỏng; không nếm, không ngửi trực tiếp hóa chất."
        ),
    ]


def _report(topic: Topic) -> list[Line]:
    first, *others = topic.asks
    return [
        heading("1. Lí do chọn sáng kiến"),
        _text(f"{first.text} {first.answer}."),
        heading("2. Nội dung các biện pháp"),
        *[_text(f"{ask.text} {ask.answer}.") for ask in others],
        _text("Mỗi biện pháp làm thử hai tuần ở một lớp, ghi nhật kí, trao đổi trong tổ rồi mới làm rộng."),
        heading("3. Kết quả"),
        _text(
            "So sánh cùng một bài kiểm tra trước và sau một học kì, cùng số học sinh; phỏng vấn mười em và năm phụ huynh."
        ),
        heading("4. Bài học và khả năng áp dụng"),
        _text(
            "Việc nhỏ làm đều quan trọng hơn việc lớn làm một lần. Áp dụng được ở trường không có máy chiếu."
        ),
        new_page(heading("Phụ lục: phiếu quan sát")),
        *_reflection(topic),
    ]


def _reflection(topic: Topic) -> list[Line]:
    return [
        _text(f"Điều tôi đã rõ về “{topic.name}”:"),
        *[_text(_DOTS, above=8) for _ in range(3)],
        _text("Điều tôi còn thắc mắc:"),
        *[_text(_DOTS, above=8) for _ in range(2)],
    ]


_MAKERS: dict[str, Callable[[Topic], list[Line]]] = {
    "P": _worksheet,
    "D": _test,
    "G": _plan,
    "T": _reading,
    "N": _experiment,
    "S": _report,
}
