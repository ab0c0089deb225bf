"""How a resource of the demo is described, and the titles that courses refer to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cms.demo.units import ROOT


@dataclass(frozen=True)
class Resource:
    """A resource of the demo. ``package`` names what ``cms.demo.packages`` builds.

    ``author`` is the username of a sign-in, or the code of a school whose first teacher it is then.
    ``days_ago`` is the day it was handed in; reviewers answer two days later. ``fate``: published (at
    ``at``), submitted, returned, draft, rejected.
    """

    package: str
    title: str
    description: str
    type: str
    subject: str
    grades: tuple[str, ...]
    author: str
    days_ago: int
    keywords: str = ""
    series: str = ""
    licence: str = "cc-by"
    fate: str = "published"
    at: str = ROOT
    guests: bool = False
    small: bool = False
    filename: str = ""
    on: date | None = None  # handed in on this very day, whenever the demo is loaded


PACKAGING, DESIGN, REQUIREMENTS = (
    "Đóng gói bài giảng theo chuẩn SCORM",
    "Sáu bước thiết kế một bài giảng e‑Learning",
    "Yêu cầu kĩ thuật với bài giảng e‑Learning nộp vào kho dùng chung",
)
#: A lesson of each further kind: an exercise, an experiment, a sound, a page to read
CAPITALS, OHM, SCALE, ON_THE_PHONE = (
    "Thủ đô của nước ta",
    "Thí nghiệm ảo: định luật Ohm",
    "Nghe: thang âm Đô trưởng đi lên và đi xuống",
    "Chín việc cần xem trên điện thoại trước khi giao bài",
)
OFFICE, SPREADSHEET, SAFETY = (
    "Soạn thảo văn bản hành chính trong nhà trường",
    "Bảng tính cho giáo viên chủ nhiệm",
    "An toàn thông tin cho giáo viên",
)
