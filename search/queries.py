"""From what a person typed to what is asked of an engine. Pure: no models, no engine.

A query is a list of groups; a document matches when each group is matched by one of its phrases.
Grades, subjects and abbreviations become groups with several phrases, so "toan5", "Toán lớp 5" and
"toán khối 5" ask the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType

from accounts.text import nfc
from search.analysis import Word, word, words

MAX_CHARS = 200
MAX_WORDS = 16
LAST_GRADE = 12

#: What teachers write → what it stands for. docs/search.md tells where to add one.
ABBREVIATIONS: Mapping[str, str] = MappingProxyType(
    {
        "gdcd": "giáo dục công dân",
        "khtn": "khoa học tự nhiên",
        "khxh": "khoa học xã hội",
        "tnxh": "tự nhiên và xã hội",
        "lsdl": "lịch sử và địa lí",
        "gdtc": "giáo dục thể chất",
        "gdqpan": "giáo dục quốc phòng và an ninh",
        "gdqp": "giáo dục quốc phòng",
        "hdtn": "hoạt động trải nghiệm",
        "hdtnhn": "hoạt động trải nghiệm hướng nghiệp",
        "gdktpl": "giáo dục kinh tế và pháp luật",
        "gddp": "giáo dục của địa phương",
        "sgk": "sách giáo khoa",
        "skkn": "sáng kiến kinh nghiệm",
        "bdtx": "bồi dưỡng thường xuyên",
        "gv": "giáo viên",
        "hs": "học sinh",
        "cbql": "cán bộ quản lí",
        "khbd": "kế hoạch bài dạy",
        "mn": "mầm non",
        "th": "tiểu học",
        "thcs": "trung học cơ sở",
        "thpt": "trung học phổ thông",
        "gdtx": "giáo dục thường xuyên",
        "cntt": "công nghệ thông tin",
        "knttvcs": "kết nối tri thức với cuộc sống",
        "kntt": "kết nối tri thức",
        "ctst": "chân trời sáng tạo",
    }
)
#: Short names of subjects, understood only before a grade ("lí 8"): alone they are ordinary words.
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
    }
)
#: Spoken names of subjects that the curriculum calls otherwise.
OTHER_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "tieng anh": "ngoại ngữ 1",
        "anh van": "ngoại ngữ 1",
        "mon van": "ngữ văn",
        "the duc": "giáo dục thể chất",
    }
)
#: Words that need not occur; without marks only those that are no other word.
_LINKING = {"và", "về", "của", "cho", "các", "những", "là", "với", "cac", "nhung"}

_GLUED_GRADE = re.compile(r"^(lop|khoi|l|k)(\d{1,2})([a-e]\d{0,2})?$")
_CLASS_NAME = re.compile(r"^(\d{1,2})[a-e]\d{1,2}$")
_GLUED_SUBJECT = re.compile(r"^([^\W\d_]{2,})(\d{1,2})$")
_AMPERSAND = re.compile(r"(?<=\w)\s?&\s?(?=\w)")
_HYPHEN_IN_CAPITALS = re.compile(r"(?<=[A-ZĐ])[-‑](?=[A-ZĐ])")

Phrase = tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Phrases of which one must occur; ``optional`` groups only raise the rank.

    ``facts``: for a subject or a grade that was understood, the phrases by which the catalogue
    names it; a document whose own subject or grade this is fits better than one that mentions it.
    """

    phrases: tuple[Phrase, ...]
    optional: bool = False
    facts: tuple[Phrase, ...] = ()
    #: "subject", "grade", "level", "type" or "series" for what was understood; "" for words
    kind: str = ""
    #: Grades that are meant
    numbers: tuple[int, ...] = ()
    #: How much it says: the rarer, the more
    weight: float = 1.0

    @property
    def is_word(self) -> bool:
        """Whether it is one word that stands for itself."""
        return not self.facts and len(self.phrases) == 1 and len(self.phrases[0]) == 1


def pairs_of(run: Sequence[Group]) -> tuple[Phrase, ...]:
    """Each word of a run with the next."""
    return tuple((*one.phrases[0], *other.phrases[0]) for one, other in pairwise(run))


