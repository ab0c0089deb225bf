"""Which unit a cell means: by code, by name, by the short forms that schools write. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from accounts.text import fold

_SHORT = {
    "mn": "mam non", "mg": "mau giao", "th": "tieu hoc", "thcs": "trung hoc co so",
    "thpt": "trung hoc pho thong", "gdtx": "giao duc thuong xuyen", "ptdtnt": "pho thong dan toc noi tru",
    "p": "phuong", "x": "xa", "tt": "trung tam",
}  # fmt: skip
MOST_OFFERED = 60
_FILLER = {"truong", "don", "vi"}


def plain(name: str) -> str:
    """A name without marks, signs and filler, its short forms written out."""
    words = re.sub(r"[^a-z0-9]+", " ", fold(name)).split()
    return " ".join(_SHORT.get(word, word) for word in words if word not in _FILLER)


@dataclass
class Units:
    """The units that a list may name: (id, code, name); ``outside``: all others that there are."""

    rows: Iterable[tuple[int, str, str]]
    outside: Iterable[tuple[int, str, str]] = ()
    names: dict[int, str] = field(init=False)
    codes: dict[int, str] = field(init=False)
    _elsewhere: set[str] = field(init=False)
    _by_text: dict[str, list[int]] = field(init=False)
    _kept: dict[str, tuple[int | None, list[int]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.names, self.codes, self._by_text = {}, {}, {}
        self._elsewhere = {text for _pk, code, name in self.outside for text in (plain(name), fold(code))}
        for pk, code, name in self.rows:
            self.names[pk], self.codes[pk] = name, code
            for text in {plain(name), fold(code)}:
                self._by_text.setdefault(text, []).append(pk)

    def is_outside(self, text: str) -> bool:
        """Whether a unit that the list may not name has just this name or code."""
        return plain(text) in self._elsewhere or fold(text).strip() in self._elsewhere

    def offered(self, near: list[int]) -> list[tuple[str, str]]:
        """(code, name) to choose from: the nearest first, then the others where they are few."""
        others = sorted((pk for pk in self.names if pk not in near), key=lambda pk: fold(self.names[pk]))
        shown = [*near, *others] if len(self.names) <= MOST_OFFERED else near
        return [(self.codes[pk], self.names[pk]) for pk in shown]

    def find(self, text: str) -> tuple[int | None, list[int]]:
        """The unit meant, or None and the few nearest by name."""
        if text not in self._kept:
            self._kept[text] = self._find(text)
        return self._kept[text]

    def _find(self, text: str) -> tuple[int | None, list[int]]:
        wanted = plain(text)
        found = self._by_text.get(fold(text).strip()) or self._by_text.get(wanted) or []
        if len(found) == 1:
            return found[0], []
        if found:
            return None, found[:5]
        near = difflib.get_close_matches(wanted, list(self._by_text), n=3, cutoff=0.6)
        return None, list(dict.fromkeys(pk for one in near for pk in self._by_text[one]))[:5]
