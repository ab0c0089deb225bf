"""The demo's seven courses: sections with lessons, files, pages of text and sessions. Data only."""

# ruff: noqa: E501 - prose, not code
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from cms.demo.resource import (
    CAPITALS,
    DESIGN,
    OFFICE,
    OHM,
    ON_THE_PHONE,
    PACKAGING,
    REQUIREMENTS,
    SAFETY,
    SCALE,
    SPREADSHEET,
)
from cms.demo.units import ROOT


@dataclass(frozen=True)
class Open:
    """A lesson or file of the library, by its title there; ``rule`` where it is not the usual one."""

    resource: str
    title: str = ""
    required: bool = True
    rule: dict[str, Any] | None = None


@dataclass(frozen=True)
class Text:
    """A page of text; ``blocks`` as the builder's form sends them, paragraphs with its simple marks."""

    title: str
    blocks: tuple[tuple[str, Any], ...]
    minutes: int = 10


@dataclass(frozen=True)
class Meet:
    """A session that each class gives its day."""

    title: str
    about: str
    minutes: int = 180
    required: bool = True


@dataclass(frozen=True)
class Plan:
    """A course. ``locks`` says which activity opens after which, by titles."""

    key: str
    title: str
    summary: str
    periods: int
    sections: tuple[tuple[str, tuple[Open | Text | Meet, ...]], ...]
    unit: str = ROOT
    by: str = "quanly"
    locks: tuple[tuple[str, str], ...] = ()


_BLENDED = "Dạy học kết hợp: từ lớp học đảo ngược đến trạm học tập"
_AI = "Sử dụng trí tuệ nhân tạo có trách nhiệm khi soạn bài"
_TT27 = "Hướng dẫn đánh giá học sinh tiểu học theo Thông tư 27/2020"
_MATRIX = "Ma trận và bản đặc tả đề kiểm tra"
_LESSON_STUDY = "Kế hoạch bài dạy: Kế hoạch sinh hoạt chuyên môn theo nghiên cứu bài học"
_STEM = "Kế hoạch bài dạy: Kế hoạch giáo dục STEM: lọc nước bằng vật liệu tự nhiên"

