"""Where inside a file the words stand: the best passage of each result, the address that opens it there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.text import fold
from repository.models import InnerText
from search import highlight
from search.analysis import folded_text, word
from search.documents import RESOURCE, Document, Key, searchable_text
from search.queries import Group, Phrase, Query

#: How near to each other words count as one passage, and how much of the text is shown.
WINDOW_CHARS, SHOWN_CHARS, LEAD_CHARS = 160, 220, 50
#: Of one part; beyond that the first ones are as good as any.
_MOST_MATCHES = 400
_WITH_TEXT = frozenset({"pdf", "scorm12", "scorm2004", "cmi5", "html5", "h5p", "imscc", "record"})
#: In one window: a further word, two words side by side as typed, a word with the marks as typed.
_WORD, _BESIDE, _SAME_MARKS = 10, 6, 2
_LETTERS = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz"


def _forms() -> dict[str, str]:
    """For each plain letter the class of all its forms, in both cases."""
    found: dict[str, str] = {}
    for letter in _LETTERS:
        found[fold(letter)] = found.get(fold(letter), "") + letter + letter.upper()
    return found


_FORMS = _forms()


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the text inside, marked; in words where it stands; the address that opens it there."""

    text: SafeString
    where: str
    address: str


@dataclass(frozen=True, slots=True)
class _Found:
    """The best window of one part: where it begins, how good it is."""

    start: int
    worth: int


def passages(documents: Sequence[Document], query: Query) -> dict[Key, Passage]:
    """The best passage inside each document whose title and description do not already have all words.

    One query for all of them; none where no document needs one.
    """
    if not query.groups:
        return {}
    wanted = {d.version: d for d in documents if _needs_one(d, query)}
    if not wanted:
        return {}
    rows: Any = (
        InnerText.objects.filter(version__in=wanted)
        .order_by("version", "position")
        .values("version", "version__uid", "label", "place", "number", "sco__identifier", "text")
        .iterator(chunk_size=100)
    )
    found: dict[Key, Passage] = {}
    for version, parts in groupby(rows, key=lambda row: row["version"]):
        document = wanted[version]
        best = _best(parts, query)
        if best is not None:
            row, start = best
            found[document.key] = Passage(
                _shown(row["text"], start, query), _where(row, document), _address(row, document)
            )
    return found


def _needs_one(document: Document, query: Query) -> bool:
    if document.what != RESOURCE or document.kind not in _WITH_TEXT:
        return False
    texts = searchable_text(document)
    said = " ".join(f" {folded_text(text)} " for name, text in texts.items() if name != "inner")
    return not all(_has(said, group) for group in query.required)


def _has(said: str, group: Group) -> bool:
    return any(f" {' '.join(w.folded for w in phrase)} " in said for phrase in group.phrases)


# Finding


def _best(parts: Iterable[dict[str, Any]], query: Query) -> tuple[dict[str, Any], int] | None:
    """The part and place with most of the words nearest together; the first of several as good."""
    wanted = _wanted(query)
    best: tuple[dict[str, Any], int] | None = None
    worth = 0
    for part in parts:
        found = _window(part["text"], wanted, query)
        if found is not None and found.worth > worth:
            best, worth = (part, found.start), found.worth
    return best


def _wanted(query: Query) -> list[Group]:
    """What a passage is looked for: words, and only where there are none the subject and grade."""
    words = [group for group in query.required if not group.facts]
    return words or list(query.required)


