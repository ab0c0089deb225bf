"""Reads Java properties files and the suite's vocabulary of abbreviations. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_CONTROL = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
#: Where the published cases lie.
PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "cases" / "adl-2004-4ed"
#: Below this heading the same short words mean values.
_VALUES = b"CMI DM Values"


def properties(data: bytes) -> dict[str, str]:
    """A Java properties file: Latin-1, comments, continued lines, escapes; the last of a key counts."""
    return dict(pairs(data))


def pairs(data: bytes) -> Iterator[tuple[str, str]]:
    """Every line that holds a key, in the order of the file, twice given ones twice."""
    for line in _logical_lines(data.decode("latin-1")):
        matched = re.match(r"((?:\\.|[^\\=:\s])*)\s*[=:]?\s*(.*)", line, re.DOTALL)
        if matched and matched[1]:
            yield _unescape(matched[1]), _unescape(matched[2])


def _logical_lines(text: str) -> Iterator[str]:
    held = ""
    for raw in re.split(r"\r\n|\r|\n", text):
        line = raw.lstrip(" \t\f")
        if not held and (not line or line[0] in "#!"):
            continue
        held += line
        if (len(line) - len(line.rstrip("\\"))) % 2:
            held = held[:-1]
            continue
        yield held
        held = ""
    if held:
        yield held


def _unescape(text: str) -> str:
    def plain(matched: re.Match[str]) -> str:
        mark = matched[1]
        return chr(int(mark[1:], 16)) if len(mark) == 5 else _CONTROL.get(mark, mark)

    return _ESCAPE.sub(plain, text)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The abbreviations: `words` of element names, `values` of what is set and answered."""

    words: Mapping[str, str]
    values: Mapping[str, str]

    def element(self, text: str) -> str:
        return ".".join(self._tokens(text, self.words)) if text else ""

    def value(self, text: str) -> str:
        if text.startswith("tar~"):
            return "".join(self._tokens(text, self.words))
        return self.values.get(text, text)

    @staticmethod
    def _tokens(text: str, words: Mapping[str, str]) -> Iterator[str]:
        parts = iter(text.split("~"))
        for part in parts:
            word = words.get(part, part)
            yield word.replace("%s", next(parts, "")) if "%s" in word else word


def beside(folder: Path, name: str) -> Path | None:
    """A file of the suite's folder; of the one above or of a neighbour where cases are kept apart from it."""
    places = (folder, folder.parent, *sorted(folder.resolve().parent.glob("*/")), PUBLISHED)
    return next((place / name for place in places if (place / name).is_file()), None)


def vocabulary(folder: Path) -> Vocabulary:
    """The vocabulary of the suite's folder. Raises OSError where there is none."""
    path = beside(folder, "Commands.properties")
    if path is None:
        raise FileNotFoundError(f"no Commands.properties in or beside {folder}")
    data = path.read_bytes()
    # The values stand below their own heading; above it the same short words name elements.
    values = data[max(data.find(_VALUES), 0) :]
    return Vocabulary(properties(data), properties(b"#" + values))
