"""What the demo library is stocked with: for each topic by whom it was made, where and when, what came of it.

A plan is data; ``shelve`` turns it into rows.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

from accounts.days import today
from accounts.models import UnitKind, User
from cms.demo import worksheets
from cms.demo.archive import pack
from cms.demo.lesson import common, files
from cms.demo.manifests import Sco, scorm12, scorm2004
from cms.demo.people import People
from cms.demo.topic_lessons import lesson
from cms.demo.topics import Topic
from cms.demo.units import REFORM, ROOT, SCHOOLS, Unit
from repository.metadata import Metadata

#: Subject of what teachers themselves learn from
TRAINING = "boi-duong"
#: How many days of history the library has
SPAN = 480
_LICENCES = {"cc-by": 10, "cc-by-sa": 4, "cc-by-nc": 3, "cc-by-nc-sa": 3, "all-rights": 3, "public-domain": 1}
_SERIES = {"ket-noi": 10, "chan-troi": 4, "canh-dieu": 4, "": 3}
# What became of it, in hundredths: at the department, the commune, the school; or not yet anywhere.
_FATES = {
    "root": 56,
    "commune": 10,
    "school": 14,
    "school+root": 5,
    "submitted": 7,
    "returned": 4,
    "draft": 4,
}
_NEW_VERSION = 9
_NOTES = (
    "Sửa đáp án câu 2, thêm phần ghi chép",
    "Thêm câu hỏi ôn lại ở cuối bài",
    "Viết lại lời dẫn cho ngắn, chữa lỗi chính tả",
    "Đổi ví dụ cho gần với học sinh Hưng Yên",
    "Chữa theo góp ý của tổ chuyên môn",
)
REASONS = (
    "Câu hỏi 2 có hai đáp án đều đúng. Thầy cô sửa lại phương án B và ghi cách chấm.",
    "Bài còn thiếu mục tiêu và gợi ý sử dụng. Thầy cô bổ sung rồi gửi lại.",
    "Hình ở trang 1 chưa ghi nguồn. Thầy cô ghi nguồn hoặc thay bằng hình tự vẽ.",
    "Chữ trên trang nhỏ, khó đọc trên điện thoại. Thầy cô để cỡ chữ từ 16 trở lên.",
)
_LEVEL_KINDS = {
    "mn": (UnitKind.MAM_NON,),
    "th": (UnitKind.TIEU_HOC, UnitKind.LIEN_CAP),
    "thcs": (UnitKind.THCS, UnitKind.LIEN_CAP),
    "thpt": (UnitKind.THPT, UnitKind.LIEN_CAP),
    "gdtx": (UnitKind.GDTX,),
}
_EDITIONS = ("1.2", "2004 4th Edition", "1.2", "2004 3rd Edition")


@dataclass(frozen=True)
class File:
    """One uploaded file: its version's note, when it came, and how its bytes are made."""

    name: str
    build: Callable[[], bytes]
    on: date
    note: str = ""


@dataclass(frozen=True)
class Plan:
    """A resource with its history. ``places`` are codes of units that publish the newest version.

    ``first_places`` published the version before it; the reviewer's answer comes ``answered`` days
    after the file.
    """

    metadata: Metadata
    author: User
    unit: str
    files: tuple[File, ...]
    fate: str
    places: tuple[str, ...] = ()
    first_places: tuple[str, ...] = ()
    guests: bool = False
    answered: int = 2
    reasons: str = ""


def level_of(topic: Topic) -> str:
    """The level of a topic, by its grade and subject."""
    if topic.subject.endswith("-gdtx"):
        return "gdtx"
    if topic.early:
        return "mn"
    if not topic.grade:
        return ""
    number = int(topic.grade.removeprefix("lop-"))
    return "th" if number <= 5 else "thcs" if number <= 9 else "thpt"


def plans(topics: Iterable[Topic], people: People, names: dict[str, tuple[str, str]]) -> list[Plan]:
    """A plan for each topic. ``names``: subject code → its name and the group of its colours."""
    dice = random.Random(32)  # noqa: S311 - the same library every time
    made = []
    for n, topic in enumerate(topics):
        subject, group = names[topic.subject]
        where = _where(topic, subject)
        unit, author = _author(dice, people, topic)
        first = today() - timedelta(days=dice.randrange(6, SPAN))
        fate = _pick(dice, _FATES)
        if topic.subject == TRAINING:  # courses are made of these
            fate, first = "root", today() - timedelta(days=dice.randrange(440, SPAN))
        elif fate in {"submitted", "returned", "draft"}:
            first = today() - timedelta(days=dice.randrange(1, 25))
        made.append(_plan(dice, topic, n, where, group, unit, author, first, fate))
    return made


