"""Reads a query word by word, taking the longest thing known at each place. Pure.

Grades, ages, subjects, levels, sorts of resource and textbook series become groups of their kind;
abbreviations and synonyms become groups of several phrases; the rest are words.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from search import thesaurus
from search.analysis import Word, word, words
from search.asked import Group, Phrase, Understood, Vocabulary
from search.names import (
    abbreviations_of,
    is_other_word,
    keys,
    meant_by,
    names_of,
    sounds_like,
    unique,
    without_digits,
)  # fmt: skip
from search.schoolyear import LAST_GRADE, term_at

#: A linking word whose pair with a neighbour makes up this share of the neighbour's uses belongs to it.
BELONGS = 0.3
#: How many ends of an unfinished word are asked for.
MOST_FINISHED = 3
#: A linking word says little even where it is rare.
LINKING_WEIGHT = 0.15

_GLUED_GRADE = re.compile(r"^(lop|khoi|l|k)(\d{1,2})([a-e]\d{0,2})?$")
_CLASS_NAME = re.compile(r"^(\d{1,2})[a-e]\d{1,2}$")
_ONE_CLASS = re.compile(r"^(\d{1,2})[abc]$")  # "3D" and "5E" are other things
_IN_CLASS = re.compile(r"^(\d{1,2})[a-z]\d{0,2}$")
_GLUED_SUBJECT = re.compile(r"^([^\W\d_]{2,})(\d{1,2})$")
_WITHOUT_BLANKS = re.compile(r"^([^\W\d_]{3,}?)(?:(lop|khoi)?(\d{1,2}))?$")
_JOINED = re.compile(r"^lop(\d{1,2})x(\d{1,2})$")
_DIGITS = re.compile(r"^[0-9]{1,2}$")
_GRADE_WORDS = frozenset({"lop", "khoi", "grade"})
_ROMAN = dict(
    zip(("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"), range(1, 13), strict=True)
)


class Reader:
    """Walks over the words once."""

    def __init__(self, typed: Phrase, vocabulary: Vocabulary) -> None:
        self.typed = typed
        self.names = names_of(vocabulary)
        self.vocabulary = vocabulary
        self.groups: list[Group] = []
        self.understood: list[Understood] = []
        self._subject: Phrase = ()
        self._marked = any(w.has_marks for w in typed)

    def read(self) -> None:
        at = 0
        while at < len(self.typed):
            at += (
                self._age(at)
                or self._grade(at)
                or self._term(at)
                or self._subject_name(at)
                or self._other_name(at)
                or self._glued(at)
                or self._without_blanks(at)
                or self._meaning(at)
                or self._short(at)
                or self._word(at)
            )

    def _key(self, at: int) -> str:
        return self.typed[at].folded if 0 <= at < len(self.typed) else ""

    def _number(self, at: int) -> int:
        """The grade that a word is, or 0."""
        text = self._key(at)
        return int(text) if text.isascii() and text.isdigit() and 1 <= int(text[:3]) <= LAST_GRADE else 0

    def _same(self, at: int, written: str) -> bool:
        """Whether words are typed here: with their marks, or all without."""
        wanted = words(written)
        typed = self.typed[at : at + len(wanted)]
        return keys(typed) == keys(wanted) and (typed == wanted or not any(w.has_marks for w in typed))

    # Grades and ages

    def _age(self, at: int) -> int:
        """ "trẻ 5 tuổi", "5-6 tuổi", "mẫu giáo lớn", "24–36 tháng"."""
        for text, group in thesaurus.AGE_WORDS.items():
            size = len(text.split())
            if self._same(at, text) and (self._marked or not text.startswith("lớp")):
                return self._add_age(group, self.typed[at : at + size])
        start = at + 1 if self._key(at) in {"tre", "be"} and self._number(at + 1) else at
        for size in (2, 1):
            if all(_DIGITS.match(self._key(start + n)) for n in range(size)):
                unit, age = self._key(start + size), int(self._key(start))
                if unit == "tuoi" and age in thesaurus.AGES:
                    return self._add_age(thesaurus.AGES[age], self.typed[at : start + size + 1])
                if unit == "thang" and size == 2:
                    return self._add_age(1, self.typed[at : start + size + 1])
        return 0

    def _add_age(self, group: int, typed: Phrase) -> int:
        names = [text for text, number in thesaurus.AGE_WORDS.items() if number == group]
        ages = [] if group == 1 else [f"{group} {group + 1} tuổi", f"{group} tuổi"]
        phrases = unique((typed, *(words(text) for text in (*ages, *names))))
        self.groups.append(Group(phrases, facts=phrases, kind="grade", numbers=(-group,)))
        label = "Nhà trẻ" if group == 1 else f"Mẫu giáo {group}–{group + 1} tuổi"
        self.understood.append(Understood("age", label, " ".join(keys(typed))))
        self._subject = ()
        return len(typed)

    def _grade(self, at: int) -> int:
        """ "lớp 5", "lớp sáu", "khối 5", "lop5", "L5", "6A1", or a number behind a subject."""
        key = self._key(at)
        numbers: tuple[int, ...] = ()
        if key in _GRADE_WORDS:
            skipped = 1 if key == "khoi" and self._key(at + 1) == "lop" else 0
            behind = at + 1 + skipped
            number, size = self._class_number(behind), 1
            if not number:
                number, size = self._number_word(behind)
            if number:
                numbers, size = self._with_next(number, behind, size)
                return skipped + self._add_grade(numbers, self.typed[at + skipped : behind + size])
        if match := _JOINED.match(key):
            numbers = tuple(range(int(match[1]), int(match[2]) + 1))
        elif match := _GLUED_GRADE.match(key):
            numbers = (int(match[2]),)
        elif match := _CLASS_NAME.match(key) or _ONE_CLASS.match(key):
            numbers = (int(match[1]),)
        elif self._subject and self._number(at):
            numbers, size = self._with_next(self._number(at), at, 1)
            return self._add_grade(numbers, self.typed[at : at + size])
        elif self._subject and at == len(self.typed) - 1 and (number := self._number_word(at)[0]):
            numbers = (number,)
        if not numbers or not all(1 <= number <= LAST_GRADE for number in numbers):
            return 0
        return self._add_grade(numbers, self.typed[at : at + 1])

    def _with_next(self, number: int, at: int, size: int) -> tuple[tuple[int, ...], int]:
        """The grades of "toán 4 5": the next one written behind is meant too; and of how many words."""
        if self._number(at) == number and self._number(at + 1) == number + 1:
            return (number, number + 1), 2
        return (number,), size

    def _class_number(self, at: int) -> int:
        """The grade behind "lớp": "5", "5A", "5A3", "VI"; or 0."""
        key = self._key(at)
        if match := _IN_CLASS.match(key):
            return int(match[1])
        return self._number(at) or _ROMAN.get(key, 0)

    def _term(self, at: int) -> int:
        size, groups = term_at(self.typed, at)
        self.groups += groups
        return size

    def _number_word(self, at: int) -> tuple[int, int]:
        for size in (2, 1):
            for name, number in thesaurus.NUMBERS.items():
                if len(name.split()) != size or not self._same(at, name):
                    continue
                # "lớp sau" with marks is the next class, "lop sau" may be the sixth.
                if self.typed[at].has_marks or words(name)[0] == self.typed[at] or not self._marked:
                    return number, size
        return 0, 0

    def _add_grade(self, numbers: tuple[int, ...], typed: Phrase) -> int:
        phrases: list[Phrase] = []
        for number in numbers:
            digit = word(str(number))
            phrases += [(word("lớp"), digit), (word("khối"), digit)]
            if self._subject:
                phrases.append((*self._subject, digit))
        facts = unique(phrase for phrase in phrases if phrase[0].folded in _GRADE_WORDS)
        if not _JOINED.match(typed[0].folded) and not all(w.folded.isdigit() for w in typed):
            phrases.append(typed)
        self.groups.append(Group(unique(phrases), facts=facts, kind="grade", numbers=numbers))
        for number in numbers:
            label = self.vocabulary.grades.get(number, "")
            self.understood.append(Understood("grade", label, " ".join(keys(typed))))
        self._subject = ()
        return len(typed)

    # Names

    def _longest(self, at: int, known: Mapping[tuple[str, ...], object]) -> int:
        for size in range(min(self.names.longest, len(self.typed) - at), 0, -1):
            if keys(self.typed[at : at + size]) in known:
                return size
        return 0

    def _subject_name(self, at: int) -> int:
        size = self._longest(at, self.names.subjects)
        if not size:
            return 0
        typed = self.typed[at : at + size]
        name = self.names.subjects[keys(typed)]
        ends = size == 1 and f"{self._key(at - 1)} {self._key(at)}" in thesaurus.WHOLE_WORDS
        if ends or not sounds_like(typed, words(name)):
            return 0
        self._add_subject(name, typed)
        return size

    def _add_subject(self, name: str, typed: Phrase) -> None:
        official = words(name)
        key = " ".join(keys(official))
        # Typed with its own marks it stays as typed: "toán" must not find "toàn" exactly.
        phrases = [typed, official if keys(official) != keys(typed) else typed]
        phrases += [(word(short),) for short in abbreviations_of(name)]
        spoken = [
            words(s) for s, names in thesaurus.OTHER_NAMES.items() if keys(words(names[0])) == keys(official)
        ]
        kin = tuple(words(text) for text in thesaurus.KIN.get(key, ()))
        self.groups.append(Group(unique((*phrases, *spoken)), facts=(official,), kind="subject", kin=kin))
        self.understood.append(Understood("subject", name, " ".join(keys(typed))))
        self._subject = typed

    def _other_name(self, at: int) -> int:
        """A level, a sort of resource or a textbook series."""
        size = self._longest(at, self.names.others)
        if size == 1 and at and self._key(at) in thesaurus.FIRST_ONLY:
            return 0
        typed = self.typed[at : at + size]
        if not size or (size == 1 and is_other_word(typed[0]) and typed not in self._written(typed)):
            return 0
        kind, name, phrases = self.names.others[keys(typed)]
        if not any(sounds_like(typed, phrase) for phrase in phrases if len(phrase) == len(typed)):
            return 0
        phrases = unique((typed, *phrases))
        grades = thesaurus.GRADES_OF.get(name, ())
        self.groups.append(Group(phrases, facts=phrases, kind=kind, numbers=grades))
        label = name.capitalize() if kind == "level" else "" if kind == "type" else name
        self.understood.append(Understood(kind, label, " ".join(keys(typed))))
        self._subject = ()
        return size

    def _written(self, typed: Phrase) -> tuple[Phrase, ...]:
        return self.names.others[keys(typed)][2]

    def _glued(self, at: int) -> int:
        """ "toan5", "khtn6"."""
        match = _GLUED_SUBJECT.match(self._key(at))
        if not match or not 1 <= int(match[2]) <= LAST_GRADE:
            return 0
        typed = (without_digits(self.typed[at]),)
        name = self._subject_of(typed) or self._official(thesaurus.SHORT_SUBJECTS.get(match[1], ""))
        if name:
            self._add_subject(name, typed)
        elif match[1] in thesaurus.ABBREVIATIONS and not is_other_word(typed[0]):
            long = words(thesaurus.ABBREVIATIONS[match[1]])
            if len(self.names.meanings.get(keys(self.typed[at : at + 1]), ())):
                return 0  # "hk1" is itself one
            self.groups.append(self._weighed(Group(unique((typed, long)))))
            self._subject = typed
        else:
            return 0
        self._add_grade((int(match[2]),), (word(match[2]),))
        return 1

    def _without_blanks(self, at: int) -> int:
        """ "toanlop5", "nguvan9", "vanhoc": no syllable is so long."""
        match = _WITHOUT_BLANKS.match(self._key(at))
        number = int(match[3] or 0) if match else 0
        if not match or number > LAST_GRADE or (match[3] and not number):
            return 0
        name = self.names.joined.get(re.sub("y$", "i", match[1]), "")
        if match[2]:
            short = self._official(thesaurus.SHORT_SUBJECTS.get(match[1], ""))
            name = name or self._subject_of((word(match[1]),)) or short
        if not name:
            return 0
        self._add_subject(name, words(name))
        if number:
            self._add_grade((number,), (word(str(number)),))
        return 1

    def _official(self, name: str) -> str:
        """The subject of the catalogue that is called so, or the name itself."""
        key = keys(words(name))
        if not key:
            return ""
        return self.names.subjects.get(key, name)

    def _subject_of(self, typed: Phrase) -> str:
        """The subject that words or an abbreviation name, or ""."""
        if name := self.names.subjects.get(keys(typed), ""):
            return name if sounds_like(typed, words(name)) else ""
        if len(typed) == 1 and not is_other_word(typed[0]):
            for long in self.names.meanings.get(keys(typed), ()):
                if name := self.names.subjects.get(keys(long), ""):
                    return name
        return ""

    def _meaning(self, at: int) -> int:
        """An abbreviation or a synonym."""
        size = self._longest(at, self.names.meanings)
        typed = self.typed[at : at + size]
        group = meant_by(typed, self.names) if size else None
        if group is None or (size == 1 and is_other_word(typed[0]) and not self._named(typed)):
            return 0
        if name := self._subject_of(typed):
            self._add_subject(name, typed)
            return size
        self.groups.append(self._weighed(group))
        if words(said := self.names.said.get(keys(typed), "")) != typed:
            self.understood.append(Understood("meaning", said, " ".join(keys(typed))))
        self._subject = ()
        return size

    def _named(self, typed: Phrase) -> bool:
        """Whether an editor or the list of spellings has it with these marks."""
        added = self.vocabulary.synonyms
        return keys(typed) in self.names.spelled or any(words(short) == typed for short, _ in added)

    def _short(self, at: int) -> int:
        """A short subject with a grade behind it or "môn" before it."""
        short = thesaurus.SHORT_SUBJECTS.get(self._key(at), "")
        typed = self.typed[at]
        # "tả" is not TA: with marks a short subject has its own.
        if short and (self._ends_a_word(at) or (typed.has_marks and typed.marked not in _SHORT_MARKED)):
            return 0
        if not short:
            if self._key(at) == "mon" and (
                self._key(at + 1) in thesaurus.SHORT_SUBJECTS or self._longest(at + 1, self.names.subjects)
            ):
                self.groups.append(Group(((self.typed[at],),), optional=True, weight=LINKING_WEIGHT))
                return 1
            return 0
        after = self._key(at + 1)
        grade_behind = self._number(at + 1) or after in _GRADE_WORDS or _GLUED_GRADE.match(after)
        if not grade_behind and not _CLASS_NAME.match(after) and self._key(at - 1) != "mon":
            return 0
        self._add_subject(self._official(short), (self.typed[at],))
        return 1

    def _ends_a_word(self, at: int) -> bool:
        """Whether a syllable belongs to the one before it: "học sinh lớp 7" is no biology."""
        pair = f"{self._key(at - 1)} {self._key(at)}"
        count = self.vocabulary.lexicon.folded_pairs.get(pair, 0)
        uses = self.vocabulary.lexicon.frequency(self._key(at))
        return pair in thesaurus.WHOLE_WORDS or (count > 0 and count >= BELONGS * uses)

    # Words

    def _word(self, at: int) -> int:
        typed = self.typed[at]
        linking = (typed in _LINKING or typed in _LINKING_UNMARKED) and not self._belongs(at)
        self._subject = self._subject if linking else ()
        phrases = ((typed,),) if linking else ((typed,), *self._finished(at))
        group = self._weighed(Group(phrases, optional=linking))
        self.groups.append(replace(group, weight=min(group.weight, LINKING_WEIGHT)) if linking else group)
        return 1

    def _finished(self, at: int) -> list[Phrase]:
        """What the last word may become beside the one before it: "hóa họ" is "hóa học", unfinished."""
        if at == 0 or at != len(self.typed) - 1:
            return []
        before, begun = self._key(at - 1), self._key(at)
        following = self.vocabulary.lexicon.following.get(before, ())
        if begun in following:
            return []
        found = [key for key in following if key.startswith(begun)][:MOST_FINISHED]
        return [(self.typed[at - 1], Word(key, key)) for key in found]

    def _belongs(self, at: int) -> bool:
        """Whether a linking word is part of a word of two syllables here ("không khí")."""
        lexicon = self.vocabulary.lexicon
        for one, other, neighbour in ((at - 1, at, at - 1), (at, at + 1, at + 1)):
            if not 0 <= neighbour < len(self.typed):
                continue
            pair = lexicon.folded_pairs.get(f"{self._key(one)} {self._key(other)}", 0)
            if pair and self.typed[neighbour] not in _LINKING:
                alone = lexicon.names_with(self.typed[neighbour])
                if pair >= BELONGS * max(alone, 1):
                    return True
        return False

    def _weighed(self, group: Group) -> Group:
        lexicon = self.vocabulary.lexicon
        weight = max(sum(lexicon.weight(w) for w in phrase) / len(phrase) for phrase in group.phrases)
        return replace(group, weight=weight)


_SHORT_MARKED = frozenset(word(text).marked for text in thesaurus.SHORT_WRITTEN)
_LINKING = frozenset(word(text) for text in thesaurus.LINKING)
_LINKING_UNMARKED = frozenset(word(text) for text in thesaurus.LINKING_UNMARKED)
