"""From what a person typed to what is asked of an engine. Pure: no models, no engine.

A query is a list of groups; a document matches when each group of words is matched by one of its
phrases. Subjects, grades and sorts of resource lift what fits them and hide nothing, unless they are all
that was typed: "toan5", "Toán lớp 5" and "toán khối 5" ask for that shelf.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from accounts.text import nfc
from search.analysis import words
from search.asked import Group, Phrase, Query, Understood, Vocabulary, pairs_of
from search.framing import framed
from search.lexicon import Lexicon
from search.names import abbreviations_in
from search.reading import Reader
from search.schoolyear import LAST_GRADE, with_ranges
from search.thesaurus import ABBREVIATIONS, OTHER_NAMES, SHORT_SUBJECTS

__all__ = [
    "ABBREVIATIONS", "LAST_GRADE", "MAX_CHARS", "MAX_WORDS", "OTHER_NAMES", "SHORT_SUBJECTS", "Group",
    "Phrase", "Query", "Understood", "Vocabulary", "abbreviations_in", "clean", "pairs_of", "parse",
    "understood_words", "unquoted",
]  # fmt: skip

MAX_CHARS = 200
#: A long question has about twenty words; more would only cost.
MAX_WORDS = 24

#: Words of so many letters have many that differ by their marks alone; beside others they are meant so.
SHORT, MOST_ALONE = 3, 2

_AMPERSAND = re.compile(r"(?<=\w)\s?&\s?(?=\w)")
_HYPHEN_IN_CAPITALS = re.compile(r"(?<=[A-ZĐ])[-‑](?=[A-ZĐ])")
#: What stands between quotation marks of any sort.
_QUOTED = re.compile(r'["“”„«»]([^"“”„«»]+)["“”„«»]')
_TYPED = re.compile(r"[^\W_]+")
_NO_WORDS = Vocabulary()


def clean(text: str) -> str:
    """NFC, one space between words, no control characters, at most MAX_CHARS characters."""
    printable = "".join(c if c.isprintable() else " " for c in nfc(text[: MAX_CHARS * 4]))
    return " ".join(printable.split())[:MAX_CHARS].strip()


def parse(text: str, vocabulary: Vocabulary | None = None, *, exact: bool = False) -> Query:
    """Reads a query. With ``exact`` every word stands for itself, as typed; what is quoted does so anyway,
    and its words stand one behind the other.
    """
    text = clean(text)
    joined = _HYPHEN_IN_CAPITALS.sub("", _AMPERSAND.sub("", text)) if not exact else text
    all_words = words(joined)[:MAX_WORDS]
    if exact:
        return Query(text, all_words, tuple(Group(((w,),)) for w in all_words), exact=True)
    known = vocabulary or _NO_WORDS
    groups: list[Group] = []
    understood: list[Understood] = []
    for at, part in enumerate(_QUOTED.split(joined)):
        if at % 2:
            groups += [_quoted(phrase, known)] if (phrase := words(part)[:MAX_WORDS]) else []
            continue
        reader = Reader(words(with_ranges(part))[:MAX_WORDS], known)
        reader.read()
        groups += reader.groups
        understood += reader.understood
    _take_kin(groups)
    groups = _as_typed(framed(groups, known.lexicon), known.lexicon)
    return Query(text, all_words, tuple(groups[:MAX_WORDS]), tuple(understood))


def _quoted(phrase: Phrase, known: Vocabulary) -> Group:
    weight = sum(known.lexicon.weight(w) for w in phrase) / len(phrase)
    return Group((phrase,), weight=weight, quoted=True)


def _as_typed(groups: list[Group], lexicon: Lexicon) -> list[Group]:
    """The same, words with marks that the library does not know meant so: "bò" where there is only "bộ".

    Beside a neighbour that it has in titles in any form only a mark was missed: "phân sô". Among others a
    short word is meant so although the library knows it: so much else is written like it without marks.
    """
    if not lexicon.documents:
        return groups
    found = list(groups)
    for at, group in enumerate(groups):
        typed = group.phrases[0][0] if group.is_word and not group.optional else None
        if typed is None or not typed.has_marks:
            continue
        if lexicon.count(typed) and (len(typed.folded) > SHORT or len(groups) < MOST_ALONE):
            continue
        near = [each.phrases[0] for each in groups[max(at - 1, 0) : at]], groups[at + 1 : at + 2]
        pairs = [(phrase[-1], typed) for phrase in near[0]]
        pairs += [(typed, each.phrases[0][0]) for each in near[1]]
        if not any(f"{one.folded} {other.folded}" in lexicon.folded_pairs for one, other in pairs):
            found[at] = replace(group, as_typed=True)
    return found


def understood_words(text: str, parts: Sequence[Understood]) -> str:
    """Of a text typed only the words that were read as these parts, "…" for others between them; all of it
    where they were not typed as words of their own ("toan5").
    """
    typed = [(match.start(), match.end()) for match in _TYPED.finditer(text)]
    folded = [" ".join(w.folded for w in words(text[start:end])) for start, end in typed]
    taken: set[int] = set()
    for part in parts:
        wanted = part.typed.split()
        at = next((n for n in range(len(folded)) if folded[n : n + len(wanted)] == wanted), None)
        if at is None or not wanted:
            return text
        taken.update(range(at, at + len(wanted)))
    said = ""
    for at in sorted(taken):
        gap = (text[typed[at - 1][1] : typed[at][0]] if at - 1 in taken else " … ") if said else ""
        said += gap + text[slice(*typed[at])]
    return said or text


def unquoted(text: str) -> str:
    """The text without its quotation marks."""
    return clean(_QUOTED.sub(r" \1 ", text))


def _take_kin(groups: list[Group]) -> None:
    """ "lí 8" alone asks for the shelf on which physics stands in grade 8."""
    said = {g.kind for g in groups}
    if any(not g.kind and not g.optional for g in groups) or not said & {"grade", "level"}:
        return
    groups[:] = [replace(g, phrases=(*g.phrases, *g.kin)) for g in groups]
