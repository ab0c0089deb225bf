"""What a query is, once it was read: groups of phrases, what was understood, and by which words. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from search.analysis import Word
from search.lexicon import NOTHING, Lexicon
from search.thesaurus import DOING, DONE

Phrase = tuple[Word, ...]
#: A question of so many words that count is hardly ever answered in all of them.
LONG = 4
#: What names a place in the catalogue: it lifts what stands there, and alone it is the question.
SHELF_KINDS = frozenset({"subject", "grade", "level"})
#: What is done with a lesson tells little of what it is about where few have all that was asked.
DOING_WEIGHT = 0.25


@dataclass(frozen=True, slots=True)
class Group:
    """Phrases of which one must occur; ``optional`` groups only raise the rank.

    ``kind``: "" for words, or "subject", "grade", "level", "type", "series" for what was understood;
    ``facts`` are then the phrases by which the catalogue names it. A document whose own subject or grade
    this is fits better than one that mentions it. ``kin``: names of subjects that contain this one or
    follow it. ``numbers``: grades that are meant, of a level all it has; of early childhood the age at
    which a group begins, below zero. ``weight``: how much it says, the rarer the more. ``quoted``: it must
    stand so, one word behind the other, with the marks that were typed. ``as_typed``: with these marks,
    though not quoted. ``frame``: it is of the question, not of its subject.
    """

    phrases: tuple[Phrase, ...]
    optional: bool = False
    facts: tuple[Phrase, ...] = ()
    kind: str = ""
    numbers: tuple[int, ...] = ()
    kin: tuple[Phrase, ...] = ()
    weight: float = 1.0
    quoted: bool = False
    as_typed: bool = False
    frame: bool = False

    @property
    def is_word(self) -> bool:
        """Whether it is one word that stands for itself."""
        return not self.kind and not self.quoted and len(self.phrases) == 1 and len(self.phrases[0]) == 1

    @property
    def needs_marks(self) -> bool:
        """Whether it is meant with its marks, and so not what only sounds alike."""
        as_typed = self.quoted or self.as_typed
        return as_typed and any(w.has_marks for phrase in self.phrases for w in phrase)


def pairs_of(run: Sequence[Group]) -> tuple[Phrase, ...]:
    """Each word of a run with the next."""
    return tuple((*one.phrases[0], *other.phrases[0]) for one, other in pairwise(run))


@dataclass(frozen=True, slots=True)
class Understood:
    """A part of the query that was recognised: ``kind`` as of groups, or "age"; ``label`` may be empty."""

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
    #: Whether few have all of it, so that those follow that have a part; see ``as_filled``.
    filled: bool = False
    #: Whether nothing that has only a part of its words is meant.
    whole: bool = False

    @property
    def has_marks(self) -> bool:
        """Whether it was typed with marks, so that exact matches rank first."""
        return any(w.has_marks for w in self.words)

    @property
    def is_quoted(self) -> bool:
        """Whether a part of it stands between quotation marks."""
        return any(group.quoted for group in self.groups)

    @property
    def keeps_marks(self) -> bool:
        """Whether a part is quoted or meant with its marks: what only sounds like the whole is not it."""
        return any(group.quoted or group.needs_marks for group in self.groups)

    @property
    def required(self) -> tuple[Group, ...]:
        """Groups that must match: the words; without any the subject and grade; without those, all."""
        needed = tuple(g for g in self.groups if not g.optional)
        shelf = tuple(g for g in needed if g.kind in SHELF_KINDS)
        return tuple(g for g in needed if not g.kind) or shelf or needed or self.groups

    @property
    def is_long(self) -> bool:
        """Whether so much is said that hardly any document has all of it."""
        said = len(self.required) + sum(1 for group in self.groups if group.frame)
        return not self.exact and said >= LONG

    @property
    def shelf(self) -> tuple[Group, ...]:
        """The subject, grade and level."""
        return tuple(group for group in self.groups if group.kind in SHELF_KINDS)

    @property
    def said_of_shelf(self) -> tuple[Group, ...]:
        """What was asked for beside the subject and grade: words, without any sorts."""
        words = tuple(group for group in self.required if not group.kind)
        return words or tuple(g for g in self.groups if g.kind in {"type", "series"})

    @property
    def asks_of_shelf(self) -> bool:
        """Whether anything was asked for beside a subject or grade; a level is no shelf for a long question,
        of which something stands in nearly all that it holds."""
        named = {group.kind for group in self.shelf} - ({"level"} if self.is_long else set())
        return bool(named and self.said_of_shelf)

    @property
    def is_narrow(self) -> bool:
        """Whether both a subject and a grade were named."""
        return {group.kind for group in self.shelf} >= {"subject", "grade"}

    @property
    def has_several_words(self) -> bool:
        """Whether so many words must match that some of them mean something; a syllable may not."""
        return sum(not group.kind for group in self.required) > 2

    def takes_parts(self, *, answered: bool) -> bool:
        """Whether what has some of its words is meant: of few only where nothing else answers."""
        return not self.whole and (self.has_several_words or not answered)

    def can_be_filled(self, *, answered: bool) -> bool:
        """Whether a part of it can be asked for: some of several words, or the shelf without them."""
        if self.exact or self.is_quoted or not self.groups:
            return False
        if self.asks_of_shelf:
            return True
        return len(self.required) > 1 and self.takes_parts(answered=answered)

    def as_filled(self) -> Query:
        """The same where also those are put in order that have a part of it."""
        keys = [group.phrases[0][0].folded if group.is_word else "" for group in self.groups]
        groups = [
            replace(group, weight=group.weight * DOING_WEIGHT)
            if keys[at] in DOING or (at and (keys[at - 1], keys[at]) in DONE)
            else group
            for at, group in enumerate(self.groups)
        ]
        return replace(self, groups=tuple(groups), filled=True)

    @property
    def loosened(self) -> Query | None:
        """All words of what abbreviations and synonyms mean, with their marks; None without any.

        Of one meaning alone a part says nothing: "giỏi" is no "học sinh giỏi".
        """
        if self.exact or self.is_quoted:
            return None
        groups: list[Group] = []
        for group in self.groups:
            begun = group.phrases[0][-1].folded if group.phrases else ""
            # The end of an unfinished word is no meaning.
            meant = [p for p in group.phrases[1:] if len(p) > 1 and not p[-1].folded.startswith(begun)]
            if group.kind or group.optional or not meant:
                groups.append(group)
            else:
                groups += [Group(((each,),), weight=group.weight, as_typed=True) for each in meant[0]]
        if len(groups) <= len(self.groups):
            return None
        said = tuple(each for group in groups for each in group.phrases[0])
        return replace(self, groups=tuple(groups), words=said, whole=len(self.required) == 1)

    @property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Which of the required groups are words typed one behind the other: by their numbers."""
        needed = {id(group): at for at, group in enumerate(self.required)}
        return tuple((needed[id(one)], needed[id(two)]) for run in self.runs for one, two in pairwise(run))

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


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """What queries may contain: names of subjects and of series, grades by number, synonyms; and the
    words of the library. ``synonyms``: words → what they mean, each direction on its own.
    """

    subjects: tuple[str, ...] = ()
    grades: Mapping[int, str] = field(default_factory=dict)
    series: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, tuple[str, ...]], ...] = ()
    lexicon: Lexicon = NOTHING
