"""Names that a query may contain: of subjects, levels, sorts and series, and what stands for what. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from accounts.text import nfc
from search import spellings, thesaurus
from search.analysis import Word, is_syllable, word, words
from search.asked import Group, Phrase, Vocabulary

_WORD = re.compile(r"[^\W_]+")


def keys(phrase: Iterable[Word]) -> tuple[str, ...]:
    return tuple(w.folded for w in phrase)


def unique(phrases: Iterable[Phrase]) -> tuple[Phrase, ...]:
    return tuple(dict.fromkeys(p for p in phrases if p))


@dataclass(frozen=True, slots=True)
class Names:
    """What is recognised: folded words → what they are called officially, or mean."""

    subjects: Mapping[tuple[str, ...], str]
    others: Mapping[tuple[str, ...], tuple[str, str, tuple[Phrase, ...]]]
    meanings: Mapping[tuple[str, ...], tuple[Phrase, ...]]
    longest: int
    #: What abbreviations and synonyms mean, as it is written
    said: Mapping[tuple[str, ...], str]
    #: Subjects of several syllables written without a blank
    joined: Mapping[str, str]
    #: Other spellings of names and terms
    spelled: Mapping[tuple[str, ...], Spelled]


@dataclass(frozen=True, slots=True)
class Spelled:
    """Spellings that have the same letters without marks. ``needs_marks``: they are other words then, and so
    are those that are looked for.
    """

    forms: tuple[Phrase, ...]
    needs_marks: bool

    def is_typed(self, typed: Phrase) -> bool:
        plain = not self.needs_marks and not any(w.has_marks for w in typed)
        return plain or typed in self.forms


@lru_cache(maxsize=2)
def names_of(vocabulary: Vocabulary) -> Names:
    """Kept by identity: a vocabulary is made once a minute at most."""
    subjects = _subjects(vocabulary)
    others: dict[tuple[str, ...], tuple[str, str, tuple[Phrase, ...]]] = {}
    families = (("type", thesaurus.SORTS), ("level", thesaurus.LEVELS))
    for kind, all_of_kind in families:
        for family in all_of_kind:
            phrases = tuple(words(text) for text in family)
            for phrase in phrases:
                others.setdefault(keys(phrase), (kind, family[0], phrases))
    for name in vocabulary.series:
        abbreviated = [
            s for s, long in thesaurus.ABBREVIATIONS.items() if keys(words(name))[:4] == keys(words(long))[:4]
        ]
        phrases = (words(name), words(name)[:4], *((word(s),) for s in abbreviated))
        for phrase in phrases:
            others.setdefault(keys(phrase), ("series", name, phrases))
    for code, called in thesaurus.LICENCES.items():
        coded = (word(thesaurus.licence_word(code)),)
        # A hyphen between capitals is taken out before words are read.
        joined = called[0].replace("-", "")
        for each in (*map(words, (*called, joined, f"{joined} 4 0")), coded):
            others.setdefault(keys(each), ("licence", called[0], (each, coded)))
            named = (*words("giấy phép"), *each)
            others.setdefault(keys(named), ("licence", called[0], (named, each, coded)))
    meanings: dict[tuple[str, ...], tuple[Phrase, ...]] = {}
    said: dict[tuple[str, ...], str] = {}
    both = {(keys(words(one)), keys(words(long))) for one, longs in vocabulary.synonyms for long in longs}
    for short, longs in (
        *((s, (long,)) for s, long in thesaurus.ABBREVIATIONS.items()),
        *vocabulary.synonyms,
    ):
        key = keys(words(short))
        # Of two that stand for each other only the longer explains the shorter.
        if len(longs[0]) > len(short) or (keys(words(longs[0])), key) not in both:
            said.setdefault(key, longs[0])
        meanings[key] = unique((*meanings.get(key, ()), *(words(long) for long in longs)))
    spelled = _spelled(meanings, said)
    longest = max((len(key) for key in (*subjects, *others, *meanings)), default=0)
    glued = {"".join(key): name for key, name in subjects.items() if len(key) > 1}
    return Names(subjects, others, meanings, longest, said, glued, spelled)


def _spelled(
    meanings: dict[tuple[str, ...], tuple[Phrase, ...]], said: dict[tuple[str, ...], str]
) -> dict[tuple[str, ...], Spelled]:
    """Other spellings, whose families are added to the meanings; what an editor says stands first."""
    found: dict[tuple[str, ...], Spelled] = {}
    for family in spellings.FAMILIES:
        forms = tuple(words(text) for text in family)
        for form in forms:
            # "viét" without its marks is another word; "niuton" is none.
            other = any(w.has_marks for w in form) and all(is_syllable(w.folded) for w in form)
            before = found.get(keys(form))
            same = (*before.forms, form) if before else (form,)
            found[keys(form)] = Spelled(same, other and (before is None or before.needs_marks))
            meanings[keys(form)] = unique((*meanings.get(keys(form), ()), *forms))
            said.setdefault(keys(form), family[0])
    for text, longs in spellings.TERMS.items():
        key = keys(words(text))
        found[key] = Spelled((words(text),), needs_marks=False)
        meanings[key] = unique((*meanings.get(key, ()), *map(words, longs)))
        said.setdefault(key, longs[0])
    return found


def meant_by(typed: Phrase, names: Names) -> Group | None:
    """What an abbreviation, synonym or other spelling asks for; None where its marks make it another word."""
    spelled = names.spelled.get(keys(typed))
    if spelled is not None and not spelled.is_typed(typed):
        return None
    phrases = unique((typed, *names.meanings[keys(typed)]))
    alike = spelled is not None and any(
        len(each) == 1 and each[0].has_marks and is_syllable(each[0].folded) for each in phrases
    )
    return Group(phrases, as_typed=alike)


def kept_words(text: str, vocabulary: Vocabulary) -> frozenset[str]:
    """The words of a text, in lower case, that are an abbreviation or a synonym there: nothing to correct."""
    typed = [match.lower() for match in _WORD.findall(nfc(text))]
    folded = tuple(word(each).folded for each in typed)
    meanings = names_of(vocabulary).meanings
    longest = max(map(len, meanings), default=0)
    found: set[str] = set()
    for at in range(len(typed)):
        for size in range(1, min(longest, len(typed) - at) + 1):
            if folded[at : at + size] in meanings:
                found.update(typed[at : at + size])
    return frozenset(found)


def _subjects(vocabulary: Vocabulary) -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for name in vocabulary.subjects:
        key = keys(words(name))
        found.setdefault(key, name)
        # "lịch sử địa lí" is said for "Lịch sử và Địa lí"
        found.setdefault(tuple(k for k in key if k != "va"), name)
    for spoken, officials in thesaurus.OTHER_NAMES.items():
        for official in officials:
            if keys(words(official)) in found:
                found.setdefault(keys(words(spoken)), found[keys(words(official))])
    return found


@lru_cache(maxsize=2_000)
def abbreviations_of(name: str) -> tuple[str, ...]:
    wanted = keys(words(name))
    return tuple(s for s, long in thesaurus.ABBREVIATIONS.items() if keys(words(long)) == wanted)


def abbreviations_in(text: str) -> str:
    """The abbreviations of a name, to be indexed beside it."""
    return " ".join(abbreviations_of(text))


def sounds_like(typed: Phrase, written: Phrase) -> bool:
    """Whether words typed may mean a name: each without marks, or with the very marks of the name."""
    if len(typed) != len(written) or keys(typed) != keys(written):
        return True  # another name of it
    return all(not t.has_marks or t == w for t, w in zip(typed, written, strict=True))


def without_digits(typed: Word) -> Word:
    folded = typed.folded.rstrip("0123456789")
    # The tone stands behind the digits in the marked key.
    marked = re.sub(r"\d+", "", typed.marked)
    return Word(word(folded).folded, marked)


def is_other_word(typed: Word) -> bool:
    """ "thở" is not the abbreviation TH: abbreviations carry no marks but đ."""
    return typed.marked.replace("đ", "d") != typed.folded
