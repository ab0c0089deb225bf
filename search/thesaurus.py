"""Words that mean the same to a teacher: what search knows before an administrator adds to it. Pure.

Everything here is a rule of the language or of the school system, none of a single lesson. What a
department says otherwise it adds as synonyms (``search.models.Synonym``); both are read when a query is.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: What teachers write → what it stands for.
ABBREVIATIONS: Mapping[str, str] = MappingProxyType(
    {
        "gdcd": "giáo dục công dân",
        "khtn": "khoa học tự nhiên",
        "khxh": "khoa học xã hội",
        "tnxh": "tự nhiên và xã hội",
        "lsdl": "lịch sử và địa lí",
        "gdtc": "giáo dục thể chất",
        "gdqpan": "giáo dục quốc phòng và an ninh",
        "gdqp": "giáo dục quốc phòng và an ninh",
        "qpan": "giáo dục quốc phòng và an ninh",
        "hdtn": "hoạt động trải nghiệm",
        "hdtnhn": "hoạt động trải nghiệm hướng nghiệp",
        "gdktpl": "giáo dục kinh tế và pháp luật",
        "ktpl": "giáo dục kinh tế và pháp luật",
        "gddp": "nội dung giáo dục của địa phương",
        "tv": "tiếng việt",
        "sgk": "sách giáo khoa",
        "sgv": "sách giáo viên",
        "sbt": "sách bài tập",
        "vbt": "vở bài tập",
        "skkn": "sáng kiến kinh nghiệm",
        "bdtx": "bồi dưỡng thường xuyên",
        "gv": "giáo viên",
        "gvcn": "giáo viên chủ nhiệm",
        "hs": "học sinh",
        "hsg": "học sinh giỏi",
        "cbql": "cán bộ quản lí",
        "khbd": "kế hoạch bài dạy",
        "nlxh": "nghị luận xã hội",
        "nlvh": "nghị luận văn học",
        "ucln": "ước chung lớn nhất",
        "bcnn": "bội chung nhỏ nhất",
        "gtln": "giá trị lớn nhất",
        "gtnn": "giá trị nhỏ nhất",
        "pt": "phương trình",
        "tn": "trắc nghiệm",
        "hk1": "học kì 1",
        "hk2": "học kì 2",
        "hki": "học kì 1",
        "hkii": "học kì 2",
        "ktck": "kiểm tra cuối kì",
        "mn": "mầm non",
        "th": "tiểu học",
        "thcs": "trung học cơ sở",
        "thpt": "trung học phổ thông",
        "gdtx": "giáo dục thường xuyên",
        "cntt": "công nghệ thông tin",
        "atgt": "an toàn giao thông",
        "attp": "an toàn thực phẩm",
        "vsattp": "vệ sinh an toàn thực phẩm",
        "pccc": "phòng cháy chữa cháy",
        "bvmt": "bảo vệ môi trường",
        "kns": "kĩ năng sống",
        "blhd": "bạo lực học đường",
        "csdl": "cơ sở dữ liệu",
        "cmcn": "cách mạng công nghiệp",
        "cnxh": "chủ nghĩa xã hội",
        "dbscl": "đồng bằng sông cửu long",
        "dbsh": "đồng bằng sông hồng",
        "knttvcs": "kết nối tri thức với cuộc sống",
        "kntt": "kết nối tri thức với cuộc sống",
        "ctst": "chân trời sáng tạo",
    }
)
#: Short names of subjects, understood only beside a grade or behind "môn": alone they are ordinary words.
SHORT_SUBJECTS: Mapping[str, str] = MappingProxyType(
    {
        "li": "vật lí",
        "hoa": "hóa học",
        "sinh": "sinh học",
        "su": "lịch sử",
        "dia": "địa lí",
        "van": "ngữ văn",
        "tin": "tin học",
        "anh": "tiếng anh",
        "ta": "tiếng anh",
        "nhac": "âm nhạc",
        "ve": "mĩ thuật",
    }
)
#: How those of them are written that have marks.
SHORT_WRITTEN = ("lí", "hóa", "sử", "địa", "văn", "nhạc", "vẽ")
#: Spoken names of subjects that the curriculum calls otherwise; of several the first that it has.
OTHER_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "tieng anh": ("tiếng anh", "ngoại ngữ 1", "ngoại ngữ"),
        "t anh": ("tiếng anh", "ngoại ngữ 1", "ngoại ngữ"),
        "english": ("tiếng anh", "ngoại ngữ 1", "ngoại ngữ"),
        "t viet": ("tiếng việt",),
        "anh van": ("tiếng anh", "ngoại ngữ 1", "ngoại ngữ"),
        "ngoai ngu": ("ngoại ngữ 1", "tiếng anh"),
        "ngoai ngu 1": ("tiếng anh",),
        "the duc": ("giáo dục thể chất",),
        "van hoc": ("ngữ văn",),
        "hoat dong trai nghiem": ("hoạt động trải nghiệm hướng nghiệp",),
        "gdtc": ("giáo dục thể chất", "thể dục"),
        "giao duc quoc phong": ("giáo dục quốc phòng và an ninh",),
        "giao duc dia phuong": ("nội dung giáo dục của địa phương",),
        "tu nhien xa hoi": ("tự nhiên và xã hội",),
    }
)
#: Subjects under which a subject is taught in other grades or called in other curricula.
KIN: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "vat li": ("khoa học tự nhiên",),
        "hoa hoc": ("khoa học tự nhiên",),
        "sinh hoc": ("khoa học tự nhiên",),
        "khoa hoc tu nhien": ("vật lí", "hóa học", "sinh học", "khoa học"),
        "khoa hoc": ("tự nhiên và xã hội", "khoa học tự nhiên"),
        "lich su": ("lịch sử và địa lí",),
        "dia li": ("lịch sử và địa lí",),
        "lich su va dia li": ("lịch sử", "địa lí"),
        "ngu van": ("tiếng việt",),
        "tieng viet": ("ngữ văn",),
        "tieng anh": ("ngoại ngữ 1", "ngoại ngữ", "ngoại ngữ 2"),
        "ngoai ngu 1": ("tiếng anh", "ngoại ngữ"),
        "tin hoc": ("tin học và công nghệ",),
        "cong nghe": ("tin học và công nghệ", "thủ công", "kĩ thuật"),
        "tin hoc va cong nghe": ("tin học", "công nghệ"),
        "giao duc the chat": ("thể dục", "phát triển thể chất"),
        "the duc": ("giáo dục thể chất",),
        "giao duc cong dan": ("đạo đức", "giáo dục kinh tế và pháp luật"),
        "dao duc": ("giáo dục công dân",),
        "giao duc kinh te va phap luat": ("giáo dục công dân",),
        "hoat dong trai nghiem": ("hoạt động trải nghiệm, hướng nghiệp",),
        "hoat dong trai nghiem huong nghiep": ("hoạt động trải nghiệm",),
        "am nhac": ("phát triển thẩm mĩ", "nghệ thuật"),
        "mi thuat": ("phát triển thẩm mĩ", "nghệ thuật"),
    }
)
#: What one sort of resource is called. A name of the catalogue that has one of the phrases is that sort.
SORTS: tuple[tuple[str, ...], ...] = (
    ("giáo án", "kế hoạch bài dạy", "khbd"),
    ("đề thi", "đề kiểm tra", "đề ôn", "đề cương ôn tập", "đề cương", "bài kiểm tra", "đề"),
    ("video", "clip", "phim"),
    ("mô phỏng", "thí nghiệm ảo", "phần mềm mô phỏng"),
    ("câu hỏi", "bài tập", "phiếu bài tập", "trắc nghiệm", "phiếu học tập"),
    ("sáng kiến kinh nghiệm", "sáng kiến", "skkn"),
    ("bài giảng điện tử", "giáo án điện tử", "bài giảng e learning", "e learning", "elearning", "bài giảng"),
    ("sách giáo khoa điện tử", "sách điện tử", "sgk điện tử"),
    ("tài liệu tham khảo",),
)
#: Words that name a sort only where a query begins with them ("chủ đề" is none).
FIRST_ONLY = frozenset({"de"})
#: Short names of subjects that end another word.
WHOLE_WORDS = frozenset(
    {"hoc sinh", "giao sinh", "quan li", "xu li", "tam li", "thong tin", "ve sinh", "an toan", "tinh toan",
     "hoan toan", "thanh toan"}
)  # fmt: skip
#: Levels and what else they are called.
LEVELS: tuple[tuple[str, ...], ...] = (
    ("mầm non", "mẫu giáo", "mn"),
    ("tiểu học", "cấp 1", "cấp một", "th"),
    ("trung học cơ sở", "cấp 2", "cấp hai", "thcs"),
    ("trung học phổ thông", "cấp 3", "cấp ba", "thpt"),
    ("giáo dục thường xuyên", "gdtx"),
)
#: Levels → the grades they have; of early childhood the ages at which groups begin, below zero.
GRADES_OF: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "mầm non": (-1, -3, -4, -5),
        "tiểu học": (1, 2, 3, 4, 5),
        "trung học cơ sở": (6, 7, 8, 9),
        "trung học phổ thông": (10, 11, 12),
    }
)
#: Licences: code → its name and what else it is called. The code without its hyphens is one word of the
#: index, so that CC BY does not find CC BY-SA.
LICENCES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "cc-by": ("CC BY", "cc by 4 0", "creative commons", "giấy phép mở", "giấy phép cc"),
        "cc-by-sa": ("CC BY-SA", "cc by sa 4 0"),
        "cc-by-nc": ("CC BY-NC", "cc by nc 4 0"),
        "cc-by-nc-sa": ("CC BY-NC-SA", "cc by nc sa 4 0"),
        "public-domain": ("Phạm vi công cộng", "miền công cộng", "public domain", "cc0"),
    }
)


def licence_word(code: str) -> str:
    """The one word by which the index knows a licence."""
    return code.replace("-", "")


#: Age in years → the group of early childhood by the age at which it begins; 1 is the nursery.
AGES: Mapping[int, int] = MappingProxyType({1: 1, 2: 1, 3: 3, 4: 4, 5: 5, 6: 5})
#: Groups of early childhood by the words that teachers use.
AGE_WORDS: Mapping[str, int] = MappingProxyType(
    {
        "mẫu giáo lớn": 5,
        "mẫu giáo nhỡ": 4,
        "mẫu giáo bé": 3,
        "lớp lá": 5,
        "lớp chồi": 4,
        "lớp mầm": 3,
        "nhà trẻ": 1,
    }
)
#: Numbers as words, behind "lớp".
NUMBERS: Mapping[str, int] = MappingProxyType(
    {
        name: at
        for at, name in enumerate(
            ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai"), 1
        )
    }
)
#: Words that need not occur; without marks only those that are no other word. Which of them belong to a
#: longer word ("không khí") the library's own word pairs say.
_LINKING = (
    "và về của cho các những là với để qua khi thì mà nào gì sao nhé ạ như thế được bị tôi mình cần muốn tìm"
    " giúp hãy có không ra làm cách một hay ở trong bằng từ đến theo vì tại này kia đó ấy rất hơn"
)
LINKING = frozenset(_LINKING.split())
LINKING_UNMARKED = frozenset(("cac", "nhung", "nhu", "duoc", "minh", "muon", "nhe"))
#: What is done with a lesson, not what it is about, folded: these words, and the second of these pairs.
DOING = frozenset({"on", "luyen", "soan", "giang"})
DONE = frozenset({("on", "tap"), ("luyen", "tap")})
