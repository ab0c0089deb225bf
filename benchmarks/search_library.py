"""A made-up library of any size for the search benchmark: the same for the same number, as long and as
mixed as a province's. Words follow Zipf's law; half of them are those of the subject.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from search.documents import Document

SEED = 20261122
#: Each subject with words of its own; the words of school belong to all.
SUBJECTS = {
    "Toán": "phân số hỗn thập tỉ lệ phần trăm diện tích hình tam giác tròn vuông chu vi khối phép chia nhân",
    "Tiếng Việt": "câu ghép từ đồng nghĩa tả cảnh người kể chuyện chính âm vần đọc chữ cái dấu thanh đoạn",
    "Ngữ văn": "văn bản miêu tả nghị luận truyện ngắn thơ ca dao nhân vật biện pháp tu từ tác giả phẩm",
    "Ngoại ngữ 1": "unit vocabulary grammar speaking listening reading writing tense school family animals",
    "Khoa học": "nước không khí ánh sáng thanh nhiệt nấm vi khuẩn thức ăn cơ thể cây xanh con vật",
    "Khoa học tự nhiên": "tế bào nguyên tử phân tử lực năng lượng chất hỗn hợp dung dịch nam châm điện",
    "Vật lí": "vận tốc quãng đường gia lực ma sát điện trường từ thông dao động sóng quang phổ nhiệt",
    "Hóa học": "nguyên tố phản ứng oxi axit bazơ muối kim loại dung dịch mol hữu cơ ankan este polime",
    "Sinh học": "di truyền nhiễm sắc thể quần xã hệ sinh thái hô hấp tuần hoàn quang hợp tiến hóa gen",
    "Lịch sử": "triều đại vua cách mạng kháng chiến khởi nghĩa chiến dịch hiệp định nhà nước cổ đại",
    "Địa lí": "bản đồ sông núi biển đảo dân cư kinh tế nông nghiệp khí hậu đồng bằng vùng đô thị",
    "Lịch sử và Địa lí": "làng nghề lễ hội đồng bằng bắc bộ văn hóa dân tộc di tích sông hồng thăng long",
    "Giáo dục công dân": "quyền trẻ em bổn phận pháp luật trách nhiệm tôn trọng trung thực khoan dung",
    "Tin học": "máy tính phần mềm thuật toán lập trình scratch python bảng dữ liệu mạng thông tin tệp",
    "Công nghệ": "vật liệu mạch điện bản vẽ kĩ thuật trồng trọt chăn nuôi thiết kế mô hình đồ dùng",
    "Âm nhạc": "bài hát nhịp điệu nốt nhạc cụ gõ nghe dân ca hòa tấu tiết tấu giọng cao độ",
    "Mĩ thuật": "màu sắc nét vẽ tranh tĩnh vật tạo hình trang trí chất liệu bố cục chân dung nặn",
    "Giáo dục thể chất": "chạy nhảy bóng rổ cầu lông đội hình động tác khởi động thể dục tập luyện",
    "Hoạt động trải nghiệm": "nghề nghiệp kĩ năng sống gia đình quê hương trường lớp bạn bè an toàn",
    "Đạo đức": "hiếu thảo ông bà cha mẹ giúp đỡ lễ phép chăm chỉ tiết kiệm bạn bè thầy cô",
}
NAMES = tuple(SUBJECTS)
TYPES = (
    "Bài giảng e-Learning",
    "Video bài giảng",
    "Giáo án",
    "Đề thi",
    "Phần mềm mô phỏng",
    "Câu hỏi, bài tập",
)
SCHOOL = """
luyện tập ôn kiểm tra học kì đề cương bài giảng hướng dẫn thí nghiệm thực hành hoạt động nhóm trò chơi
khởi động củng cố vận dụng mục tiêu năng lực phẩm chất giáo viên học sinh đánh giá phiếu câu hỏi đáp án
tiết chương chủ đề cả năm tuần thứ nhất hai ba bốn có các và của trong với cho về được là những một
"""
#: How long texts are, in words; one document in four has text inside.
DESCRIPTION, INNER, INNER_EVERY = (20, 60), (200, 600), 4
GRADES = range(1, 13)
UNITS, COMMUNES = 600, 40


def _syllables() -> list[str]:
    """About 2,500 syllables that no subject owns."""
    onsets = "b c ch d đ g gi h kh l m n ng nh p ph qu r s t th tr v x".split()  # noqa: SIM905
    rimes = "a ác ài ạn áng àm ả ậu ẽo êt ì iên ín o oi ông ố ột ung ữ ước ương áy ấp ê anh".split()  # noqa: SIM905
    rare = [onset + rime for onset in onsets for rime in rimes]
    return rare + [each + end for each in rare[::4] for end in "mntp"]


def _running(chance: random.Random, own: Iterable[str], size: int) -> list[str]:
    """Running text by Zipf's law: the words of school and of the subject first, then all others."""
    known = list(dict.fromkeys([*own, *SCHOOL.split()]))
    chance.shuffle(known)
    rare = _syllables()
    chance.shuffle(rare)
    every = known + rare
    return chance.choices(every, [1 / (rank + 20) for rank in range(len(every))], k=size)


