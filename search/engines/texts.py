"""The words of a document as every engine stores them: each field without and with its marks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from search.analysis import words
from search.documents import Document, searchable_text
from search.ranking import FIELDS, WEIGHTS, Keys

#: Text inside is too long to be looked through for each result; the index is asked for it.
CARD_FIELDS = tuple(name for name in FIELDS if name != "inner")


@dataclass(frozen=True, slots=True)
class Texts:
    """Keys with blanks between them, by the fields of WEIGHTS."""

    folded: Mapping[str, str]
    marked: Mapping[str, str]

    @property
    def card(self) -> str:
        """The keys from which a document's card is made: a line a field, the marked ones, then the folded."""
        return "\n".join([each[name] for each in (self.marked, self.folded) for name in CARD_FIELDS])


def texts_of(document: Document) -> Texts:
    """Looks at each word once; the same document always gives the same."""
    fields = searchable_text(document)
    found = {name: words(fields[name]) for name in WEIGHTS}
    return Texts(
        {name: " ".join([word.folded for word in each]) for name, each in found.items()},
        {name: " ".join([word.marked for word in each]) for name, each in found.items()},
    )


def card_keys(card: str) -> Keys:
    """What ``Texts.card`` wrote, by field."""
    lines = [f" {line} " for line in card.split("\n")]
    half = len(CARD_FIELDS)
    return Keys(
        dict(zip(CARD_FIELDS, lines[half:], strict=True)), dict(zip(CARD_FIELDS, lines, strict=False))
    )