E_LEARNING = Plan(
    "e-learning",
    "Thiết kế bài giảng e‑Learning theo chuẩn SCORM",
    "Từ mục tiêu bài học đến gói SCORM chạy được trên điện thoại: thiết kế, đóng gói, tự kiểm tra. "
    "Học trực tuyến theo nhịp của từng người, khoảng 5 giờ.",
    15,
    (
        ("Thiết kế", (Open(DESIGN), Open(REQUIREMENTS, "Đọc: yêu cầu kĩ thuật"))),
        ("Đóng gói và tự kiểm tra", (Open(PACKAGING),)),
    ),
)
#: The course of the small demo: one activity of each kind
SMALL = replace(
    E_LEARNING,
    sections=(
        *E_LEARNING.sections,
        (
            "Trao đổi",
            (
                Text(
                    "Tự kiểm tra trước khi gửi",
                    (
                        ("paragraph", "Mở gói trên **điện thoại** trước, rồi mới mở trên máy tính."),
                        ("list", ("Bài mở lại đúng trang đang học.", "Câu hỏi nào cũng có phản hồi.", "Chữ trong hình đọc được.")),
                    ),
                    5,
                ),
                Meet("Hỏi đáp trực tuyến", "Mang theo gói đã đóng; mỗi người hỏi một câu.", 60, required=False),
            ),
        ),
    ),
)  # fmt: skip
BASICS = Plan(
    "basics",
    "Kĩ năng công nghệ thông tin cơ bản",
    "Soạn thảo, bảng tính, an toàn thông tin theo chuẩn kĩ năng sử dụng công nghệ thông tin cơ bản, "
    "cho cán bộ quản lí, giáo viên và nhân viên.",
    20,
    (
        (
            "Bắt đầu",
            (
                Text(
                    "Khóa học này học thế nào",
                    (
                        ("heading", "Ba bài, mỗi bài một buổi tối"),
                        ("paragraph", "Mỗi bài mất khoảng **20 phút**. Thầy cô học trên máy tính hoặc điện thoại; đang học mà phải dừng thì cứ đóng lại, lần sau mở ra đúng trang đang học."),
                        ("steps", ("Học bài, làm câu hỏi cuối bài.", "Làm thử ngay một việc đang cần ở trường.", "Hỏi đồng nghiệp cùng tổ khi vướng.")),
                        ("quote", {"text": "Biết một phím tắt mỗi tuần, hết năm học đã nhanh gấp đôi.", "source": "Một cô giáo ở Tiên Lữ"}),
                    ),
                ),
            ),
        ),
        ("Công việc hằng ngày", (Open(OFFICE), Open(SPREADSHEET))),
        ("An toàn", (Open(SAFETY),)),
    ),
)  # fmt: skip
BLENDED = Plan(
    "blended",
    "Dạy học kết hợp ở trường phổ thông",
    "Lớp học đảo ngược, trạm học tập và cách giao nhiệm vụ trực tuyến; có bốn buổi gặp, "
    "ba buổi tại trường và một buổi trực tuyến.",
    24,
    (
        (
            "Mở đầu",
            (
                Meet("Buổi 1. Vì sao kết hợp", "Làm quen, xem hai tiết dạy mẫu, chọn bài sẽ dạy thử."),
                Open(_BLENDED),
            ),
        ),
        (
            "Thiết kế và dạy thử",
            (
                Text(
                    "Mẫu kế hoạch một tiết kết hợp",
                    (
                        ("paragraph", "Kế hoạch gồm ba phần, viết trong **một trang**:"),
                        ("list", ("Trước giờ học: học sinh xem gì, trả lời câu nào, trong bao lâu.", "Trong giờ học: nhóm nào làm trạm nào, thầy cô ngồi ở đâu.", "Sau giờ học: bài làm nộp ở đâu, ai nhận xét.")),
                        ("paragraph", "Chọn một bài dạy trong tháng này. *Không cần bài hay nhất*, cần bài sẽ dạy thật."),
                    ),
                ),
                Meet("Buổi 2. Thiết kế theo nhóm môn", "Viết kế hoạch một tiết, nhóm cùng môn góp ý."),
                Open(_MATRIX, "Đọc: ma trận và bản đặc tả"),
                Meet("Buổi 3. Dạy thử và góp ý", "Mỗi nhóm dạy thử 20 phút, cả lớp ghi phiếu quan sát."),
            ),
        ),
        ("Tổng kết", (Meet("Buổi 4. Trình bày kết quả", "Trực tuyến. Mỗi người nói 3 phút về tiết đã dạy.", 120),)),
    ),
    locks=(("Mẫu kế hoạch một tiết kết hợp", _BLENDED),),
)  # fmt: skip
AI = Plan(
    "ai",
    _AI,
    "Khi nào nên nhờ máy gợi ý, kiểm tra lại ra sao, điều gì không được đưa vào. Hai bài ngắn.",
    6,
    (
        (
            "Nội dung",
            (
                Text(
                    "Năm câu hỏi trước khi dùng",
                    (
                        ("steps", ("Việc này có thông tin riêng của học sinh không?", "Tôi có đủ hiểu để nhận ra câu sai không?", "Nguồn của câu trả lời ở đâu?", "Tôi ghi nguồn thế nào trong bài?", "Học sinh sẽ học được gì nếu tôi tự làm?")),
                    ),
                    5,
                ),
                Open(_AI),
            ),
        ),
    ),
)  # fmt: skip
ASSESSMENT = Plan(
    "assessment",
    "Đánh giá học sinh tiểu học theo Thông tư 27/2020",
    "Nhận xét để học sinh tiến bộ: quan sát, lời nhận xét, hồ sơ học tập. Dành cho giáo viên tiểu học trong phường.",
    10,
    (
        (
            "Văn bản và cách làm",
            (
                Open(_TT27, "Đọc: hướng dẫn đánh giá"),
                Text(
                    "Mười lời nhận xét và cách viết lại",
                    (
                        ("paragraph", "Lời nhận xét có ích nói được **việc em đã làm** và **bước tiếp theo**."),
                        ("list", ("“Em cần cố gắng hơn” → “Em đọc trôi chảy câu ngắn; tuần này em tập ngắt hơi ở dấu phẩy.”", "“Tính toán chưa tốt” → “Em cộng có nhớ đúng; khi trừ, em viết số nhớ bên cạnh.”", "“Ngoan” → “Em nhường bạn chỗ ngồi và nhắc bạn cất đồ dùng.”")),
                    ),
                ),
            ),
        ),
        ("Thảo luận", (Meet("Trao đổi tại trường", "Mang theo hai bài làm của học sinh và lời nhận xét đã viết.", 90),)),
    ),
    unit="phuong-pho-hien",
    by="phuong",
)  # fmt: skip
GROUPS = Plan(
    "groups",
    "Giáo dục STEM và nghiên cứu bài học trong tổ chuyên môn",
    "Cả tổ cùng soạn một bài, một người dạy, cả tổ quan sát việc học của học sinh rồi sửa bài.",
    12,
    (
        (
            "Chuẩn bị",
            (
                Open(_LESSON_STUDY, "Đọc: các bước nghiên cứu bài học"),
                Open(_STEM, "Đọc: một bài STEM làm mẫu"),
            ),
        ),
        ("Thực hành", (Meet("Dạy minh hoạ và thảo luận", "Tại trường chủ nhà, cả buổi sáng."),)),
    ),
)
KINDS = Plan(
    "kinds",
    "Học liệu nhiều kiểu trên điện thoại",
    "Mỗi bài một kiểu học liệu: trang đọc, bài tập H5P, thí nghiệm ảo, đoạn nghe. Học để biết học sinh "
    "thấy gì khi mở bài bằng điện thoại.",
    4,
    (
        ("Đọc trước", (Open(ON_THE_PHONE, rule={"when": "scrolled"}),)),
        (
            "Dùng thử",
            (
                Open(CAPITALS, "Bài tập H5P: thủ đô của nước ta", rule={"when": "passed"}),
                Open(OHM, rule={"when": "minutes", "at_least": 3}),
                Open(SCALE, rule={"when": "watched", "at_least": 0.8}),
            ),
        ),
    ),
)