def _window(text: str, wanted: list[Group], query: Query) -> _Found | None:
    matches = list(_matches(text, wanted))
    # Of several words one alone, far from the others, is no passage.
    least = _WORD * max(1, (len(wanted) + 1) // 2)
    best: _Found | None = None
    for at, (start, _end, _group) in enumerate(matches):
        seen: set[int] = set()
        worth = 0
        before: tuple[int, int] | None = None
        for begins, ends, group in matches[at:]:
            if ends - start > WINDOW_CHARS:
                break
            if group not in seen:
                seen.add(group)
                worth += _WORD
                if query.has_marks and _same_marks(text[begins:ends], wanted[group]):
                    worth += _SAME_MARKS
            if before is not None and before[1] == group - 1 and begins - before[0] <= 2:
                worth += _BESIDE
            before = (ends, group)
        if worth >= least and (best is None or worth > best.worth):
            best = _Found(start, worth)
    return best


def _same_marks(piece: str, group: Group) -> bool:
    marked = [word(each).marked for each in re.findall(r"[^\W_]+", piece)]
    return any(marked == [w.marked for w in phrase] for phrase in group.phrases)


def _matches(text: str, wanted: list[Group]) -> Iterator[tuple[int, int, int]]:
    """Start, end and number of the group, in the order of the text."""
    pattern = _pattern(tuple(group.phrases for group in wanted))
    for count, match in enumerate(pattern.finditer(text)):
        if count >= _MOST_MATCHES:
            return
        yield match.start(), match.end(), int((match.lastgroup or "g0")[1:])


@lru_cache(maxsize=200)
def _pattern(groups: tuple[tuple[Phrase, ...], ...]) -> re.Pattern[str]:
    """Finds any phrase of any group whatever its marks, as whole words: one pass over the text."""
    found = []
    for number, phrases in enumerate(groups):
        # The longer phrase first: "phân số" before "phân".
        written = sorted((_written(phrase) for phrase in phrases), key=len, reverse=True)
        found.append(f"(?P<g{number}>{'|'.join(written)})")
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(found)})(?![^\W_])")


def _written(phrase: Phrase) -> str:
    return r"[\W_]{1,3}".join(_letters(each.folded) for each in phrase)


def _letters(key: str) -> str:
    found = [f"[{_FORMS[c]}]" if c in _FORMS else re.escape(c) for c in key]
    # lí and lý are one word, mai and may are two
    if key == "qui" or (key.endswith("i") and key[-2:-1] not in ("a", "e", "o", "u")):
        found[-1] = f"[{_FORMS['i']}{_FORMS['y']}]"
    return "".join(found)


# Showing


def _shown(text: str, start: int, query: Query) -> SafeString:
    """The text around a place, on one line, its words marked."""
    begin = max(0, start - LEAD_CHARS)
    if begin:
        blank = re.search(r"\s", text[begin:start])
        begin = begin + blank.end() if blank else start
    end = min(len(text), begin + SHOWN_CHARS)
    if end < len(text):
        blank_at = max(text.rfind(" ", start, end), text.rfind("\n", start, end))
        end = blank_at if blank_at > start else end
    piece = " ".join(text[begin:end].split())
    before, after = highlight.ELLIPSIS if begin else "", highlight.ELLIPSIS if end < len(text) else ""
    return format_html("{}{}{}", before, highlight.marked(piece, highlight.together(query, piece)), after)


def _where(row: dict[str, Any], document: Document) -> str:
    """The page, slide or part in words; the page's own title where nothing else is known."""
    number, label = row["number"], row["label"]
    if number and document.kind == "pdf":
        return _("Page %(n)s") % {"n": number}
    if number:
        said = {"pptx": _("Slide %(n)s"), "ppsx": _("Slide %(n)s"), "xlsx": _("Sheet %(n)s")}
        place = said.get(row["place"].rpartition(".")[2].lower(), _("Page %(n)s")) % {"n": number}
        file = row["place"].rpartition("/")[2]
        return _("%(place)s of %(file)s") % {"place": place, "file": file}
    return str(label)


def _address(row: dict[str, Any], document: Document) -> str:
    """The trial of the version, at that page or part; the page of a resource whose file lies elsewhere."""
    if document.kind == "record":
        return reverse("repository:resource", args=[document.uid])
    address = reverse("runtime:browse", args=[row["version__uid"]])
    if row["sco__identifier"]:
        return f"{address}?{urlencode({'sco': row['sco__identifier']})}"
    if row["number"] and not row["place"]:
        return f"{address}?{urlencode({'page': row['number']})}"
    return address