@dataclass(frozen=True, slots=True)
class Understood:
    """A part of the query that was recognised: ``kind`` is "subject" or "grade"."""

    kind: str
    label: str
    typed: str


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked. Without groups everything matches."""

    text: str = ""
    words: Phrase = ()
    groups: tuple[Group, ...] = ()
    understood: tuple[Understood, ...] = ()
    exact: bool = False

    @property
    def has_marks(self) -> bool:
        """Whether it was typed with marks, so that exact matches rank first."""
        return any(w.has_marks for w in self.words)

    @property
    def required(self) -> tuple[Group, ...]:
        """Groups that must match: all, where every word is a linking word."""
        return tuple(g for g in self.groups if not g.optional) or self.groups

    @property
    def runs(self) -> tuple[tuple[Group, ...], ...]:
        """The required groups; words that stand for themselves, one behind the other, are one run."""
        required = set(map(id, self.required))
        found: list[list[Group]] = []
        before: Group | None = None
        for group in self.groups:
            if id(group) in required:
                if before is not None and before.is_word and group.is_word:
                    found[-1].append(group)
                else:
                    found.append([group])
            before = group if id(group) in required else None
        return tuple(map(tuple, found))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names that queries may contain: of subjects, and of grades by number."""

    subjects: tuple[str, ...] = ()
    grades: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Names:
    """Recognised subjects: folded words of a name → the name."""

    by_key: Mapping[tuple[str, ...], str]
    longest: int


def clean(text: str) -> str:
    """NFC, one space between words, no control characters, at most MAX_CHARS characters."""
    printable = "".join(c if c.isprintable() else " " for c in nfc(text[: MAX_CHARS * 4]))
    return " ".join(printable.split())[:MAX_CHARS].strip()


def parse(text: str, vocabulary: Vocabulary | None = None, *, exact: bool = False) -> Query:
    """Reads a query. With ``exact`` every word stands for itself, as typed."""
    text = clean(text)
    joined = _HYPHEN_IN_CAPITALS.sub("", _AMPERSAND.sub("", text)) if not exact else text
    all_words = words(joined)[:MAX_WORDS]
    if exact:
        groups = tuple(Group(((w,),)) for w in all_words)
        return Query(text, all_words, groups, exact=True)
    reader = _Reader(all_words, _names(vocabulary or Vocabulary()), vocabulary or Vocabulary())
    reader.read()
    return Query(text, all_words, tuple(reader.groups), tuple(reader.understood))


def _names(vocabulary: Vocabulary) -> _Names:
    by_key: dict[tuple[str, ...], str] = {}
    for name in vocabulary.subjects:
        keys = _keys(words(name))
        by_key.setdefault(keys, name)
        # "lịch sử địa lí" is said for "Lịch sử và Địa lí"
        by_key.setdefault(tuple(k for k in keys if k != "va"), name)
    known = {_keys(words(name)): name for name in vocabulary.subjects}
    for spoken, official in OTHER_NAMES.items():
        if _keys(words(official)) in known:
            by_key.setdefault(_keys(words(spoken)), known[_keys(words(official))])
    return _Names(by_key, max((len(k) for k in by_key), default=0))


def _keys(phrase: Iterable[Word]) -> tuple[str, ...]:
    return tuple(w.folded for w in phrase)


def _unique(phrases: Iterable[Phrase]) -> tuple[Phrase, ...]:
    return tuple(dict.fromkeys(p for p in phrases if p))


