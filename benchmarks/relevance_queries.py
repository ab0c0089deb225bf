"""How people would search for a topic: with and without marks, half typed, misspelt, in long questions."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from accounts.text import fold, nfc
from benchmarks.relevance_typing import misspelt
from search.thesaurus import KIN

if TYPE_CHECKING:
    from benchmarks.relevance_set import Topic

EACH_CLASS = 20
_REQUESTS = Path(__file__).with_name("relevance_requests.txt")
#: Ways to name a grade; those with a subject's name are made beside these.
GRADES = ("lớp {n}", "lop {n}", "L{n}", "khối {n}", "lớp{n}", "{n}A1", "lớp {word}", "k{n}")
NUMBERS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
AGES = {"mg-3-4": ("trẻ 3 tuổi", "mẫu giáo bé"), "mg-4-5": ("bé 4 tuổi", "mẫu giáo nhỡ"),
        "mg-5-6": ("trẻ 5 tuổi", "mẫu giáo lớn"), "nha-tre": ("nhà trẻ", "trẻ nhà trẻ")}  # fmt: skip
#: How subjects are called beside their names
SPOKEN = {
    "Toán": ("toán", "môn toán"),
    "Tiếng Việt": ("tiếng việt", "tv"),
    "Ngữ văn": ("văn", "ngữ văn"),
    "Ngoại ngữ 1": ("tiếng anh", "anh"),
    "Khoa học tự nhiên": ("khtn", "KHTN"),
    "Tự nhiên và Xã hội": ("tnxh", "TN&XH"),
    "Lịch sử và Địa lí": ("lịch sử địa lý", "LS&ĐL"),
    "Giáo dục công dân": ("gdcd", "GDCD"),
    "Giáo dục thể chất": ("gdtc", "thể dục"),
    "Vật lí": ("vật lý", "lý"),
    "Hóa học": ("hoá học", "hóa"),
    "Sinh học": ("sinh học", "sinh"),
    "Lịch sử": ("sử", "lịch sử"),
    "Địa lí": ("địa lý", "địa"),
    "Mĩ thuật": ("mỹ thuật", "vẽ mĩ thuật"),
    "Tin học": ("tin học", "tin"),
    "Giáo dục kinh tế và pháp luật": ("gdktpl", "GDKT&PL"),
    "Hoạt động trải nghiệm": ("hđtn", "HĐTN"),
    "Hoạt động trải nghiệm, hướng nghiệp": ("hđtn", "HĐTN"),
    "Giáo dục quốc phòng và an ninh": ("gdqp", "GDQP-AN"),
}
TYPES = {"giao-an": ("giáo án", "KHBD"), "skkn": ("SKKN", "sáng kiến"), "video": ("video", "clip"),
         "de-thi": ("đề kiểm tra", "đề"), "cau-hoi": ("bài tập", "trắc nghiệm"),
         "mo-phong": ("mô phỏng", "thí nghiệm ảo")}  # fmt: skip
QUESTIONS = (
    "cách dạy {core} cho học sinh dễ hiểu",
    "tài liệu giúp {who} học {core} qua trò chơi",
    "tôi cần một bài giảng hay về {core} để dạy thao giảng",
    "có bài nào về {core} cho {who} không",
    "làm sao để {who} hứng thú với bài {core}",
)
#: Short words that many others look like without marks
SHORT = ("bò", "bố", "cá", "lá", "bơ", "cả", "gà", "rễ", "mẹ", "nước", "vẽ", "thơ", "lực", "bóng")

#: Common words beside the level, or the subject, of which they are wanted
AT_LEVEL = (("nước", "Tiểu học", "tiểu học"), ("nước", "Trung học phổ thông", "thpt"),
            ("cây", "Mầm non", "mầm non"), ("cây", "Tiểu học", "cấp 1"),
            ("hình tròn", "Tiểu học", "tiểu học"), ("bài thơ", "Mầm non", "mẫu giáo"),
            ("đường tròn", "Trung học cơ sở", "cấp 2"), ("phương trình", "Trung học phổ thông", "cấp 3"),
            ("an toàn", "Mầm non", "mầm non"), ("phân số", "Trung học cơ sở", "thcs"))  # fmt: skip
OF_SUBJECT = (("nước", "Địa lí", "địa lí"), ("năng lượng", "Vật lí", "vật lý"),
              ("tế bào", "Sinh học", "sinh học"), ("bài hát", "Âm nhạc", "âm nhạc"),
              ("chuyển động", "Vật lí", "vật lí"), ("nước", "Sinh học", "môn sinh"),
              ("số", "Tin học", "tin học"), ("biến đổi", "Toán", "toán"),
              ("ánh sáng", "Khoa học", "khoa học"), ("công nghiệp", "Lịch sử", "lịch sử"))  # fmt: skip
#: Short words with marks among others: "lá cây" is no "la", "là"
SHORT_AMONG = ("cá trong nước", "lá cây", "rễ cây", "bé vẽ", "mẹ và bé", "bố mẹ", "thơ về mẹ", "đàn gà")


@dataclass(frozen=True)
class Ask:
    """A search, and how a document made of a topic answers it."""

    text: str
    kind: str
    held_out: bool
    judge: Callable[[dict[str, Any], Topic], int]


def inside(topic: Topic, words: str) -> Callable[[dict[str, Any], Topic], int]:
    """Judges by whether the document says it: 3 for those of the topic that do, 1 for the others."""

    def judge(document: dict[str, Any], other: Topic) -> int:
        if other.number != topic.number:
            return 0
        said = f"{document['description']} {document['text'] or ''}"
        return 3 if words in said else 1

    return judge


def about(topic: Topic, type_code: str = "") -> Callable[[dict[str, Any], Topic], int]:
    """Judges by the topic: 3 in the form asked for, 2 in another, 1 a neighbour."""

    def judge(document: dict[str, Any], other: Topic) -> int:
        if other.number == topic.number:
            return 3 if type_code in ("", document["kind"]) else 2
        is_neighbour = bool(topic.family) and (other.family, other.subject) == (topic.family, topic.subject)
        return 1 if is_neighbour and document["said"] == "title" else 0

    return judge


def queries_about(chance: random.Random, topics: Sequence[Topic]) -> Iterator[Ask]:
    """Searches for single topics, EACH_CLASS of a class."""
    plain = [t for t in topics if len(t.core.split()) <= 7]
    by_class: dict[str, Callable[[Topic], str]] = {
        "marks": lambda t: t.core,
        "no marks": lambda t: fold(t.core),
        "half typed": lambda t: _half(chance, t),
        "misspelt": lambda t: misspelt(chance, t.core.lower()),
        "inside": lambda t: " ".join(t.sentences[-1].rstrip(".?").split()[-5:]),
        "question": lambda t: (
            t.questions[0]
            if t.questions
            else chance.choice(QUESTIONS).format(core=t.core.lower(), who=_who(t))
        ),
    }
    for kind, write in by_class.items():
        pool = [t for t in plain if t.questions] if kind == "question" else []
        rest = [t for t in plain if t not in pool]
        pool += chance.sample(rest, EACH_CLASS - min(len(pool), EACH_CLASS // 2))
        for topic in pool[: EACH_CLASS + EACH_CLASS // 2]:
            text = write(topic)
            judge = inside(topic, text) if kind == "inside" else about(topic)
            yield Ask(text, kind, topic.held_out, judge)
    yield from _with_more(chance, plain)


def _with_more(chance: random.Random, plain: list[Topic]) -> Iterator[Ask]:
    """Topics with a grade, a subject or a type beside."""
    graded = [t for t in plain if t.grade_number]
    for at, topic in enumerate(chance.sample(graded, EACH_CLASS)):
        text = f"{topic.core} {_grade(topic.grade_number, at)}"
        yield Ask(fold(text) if at % 3 == 0 else text, "grade", topic.held_out, about(topic))
    for topic in chance.sample([t for t in plain if t.grade in AGES], 6):
        text = f"{topic.core} {chance.choice(AGES[topic.grade])}"
        yield Ask(text, "grade", topic.held_out, about(topic))
    spoken = [t for t in graded if t.subject_name in SPOKEN]
    for topic in chance.sample(spoken, EACH_CLASS):
        name = chance.choice(SPOKEN[topic.subject_name])
        yield Ask(
            f"{name} {topic.grade_number} {topic.core.lower()}", "subject", topic.held_out, about(topic)
        )
    for topic in chance.sample(graded, EACH_CLASS):
        code = chance.choice(sorted(TYPES))
        text = f"{chance.choice(TYPES[code])} {topic.core.lower()}"
        yield Ask(text, "abbreviated", topic.held_out, about(topic, code))


def requests(topics: Sequence[Topic]) -> Iterator[Ask]:
    """What teachers ask for in their own words: whole sentences, names and terms spelled otherwise."""
    by_title = {topic.title: topic for topic in topics}
    for line in _REQUESTS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            title, text, *kind = line.split(" | ")
            yield Ask(text, kind[0] if kind else "request", by_title[title].held_out, about(by_title[title]))


def shelf_queries(topics: Sequence[Topic]) -> Iterator[Ask]:
    """A subject and a grade, nothing else."""
    shelves = sorted({(t.subject_name, t.grade_number) for t in topics if t.grade_number})
    chosen = [shelf for shelf in shelves if shelf[0] in SPOKEN][::4][:EACH_CLASS]
    for at, (subject, number) in enumerate(chosen):

        def judge(_document: dict[str, Any], t: Topic, subject: str = subject, number: int = number) -> int:
            if t.subject_name != subject:
                return 0
            return 3 if t.grade_number == number else 1 if abs(t.grade_number - number) == 1 else 0

        name = SPOKEN[subject][at % 2]
        text = f"{name}{number}" if at % 5 == 0 and " " not in name else f"{name} {_grade(number, at)}"
        yield Ask(text, "shelf", at % 2 == 1, judge)


def short_words() -> Iterator[Ask]:
    """One short word; with marks it is meant, without any of its look-alikes is."""
    for at, word in enumerate(SHORT):
        yield Ask(word, "short", at % 2 == 1, _has(word, folded=False))
        if at % 2 == 0:
            yield Ask(fold(word), "short", at % 4 == 2, _has(fold(word), folded=True))


def placed_words() -> Iterator[Ask]:
    """Words beside a level or a subject, without a grade; short ones among others."""
    for kind, asked in (("at level", AT_LEVEL), ("of subject", OF_SUBJECT)):
        for at, (word, place, said) in enumerate(asked):
            text = f"{word} {said}" if at % 3 else f"{said} {word}"
            yield Ask(text, kind, at % 2 == 1, _stands(word, place))
    for at, text in enumerate(SHORT_AMONG):
        yield Ask(text, "short among", at % 2 == 1, _stands(text, ""))


def _stands(text: str, place: str) -> Callable[[dict[str, Any], Topic], int]:
    """Judges by whether all words stand there as typed, and by the place: both 3 or 2, the words alone 1.

    A place is a level or a subject, or that under which the subject is taught in other grades.
    """
    wanted = frozenset(text.split()) - {"và", "về", "trong"}
    name = fold(place).lower()
    places = {name, *(fold(kin) for kin in KIN.get(name, ()))} - {""}

    def judge(document: dict[str, Any], _topic: Topic) -> int:
        named = _words(f"{document['title']} {' '.join(document['keywords'])}", folded=False)
        said = named | _words(document["description"], folded=False)
        is_there = place in ("", document["level"]) or fold(document["subject"]).lower() in places
        if wanted <= said:
            return (3 if wanted <= named else 2) if is_there else 1
        return 0

    return judge


def _has(word: str, *, folded: bool) -> Callable[[dict[str, Any], Topic], int]:
    def judge(document: dict[str, Any], topic: Topic) -> int:
        if word in _words(document["title"], folded) and word in _words(topic.title, folded):
            return 3
        if any(word in _words(text, folded) for text in document["keywords"]):
            return 2
        return 1 if word in _words(document["description"], folded) else 0

    return judge


@lru_cache(maxsize=20_000)
def _words(text: str, folded: bool) -> frozenset[str]:
    text = nfc(text).lower()
    return frozenset("".join(c if c.isalnum() else " " for c in (fold(text) if folded else text)).split())


def _half(chance: random.Random, topic: Topic) -> str:
    words = topic.core.split()
    last = words[-1] if len(words[-1]) > 2 else words[-1] + " "
    text = " ".join([*words[:-1], last[: max(2, len(last) - chance.randint(1, 2))]]).strip()
    return fold(text) if chance.random() < 0.5 else text


def _who(topic: Topic) -> str:
    if topic.grade in AGES:
        return AGES[topic.grade][0]
    return f"học sinh lớp {topic.grade_number}" if topic.grade_number else "giáo viên"


def _grade(number: int, at: int) -> str:
    form = GRADES[at % len(GRADES)]
    word = NUMBERS[number] if number < len(NUMBERS) else f"mười {NUMBERS[number - 10]}"
    return form.format(n=number, word=word)