def _plan(  # noqa: PLR0917 - what the dice have decided so far
    dice: random.Random,
    topic: Topic,
    n: int,
    where: str,
    group: str,
    unit: Unit,
    author: User,
    first: date,
    fate: str,
) -> Plan:
    places = _places(fate, unit, first)
    made = [_file(topic, n, where, group, first)]
    age = (today() - first).days
    renewed = bool(places) and age > 60 and dice.randrange(100) < _NEW_VERSION
    if renewed:
        later = first + timedelta(days=dice.randrange(20, age - 5))
        made.append(_file(topic, n, where, group, later, note=dice.choice(_NOTES), second=True))
    return Plan(
        metadata=_metadata(dice, topic, where, first),
        author=author,
        unit=unit.code,
        files=tuple(made),
        fate="published" if places else fate,
        places=places,
        first_places=places if renewed else (),
        guests=ROOT in places and dice.random() < 0.6,
        answered=dice.choice((1, 1, 2, 2, 3, 5)),
        reasons=dice.choice(REASONS) if fate == "returned" else "",
    )


def _places(fate: str, unit: Unit, on: date) -> tuple[str, ...]:
    school = "" if unit.code == ROOT else unit.code
    commune = unit.after if unit.after != ROOT and on >= REFORM else ""
    wanted = {
        "root": (ROOT,),
        "commune": (commune or ROOT,),
        "school": (school or ROOT,),
        "school+root": (school, ROOT),
    }
    return tuple(code for code in wanted.get(fate, ()) if code)


def _author(dice: random.Random, people: People, topic: Topic) -> tuple[Unit, User]:
    """A teacher of that subject at a school of that level; for teachers' own training, any school."""
    level = level_of(topic)
    kinds = _LEVEL_KINDS.get(level, (UnitKind.THCS, UnitKind.TIEU_HOC, UnitKind.THPT))
    schools = [school for school in SCHOOLS if school.kind in kinds]
    dice.shuffle(schools)
    subject = topic.subject if level else ""
    for school in schools:
        teachers = [
            user for user in people.teaching(school.code, subject) if user.username not in {"hocvien"}
        ]
        if teachers:
            return school, dice.choice(teachers)
    raise LookupError(f"nobody teaches {topic.subject}")


def _where(topic: Topic, subject: str) -> str:
    if topic.grade.startswith("lop-"):
        return f"{subject} lớp {topic.grade.removeprefix('lop-')}"
    return subject


def _metadata(dice: random.Random, topic: Topic, where: str, first: date) -> Metadata:
    count = len(topic.asks)
    asked = " ".join(ask.text for ask in topic.asks[:2])
    description = {
        "P": f"{count} câu chọn đáp án, phần trình bày và câu ôn lại, có đáp án cho giáo viên. {asked}",
        "D": f"Trắc nghiệm và tự luận, 45 phút, có đáp án và hướng dẫn chấm. {asked}",
        "G": f"Kế hoạch một tiết theo bốn hoạt động, có câu hỏi gợi mở và dự kiến trả lời. {asked}",
        "T": f"Tài liệu ngắn hai trang, có phiếu ghi chép. {asked}",
        "E": f"Bài tự học {count + 3} trang, có sơ đồ và {count} câu luyện tập chấm ngay. {asked}",
        "N": f"Các bước, bảng ghi kết quả và lưu ý an toàn. {asked}",
        "S": f"Biện pháp, kết quả và phiếu quan sát. {asked}",
    }[topic.letter]
    series = (
        _pick(dice, _SERIES) if topic.grade.startswith("lop-") and not topic.subject.endswith("gdtx") else ""
    )
    return Metadata(
        title=topic.title,
        description=description,
        keywords=", ".join(dict.fromkeys((topic.name.partition(":")[0].lower(), where.lower()))),
        type=topic.type,
        licence=_pick(dice, _LICENCES),
        subject=topic.subject,
        series=series,
        grades=(topic.grade,) if topic.grade else (),
        year=first.year - dice.choice((0, 0, 0, 0, 1, 1, 2, 3)),
    )


def _file(  # noqa: PLR0917 - a topic and its place in the library
    topic: Topic, n: int, where: str, group: str, on: date, note: str = "", *, second: bool = False
) -> File:
    stem = f"{topic.subject}-{topic.grade or 'chung'}-{n + 1:03d}"
    if topic.letter == "E":
        make = partial(package, topic, n, where=where, group=group, second=second)
        return File(f"{stem}.zip", make, on, note)
    return File(f"{stem}.pdf", partial(worksheets.pdf, topic, where=where, second=second), on, note)


def package(topic: Topic, n: int, *, where: str, group: str, second: bool = False) -> bytes:
    """The lesson of a topic as a package, in turns SCORM 1.2 and 2004."""
    edition = _EDITIONS[n % len(_EDITIONS)]
    made = lesson(topic, where=where + (" · bản mới" if second else ""), group=group)
    tracking = "tracking12.js" if edition == "1.2" else "tracking2004.js"
    members = {**files(made, tracking), **common(tracking)}
    sco = Sco(made.title, "index.html", list(members))
    identifier = f"HOC-LIEU-{n + 1:03d}"
    if edition == "1.2":
        manifest = scorm12(identifier, made.title, [sco])
    else:
        manifest = scorm2004(identifier, made.title, [sco], edition)
    return pack({"imsmanifest.xml": manifest, **members})


def _pick(dice: random.Random, weights: dict[str, int]) -> str:
    return dice.choices(list(weights), list(weights.values()))[0]