def documents(count: int) -> Iterator[Document]:
    """Resources 1 to ``count``, of 600 units in 40 communes. The first ones are the same for any count."""
    from search.documents import Document

    chance = random.Random(SEED)
    texts = [_running(chance, SUBJECTS[name].split(), 40_000) for name in NAMES]

    def piece(text: list[str], size: int) -> str:
        at = chance.randrange(len(text) - size)
        return " ".join(text[at : at + size])

    for number in range(1, count + 1):
        subject = chance.choices(range(len(NAMES)), weights=range(len(NAMES), 0, -1))[0]
        text, grade, unit = texts[subject], chance.choice(GRADES), chance.randint(1, UNITS) + COMMUNES
        head = f"{NAMES[subject]} {grade}: " if number % 4 == 0 else ""
        yield Document(
            resource=number,
            uid=f"00000000-0000-4000-8000-{number:012d}",
            version=number,
            revision=number,
            title=head + piece(text, chance.randint(4, 10)).capitalize(),
            description=piece(text, chance.randint(*DESCRIPTION)),
            keywords=piece(text, 6),
            inner=piece(text, chance.randint(*INNER)) if number % INNER_EVERY == 0 else "",
            author=f"Nguyễn Thị {chance.choice(text).title()}",
            unit=f"Trường Tiểu học số {unit}",
            unit_path=(f"don-vi-{unit}", f"xa-{unit % COMMUNES}", "so"),
            subject=f"mon-{subject}",
            subject_name=NAMES[subject],
            level="tieu-hoc" if grade <= 5 else "thcs" if grade <= 9 else "thpt",
            grades=(f"lop-{grade}",),
            grade_names=(f"Lớp {grade}",),
            grade_numbers=(grade,),
            curriculum="gdpt-2018",
            type=f"loai-{number % len(TYPES)}",
            type_name=TYPES[number % len(TYPES)],
            series=f"bo-{number % 3}",
            licence=f"cc-{number % 4}",
            kind="scorm12",
            year=2016 + number % 11,
            published=1_500_000_000 + number * 600,
            uses=number % 97 if number % 3 else 0,
            rating=(number % 41) / 10 + 1 if number % 5 == 0 else 0.0,
            rated=number % 7 if number % 5 == 0 else 0,
            units=(1,) if number % 3 else (1, 2 + unit % COMMUNES, unit),
        )


class Made:
    """The source of an index: documents made as they are asked for."""

    def __init__(self, count: int) -> None:
        self.size = count

    def documents(self, ids: Iterable[int] | None = None, what: str = "resource") -> Iterator[Document]:
        if ids is None:
            yield from documents(self.size)
            return
        wanted = set(ids)
        yield from (each for each in documents(max(wanted, default=0)) if each.resource in wanted)

    def marked(self) -> Iterator[Document]:
        return self.documents()

    def count(self) -> int:
        return self.size