class _Reader:
    """Walks over the words once, taking the longest thing known at each place."""

    def __init__(self, typed: Phrase, names: _Names, vocabulary: Vocabulary) -> None:
        self.typed = typed
        self.names = names
        self.vocabulary = vocabulary
        self.groups: list[Group] = []
        self.understood: list[Understood] = []
        self._subject: Phrase = ()

    def read(self) -> None:
        at = 0
        while at < len(self.typed):
            at += (
                self._grade(at)
                or self._subject_name(at)
                or self._glued(at)
                or self._short(at)
                or self._word(at)
            )

    def _number(self, at: int) -> int:
        """The grade that a word is, or 0."""
        text = self.typed[at].folded if at < len(self.typed) else ""
        return int(text) if text.isascii() and text.isdigit() and 1 <= int(text[:3]) <= LAST_GRADE else 0

    def _grade(self, at: int) -> int:
        """ "lớp 5", "khối 5", "lop5", "L5", "6A1", or a number behind a subject."""
        key = self.typed[at].folded
        if key in {"lop", "khoi"} and self._number(at + 1):
            return self._add_grade(self._number(at + 1), self.typed[at : at + 2])
        if match := _GLUED_GRADE.match(key):
            number = int(match[2])
        elif match := _CLASS_NAME.match(key):
            number = int(match[1])
        elif self._subject and self._number(at):
            number = self._number(at)
        else:
            return 0
        return self._add_grade(number, self.typed[at : at + 1]) if 1 <= number <= LAST_GRADE else 0

    def _add_grade(self, number: int, typed: Phrase) -> int:
        digit = word(str(number))
        phrases: list[Phrase] = [(word("lớp"), digit), (word("khối"), digit)]
        facts = tuple(phrases)
        if _keys(typed) not in {("lop", str(number)), ("khoi", str(number))} and len(typed) == 1:
            phrases += [] if typed[0] == digit else [typed]
        if self._subject:
            phrases.append((*self._subject, digit))
        self.groups.append(Group(_unique(phrases), facts=facts, kind="grade", numbers=(number,)))
        label = self.vocabulary.grades.get(number, "")
        self.understood.append(Understood("grade", label, " ".join(_keys(typed))))
        self._subject = ()
        return len(typed)

    def _subject_name(self, at: int) -> int:
        for size in range(min(self.names.longest, len(self.typed) - at), 0, -1):
            typed = self.typed[at : at + size]
            name = self.names.by_key.get(_keys(typed))
            if name:
                self._add_subject(name, typed)
                return size
        return 0

    def _add_subject(self, name: str, typed: Phrase) -> None:
        official = words(name)
        # Typed with its own marks it stays as typed: "toán" must not find "toàn" exactly.
        phrases = [typed, official if _keys(official) != _keys(typed) else typed]
        phrases += [(word(short),) for short in _abbreviations_of(name)]
        self.groups.append(Group(_unique(phrases), facts=(official,), kind="subject"))
        self.understood.append(Understood("subject", name, " ".join(_keys(typed))))
        self._subject = typed

    def _glued(self, at: int) -> int:
        """ "toan5", "khtn6"."""
        match = _GLUED_SUBJECT.match(self.typed[at].folded)
        if not match or not 1 <= int(match[2]) <= LAST_GRADE:
            return 0
        typed = (_without_digits(self.typed[at]),)
        name = (
            self.names.by_key.get(_keys(typed)) or self._long_form(typed[0]) or SHORT_SUBJECTS.get(match[1])
        )
        if not name:
            return 0
        official = self.names.by_key.get(_keys(words(name)))
        if official or match[1] in SHORT_SUBJECTS:
            self._add_subject(official or name, typed)
        else:
            self.groups.append(Group(_unique((typed, words(name)))))
            self._subject = typed
        self._add_grade(int(match[2]), (word(match[2]),))
        return 1

    def _long_form(self, typed: Word) -> str:
        return ABBREVIATIONS.get(typed.folded, "") if not _is_other_word(typed) else ""

    def _short(self, at: int) -> int:
        """An abbreviation, or a short subject with a grade behind it."""
        typed = (self.typed[at],)
        long = self._long_form(typed[0])
        if long:
            name = self.names.by_key.get(_keys(words(long)))
            if name:
                self._add_subject(name, typed)
            else:
                self.groups.append(Group(_unique((typed, words(long)))))
            return 1
        short = SHORT_SUBJECTS.get(typed[0].folded)
        if short and at + 1 < len(self.typed):
            after = self.typed[at + 1].folded
            if self._number(at + 1) or after in {"lop", "khoi"} or _GLUED_GRADE.match(after):
                self._add_subject(self.names.by_key.get(_keys(words(short)), short), typed)
                return 1
        return 0

    def _word(self, at: int) -> int:
        typed = self.typed[at]
        linking = typed in _LINKING_WORDS
        self._subject = self._subject if linking else ()
        self.groups.append(Group(((typed,),), optional=linking))
        return 1


def _without_digits(typed: Word) -> Word:
    folded = typed.folded.rstrip("0123456789")
    # The tone stands behind the digits in the marked key.
    marked = re.sub(r"\d+", "", typed.marked)
    return Word(word(folded).folded, marked)


def _is_other_word(typed: Word) -> bool:
    """ "thở" is not the abbreviation TH: abbreviations carry no marks but đ."""
    return typed.marked.replace("đ", "d") != typed.folded


@lru_cache(maxsize=2_000)
def _abbreviations_of(name: str) -> tuple[str, ...]:
    keys = _keys(words(name))
    return tuple(short for short, long in ABBREVIATIONS.items() if _keys(words(long)) == keys)


def abbreviations_in(text: str) -> str:
    """The abbreviations of a name, to be indexed beside it."""
    return " ".join(_abbreviations_of(text))


_LINKING_WORDS = frozenset(word(text) for text in _LINKING)
