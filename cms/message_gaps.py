"""Finds words that people would see but nobody could translate: bare text in templates and scripts.

Pure, like ``message_sources``: text in, findings out. Nothing here knows which words are right.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, TokenType

#: Attributes whose value is read out or shown.
SPOKEN = {"alt", "title", "placeholder", "aria-label", "aria-description", "aria-roledescription", "label"}
#: Elements whose text is no language, or says its own (``lang``).
SILENT = {"script", "style", "svg", "code", "kbd", "samp"}
#: Names and signs that are the same in every language.
SAME = {"Hoclieu", "SCORM", "HTML", "PDF", "CSV", "Excel", "MB", "kB", "GB", "CC", "BY", "SA", "NC", "QR"}
_WORD = re.compile(r"[^\W\d_]{2,}")
_VIETNAMESE = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ]")
_GETTEXT = {"_", *(f"{name}gettext{lazy}" for name in ("", "n", "p", "np") for lazy in ("", "_lazy"))}


def has_words(text: str) -> bool:
    """Whether a text holds words that differ from language to language."""
    return any(word not in SAME for word in _WORD.findall(text))


def is_vietnamese(text: str) -> bool:
    return bool(_VIETNAMESE.search(text))


class _Text(HTMLParser):
    """Collects what people would read, with its line."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._silent or tag in SILENT or "lang" in given:
            if tag not in {"input", "br", "img", "meta", "link", "hr", "use", "path", "rect", "circle"}:
                self._silent.append(tag)
            return
        for name, value in attrs:
            if name in SPOKEN and value and has_words(value):
                self.found.append((self.getpos()[0], f"{name}={value}"))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag in self._silent:
            while self._silent and self._silent.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self._silent and has_words(data):
            self.found.append((self.getpos()[0], " ".join(data.split())))


def bare_text(source: str) -> Iterator[tuple[int, str]]:
    """Line and words of a template that stand outside every translation tag."""
    parser = _Text()
    inside = ""  # the tag whose end we wait for
    for token in Lexer(source).tokenize():
        first = token.contents.split()[0] if token.contents.split() else ""
        if token.token_type == TokenType.BLOCK:
            if inside:
                inside = "" if first == inside else inside
                continue
            if first in {"comment", "blocktranslate", "blocktrans", "verbatim"}:
                inside = f"end{first}"
        elif token.token_type == TokenType.TEXT and not inside:
            parser.feed(token.contents)
        elif token.token_type == TokenType.VAR and not inside:
            parser.feed("0")
    parser.close()
    yield from parser.found


def vietnamese_in_python(source: str, where: str) -> Iterator[tuple[int, str]]:
    """Line and text of Vietnamese literals outside docstrings and calls of the gettext family."""
    tree = ast.parse(source, where)
    passed: set[int] = set()
    for node in ast.walk(tree):
        for one in getattr(node, "body", None) or [] if not isinstance(node, ast.Lambda | ast.IfExp) else []:
            if isinstance(one, ast.Expr):
                passed.add(id(one.value))
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            if name in _GETTEXT:
                passed.update(id(argument) for argument in node.args)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in passed:
            continue
        if is_vietnamese(node.value):
            yield node.lineno, node.value[:80]


_JS_STRING = re.compile(r"""`((?:[^`\\]|\\.)*)`|"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'""")
_JS_COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)
_JS_SHOWN = re.compile(
    r"""\.(?:textContent|innerText|innerHTML|title|placeholder|alt|ariaLabel)\s*\+?=\s*[`"']([^`"']*)|"""
    r"""setAttribute\(\s*["'](?:aria-label|title|alt|placeholder)["']\s*,\s*[`"']([^`"']*)|"""
    r"""\b(?:alert|confirm|prompt|toast)\(\s*[`"']([^`"']*)"""
)


def words_in_script(source: str) -> Iterator[tuple[int, str]]:
    """Line and words of a script that are shown as they stand: Vietnamese, or put into the page."""
    code = _JS_COMMENT.sub(lambda match: "\n" * match.group().count("\n"), source)
    for match in _JS_STRING.finditer(code):
        text = next(group for group in match.groups() if group is not None) if any(match.groups()) else ""
        if is_vietnamese(text):
            yield code.count("\n", 0, match.start()) + 1, text[:80]
    for match in _JS_SHOWN.finditer(code):
        text = re.sub(r"\$\{[^}]*\}", "", next((group for group in match.groups() if group), ""))
        if has_words(text):
            yield code.count("\n", 0, match.start()) + 1, text[:80]


def templates(root: Path) -> Iterator[Path]:
    for suffix in ("*.html", "*.txt"):
        yield from sorted((root / "templates").rglob(suffix))
